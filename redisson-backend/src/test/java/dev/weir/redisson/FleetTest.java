package dev.weir.redisson;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.core.Limit;
import dev.weir.core.ManualTicker;
import dev.weir.core.RateLimiter;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

/** Four processes of fifty threads each, at one key. */
@Timeout(180)
class FleetTest {

    private static final int NODES = 4;
    private static final String DAY = "86400";
    private static final int LIMIT = 1_000;
    private static final double NANOS_PER_SECOND = 1_000_000_000;

    /** How many all nodes together were admitted, and when each was decided by Redis' clock, in order. */
    private record Sum(int admitted, List<Long> times) {}

    @Test
    void fleetAdmitsExactlyTheLimit() throws Exception {
        try (SingleRedis redis = new SingleRedis()) {
            assertThat(run("single", redis.port, LIMIT, DAY, "50", "10", "60").admitted)
                    .isEqualTo(LIMIT);
        }
    }

    @Test
    @EnabledIfSystemProperty(named = "weir.long-run", matches = "true")
    void fleetAdmitsExactlyTheLimitOnACluster() throws Exception {
        try (ClusterRedis cluster = new ClusterRedis()) {
            assertThat(run("cluster", cluster.nodes().get(0).port, LIMIT, DAY, "50", "10", "60").admitted)
                    .isEqualTo(LIMIT);
        }
    }

    /* With -Dweir.long-run=true for thirty seconds, in which the bucket must never have been full for want of questions. */
    @Test
    void fleetGetsNeitherMoreNorLessThanItsRate() throws Exception {
        boolean longRun = Boolean.getBoolean("weir.long-run");
        try (SingleRedis redis = new SingleRedis()) {
            Sum sum = run("single", redis.port, 100, "1", "50", "1000000", longRun ? "30" : "5");
            assertThat(sum.admitted).isEqualTo(inOneProcess(Limit.of(100, Duration.ofSeconds(1)), sum.times));
            double seconds = (sum.times.get(sum.times.size() - 1) - sum.times.get(0)) / NANOS_PER_SECOND;
            double most = 100 + 100 * seconds;
            System.out.printf(
                    "The fleet asked %d times in %.2f s, and was admitted %d times of %.1f at most%n",
                    sum.times.size(), seconds, sum.admitted, most);
            assertThat((double) sum.admitted).isLessThanOrEqualTo(most);
            if (longRun) {
                assertThat((double) sum.admitted).isGreaterThanOrEqualTo(0.999 * most);
            }
        }
    }

    /** How many would be admitted of those who come at these times. */
    private static int inOneProcess(Limit limit, List<Long> times) {
        ManualTicker ticker = new ManualTicker(times.get(0));
        RateLimiter limiter = RateLimiter.of(ticker, limit);
        int admitted = 0;
        for (long time : times) {
            ticker.advanceNanos(time - ticker.read());
            admitted += limiter.tryAcquire("everybody").allowed() ? 1 : 0;
        }
        return admitted;
    }

    private static Sum run(String kind, int port, int permits, String period, String... load) throws Exception {
        List<Process> nodes = new ArrayList<>();
        try {
            List<BufferedReader> output = new ArrayList<>();
            for (int i = 0; i < NODES; i++) {
                Process node = node(kind, port, permits, period, load);
                nodes.add(node);
                output.add(new BufferedReader(new InputStreamReader(node.getInputStream(), StandardCharsets.UTF_8)));
            }
            for (BufferedReader lines : output) {
                assertThat(lines.readLine()).isEqualTo("ready");
            }
            for (Process node : nodes) {
                node.getOutputStream().write('\n');
                node.getOutputStream().flush();
            }
            int admitted = 0;
            List<Long> times = new ArrayList<>();
            for (BufferedReader lines : output) {
                String line = lines.readLine();
                assertThat(line).startsWith("admitted ");
                String[] words = line.split(" ", -1);
                admitted += Integer.parseInt(words[1]);
                for (int left = Integer.parseInt(words[2]); left > 0; left--) {
                    times.add(Long.parseLong(lines.readLine()));
                }
            }
            Collections.sort(times);
            return new Sum(admitted, times);
        } finally {
            for (Process node : nodes) {
                node.destroy();
                assertThat(node.waitFor(10, TimeUnit.SECONDS)).isTrue();
            }
        }
    }

    private static Process node(String kind, int port, int permits, String period, String... load) throws Exception {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx128m",
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                FleetNode.class.getName(),
                kind,
                Integer.toString(port),
                Integer.toString(permits),
                period));
        command.addAll(List.of(load));
        return new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
    }
}
