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

/** Four processes of fifty threads each, at one key. */
class FleetTest {

    private static final int NODES = 4;
    private static final int THREADS = 50;
    private static final int ASKS = 10;
    private static final int LIMIT = 1_000;

    @Test
    @Timeout(120)
    void fleetAdmitsExactlyTheLimit() throws Exception {
        try (SingleRedis redis = new SingleRedis()) {
            List<Process> nodes = new ArrayList<>();
            try {
                List<BufferedReader> output = new ArrayList<>();
                for (int i = 0; i < NODES; i++) {
                    Process node = node(redis.port);
                    nodes.add(node);
                    output.add(
                            new BufferedReader(new InputStreamReader(node.getInputStream(), StandardCharsets.UTF_8)));
                }
                for (BufferedReader lines : output) {
                    assertThat(lines.readLine()).isEqualTo("ready");
                }
                for (Process node : nodes) {
                    node.getOutputStream().write('\n');
                    node.getOutputStream().flush();
                }
                int admitted = 0;
                for (BufferedReader lines : output) {
                    String line = lines.readLine();
                    assertThat(line).startsWith("admitted ");
                    admitted += Integer.parseInt(line.substring("admitted ".length()));
                }
                assertThat(admitted).isEqualTo(LIMIT);
            } finally {
                for (Process node : nodes) {
                    node.destroy();
                    assertThat(node.waitFor(10, TimeUnit.SECONDS)).isTrue();
                }
            }
        }
    }

    private static Process node(int port) throws Exception {
        return new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx128m",
                        "-XX:TieredStopAtLevel=1",
                        "-cp",
                        System.getProperty("java.class.path"),
                        FleetNode.class.getName(),
                        Integer.toString(port),
                        Integer.toString(LIMIT),
                        Integer.toString(THREADS),
                        Integer.toString(ASKS))
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
    }
}
