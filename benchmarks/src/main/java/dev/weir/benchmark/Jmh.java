package dev.weir.benchmark;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.profile.GCProfiler;
import org.openjdk.jmh.results.BenchmarkResult;
import org.openjdk.jmh.results.IterationResult;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.ChainedOptionsBuilder;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;
import org.openjdk.jmh.runner.options.VerboseMode;

/**
 * Runs JMH benchmarks by turns: each round runs each of them in a virtual machine of its own. The figure of a round is that of its
 * quietest iteration, which is the one that others on the machine disturbed least.
 */
public final class Jmh {

    private static final String BYTES = "gc.alloc.rate.norm";

    private Jmh() {}

    /**
     * A benchmark to run.
     *
     * @param name what the report calls it
     * @param method of {@code benchmark}, annotated for JMH
     * @param threads how many run it at a time
     * @param params of {@code benchmark}
     */
    public record Way(String name, Class<?> benchmark, String method, int threads, Map<String, String> params) {
        /** One thread, no parameters. */
        public Way(String name, Class<?> benchmark, String method) {
            this(name, benchmark, method, 1, Map.of());
        }
    }

    /**
     * What one has cost.
     *
     * @param nanos per operation, of each round
     * @param bytes allocated per operation, of each round
     */
    public record Measured(Way way, Samples nanos, Samples bytes) {}

    /** Measures {@code ways}, in their order. */
    public static List<Measured> run(Effort effort, Report report, List<Way> ways) throws RunnerException {
        double[][] nanos = new double[ways.size()][effort.rounds()];
        double[][] bytes = new double[ways.size()][effort.rounds()];
        for (int round = 0; round < effort.rounds(); round++) {
            report.progress("round " + (round + 1) + " of " + effort.rounds() + " of " + ways.size() + " ways");
            for (int i = 0; i < ways.size(); i++) {
                RunResult result = new Runner(options(effort, ways.get(i))).runSingle();
                nanos[i][round] = quietest(result);
                bytes[i][round] = Objects.requireNonNull(
                                result.getSecondaryResults().get(BYTES))
                        .getScore();
            }
        }
        List<Measured> measured = new ArrayList<>();
        for (int i = 0; i < ways.size(); i++) {
            measured.add(new Measured(ways.get(i), new Samples(nanos[i]), new Samples(bytes[i])));
        }
        return measured;
    }

    private static org.openjdk.jmh.runner.options.Options options(Effort effort, Way way) {
        boolean smoke = effort == Effort.SMOKE;
        ChainedOptionsBuilder options = new OptionsBuilder()
                .include("^" + way.benchmark().getName().replace(".", "\\.") + "\\." + way.method() + "$")
                .threads(way.threads())
                .forks(smoke ? 0 : 1)
                .warmupIterations(effort.choose(0, 3, 4))
                .warmupTime(TimeValue.milliseconds(effort.choose(1, 150, 300)))
                .measurementIterations(effort.choose(1, 6, 8))
                .measurementTime(TimeValue.milliseconds(effort.choose(1, 80, 200)))
                .timeUnit(TimeUnit.NANOSECONDS)
                .jvmArgs("-Xms512m", "-Xmx512m", "-XX:+AlwaysPreTouch")
                .addProfiler(GCProfiler.class)
                .verbosity(VerboseMode.SILENT)
                .shouldFailOnError(true);
        way.params().forEach(options::param);
        return options.build();
    }

    private static double quietest(RunResult result) {
        double quietest = Double.MAX_VALUE;
        for (BenchmarkResult fork : result.getBenchmarkResults()) {
            for (IterationResult iteration : fork.getIterationResults()) {
                quietest = Math.min(quietest, iteration.getPrimaryResult().getScore());
            }
        }
        return quietest;
    }
}
