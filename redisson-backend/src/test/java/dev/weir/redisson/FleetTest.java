package dev.weir.redisson;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
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

    /** What all nodes together were admitted, from the first decision to the last by Redis' clock. */
    private record Sum(int admitted, double seconds) {}

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

    /* Thirty seconds with -Dweir.long-run=true. But for the fraction of a permit that is there at the end. */
    @Test
    void fleetGetsNeitherMoreNorLessThanItsRate() throws Exception {
        String seconds = Boolean.getBoolean("weir.long-run") ? "30" : "8";
        try (SingleRedis redis = new SingleRedis()) {
            Sum sum = run("single", redis.port, 100, "1", "50", "1000000", seconds);
            double most = 100 + 100 * sum.seconds;
            System.out.printf("The fleet was admitted %d of %.1f in %.2f s%n", sum.admitted, most, sum.seconds);
            assertThat((double) sum.admitted).isLessThanOrEqualTo(most).isGreaterThanOrEqualTo(0.999 * most - 1);
        }
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
            long first = Long.MAX_VALUE;
            long last = 0;
            for (BufferedReader lines : output) {
                String line = lines.readLine();
                assertThat(line).startsWith("admitted ");
                String[] words = line.split(" ", -1);
                admitted += Integer.parseInt(words[1]);
                first = Math.min(first, Long.parseLong(words[2]));
                last = Math.max(last, Long.parseLong(words[3]));
            }
            return new Sum(admitted, (last - first) / NANOS_PER_SECOND);
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
