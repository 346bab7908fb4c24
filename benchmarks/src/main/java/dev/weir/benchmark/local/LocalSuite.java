package dev.weir.benchmark.local;

import dev.weir.benchmark.Bars;
import dev.weir.benchmark.Effort;
import dev.weir.benchmark.Goal;
import dev.weir.benchmark.Grid;
import dev.weir.benchmark.Jmh;
import dev.weir.benchmark.Jmh.Measured;
import dev.weir.benchmark.Jmh.Way;
import dev.weir.benchmark.Report;
import dev.weir.benchmark.Samples;
import dev.weir.benchmark.Suite;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.openjdk.jmh.runner.RunnerException;

/** Decisions in this process. */
public final class LocalSuite implements Suite {

    private static final String TEXT = """
            What one decision costs its caller, in ns, and the bytes that it allocates. Each way is a JMH benchmark in a virtual machine of its
            own (512 MB, all of it touched before), and each round runs all of them; the figure of a round is its quietest iteration. Only what differs
            within a table may be compared: reading the clock alone takes most of a decision.
            """;

    private static final String KERNEL = """
            One limiter of one client, with nothing to find it by. The floor is `System.nanoTime` and a compare-and-set, or, for who is refused, a
            read. Guava, Bucket4j and Resilience4j say yes or no; so does this part of Weir.
            """;

    private static final String KEYED = """
            One limiter for each client, found by the client's key; with 1 key that asks, beside 2,000 others that do not, or with 100,000 that ask at
            random. Every cache is two thirds full. *weir* is what the front ends call, with an address as the key, and answers what remains, when to
            come back, and when all is back; *weir, by name* is the library, with a string as the key. *Expiring* caches forget who does not
            come for an hour; Weir forgets who has refilled; the map, whose keys are strings, forgets nobody, and is the least that anything with keys
            can cost.
            """;

    private static final String THREE = "Three limits (per second, minute, hour) under one key, for one client.";

    private static final String ALGORITHMS = "Weir's algorithms, for one client; admitted, and refused.";

    @Override
    public String name() {
        return "local";
    }

    @Override
    public void run(Effort effort, Report report) throws Exception {
        report.section("Local decisions");
        report.text(TEXT);
        kernel(effort, report);
        keyed(effort, report);
        three(effort, report);
        if (effort != Effort.QUICK) {
            algorithms(effort, report);
        }
    }

    private static void kernel(Effort effort, Report report) throws RunnerException {
        List<Way> ways = new ArrayList<>();
        for (String allows : List.of("true", "false")) {
            int threads = allows.equals("true") ? 1 : 2;
            String suffix = allows.equals("true") ? ", admitted, 1 thread" : ", refused, 2 threads";
            for (String method : List.of("clockAndNumber", "weir", "bucket4j", "guava", "resilience4j")) {
                String name = method.equals("clockAndNumber") ? "floor" : method;
                ways.add(new Way(name + suffix, KernelBenchmark.class, method, threads, Map.of("allows", allows)));
            }
        }
        if (effort != Effort.QUICK) {
            for (String method : List.of("clock", "bucket4jProbe")) {
                String name = method.equals("clock") ? "clock alone, 1 thread" : "bucket4j probe, admitted, 1 thread";
                ways.add(new Way(name, KernelBenchmark.class, method, 1, Map.of("allows", "true")));
            }
        }
        report.part("The kernel alone");
        report.text(KERNEL);
        List<Measured> all = table(effort, report, ways);
        goals(report, "kernel", all.subList(0, 5));
        goals(report, "kernel-refused", all.subList(5, 10));
    }

    /* Floor, Weir, peers. */
    private static void goals(Report report, String id, List<Measured> ways) {
        Samples weir = ways.get(1).nanos();
        Samples best = ways.get(2).nanos();
        for (Measured peer : ways.subList(3, ways.size())) {
            best = best.with(peer.nanos(), Math::min);
        }
        report.goal(Goal.atMost(id + "-peers", weir.over(best), 0.75));
        report.goal(Goal.atMost(id + "-floor", weir.over(ways.get(0).nanos()), 1.15));
    }

    private static void keyed(Effort effort, Report report) throws RunnerException {
        List<Way> ways = new ArrayList<>(List.of(
                hot("map", "map", 1),
                hot("weir", "weir", 1),
                hot("weir, by name", "weirByName", 1),
                hot("bucket4j, expiring", "bucket4jExpiring", 1),
                hot("bucket4j probe, by size", "bucket4jProbeBySize", 1),
                many("map", "map", 1),
                many("weir", "weir", 1),
                many("bucket4j, by size", "bucket4jBySize", 1),
                hot("weir", "weir", 2),
                hot("bucket4j, expiring", "bucket4jExpiring", 2),
                many("weir", "weir", 2),
                many("bucket4j, expiring", "bucket4jExpiring", 2)));
        if (effort != Effort.QUICK) {
            ways.addAll(others());
        }
        report.part("Found by key");
        report.text(KEYED);
        List<Measured> all = table(effort, report, ways);
        Samples[] nanos = all.stream().map(Measured::nanos).toArray(Samples[]::new);
        report.goal(Goal.atMost("hot-expiring", nanos[1].over(nanos[3]), 0.45));
        report.goal(Goal.atMost("hot-probe", nanos[1].over(nanos[4]), 0.8));
        report.goal(Goal.atMost("hot-names", nanos[2].over(nanos[0]), 1.3));
        report.goal(Goal.atMost("hot-keys", nanos[1].over(nanos[0]), 1.6));
        report.goal(Goal.atMost("many-peer", nanos[6].over(nanos[7]), 0.6));
        report.goal(Goal.atMost("many-map", nanos[6].over(nanos[5]), 1.2));
        report.goal(Goal.atMost("hot-2", nanos[8].over(nanos[9]), 0.6));
        report.goal(Goal.atMost("many-2", nanos[10].over(nanos[11]), 0.35));
        report.goal(Goal.atMost("alloc", wholeBytes(all.get(1)), 0));
        report.goal(Goal.atMost("alloc-decision", wholeBytes(all.get(2)), 40));
        Bars bars = new Bars("local", "A decision for a client found by key, 1 thread", "ns");
        for (Measured measured : all) {
            if (measured.way().threads() == 1
                    && "1".equals(measured.way().params().get("keys"))) {
                bars.bar(measured.way().name().replace(", 1 key, 1 thread", ""), measured.nanos());
            }
        }
        report.picture(bars);
    }

    private static List<Way> others() {
        return List.of(
                hot("caffeine alone, by size", "caffeine", 1),
                hot("bucket4j, by size", "bucket4jBySize", 1),
                hot("bucket4j, its proxies", "bucket4jProxies", 1),
                hot("guava, by size", "guava", 1),
                hot("resilience4j, by size", "resilience4j", 1),
                hot("tomcat's counter", "tomcat", 1),
                many("weir, by name", "weirByName", 1),
                many("caffeine alone, by size", "caffeine", 1),
                many("bucket4j, expiring", "bucket4jExpiring", 1),
                many("guava, by size", "guava", 1),
                many("resilience4j, by size", "resilience4j", 1),
                many("tomcat's counter", "tomcat", 1),
                hot("map", "map", 2),
                hot("weir, by name", "weirByName", 2),
                many("map", "map", 2),
                many("weir, by name", "weirByName", 2));
    }

    private static void three(Effort effort, Report report) throws RunnerException {
        report.part("Three limits");
        report.text(THREE);
        List<Measured> all = table(
                effort,
                report,
                List.of(
                        hot("weir, one limit", "weir", 1),
                        hot("weir, three limits", "weirThree", 1),
                        hot("bucket4j probe, three bandwidths", "bucket4jOfThree", 1)));
        report.goal(Goal.atMost("three-one", all.get(1).nanos().over(all.get(0).nanos()), 1.3));
        report.goal(Goal.atMost("three-peer", all.get(1).nanos().over(all.get(2).nanos()), 0.6));
    }

    private static void algorithms(Effort effort, Report report) throws RunnerException {
        List<Way> ways = new ArrayList<>();
        for (String algorithm : List.of("GCRA", "FIXED_WINDOW", "SLIDING_WINDOW_COUNTER", "SLIDING_WINDOW_LOG")) {
            for (String allows : List.of("true", "false")) {
                if (algorithm.equals("SLIDING_WINDOW_LOG") && allows.equals("true")) {
                    continue; // one that never refuses would remember every request
                }
                String name = algorithm.toLowerCase(java.util.Locale.ROOT).replace('_', ' ')
                        + (allows.equals("true") ? ", admitted" : ", refused");
                Map<String, String> params = Map.of("keys", "1", "allows", allows, "algorithm", algorithm);
                ways.add(new Way(name, KeyedBenchmark.class, "weir", 1, params));
            }
        }
        report.part("By algorithm");
        report.text(ALGORITHMS);
        table(effort, report, ways);
    }

    private static Way hot(String name, String method, int threads) {
        return way(name, method, threads, "1");
    }

    private static Way many(String name, String method, int threads) {
        return way(name, method, threads, "100000");
    }

    private static Way way(String name, String method, int threads, String keys) {
        String suffix = (keys.equals("1") ? ", 1 key, " : ", 100,000 keys, ")
                + threads
                + (threads == 1 ? " thread" : " threads");
        Map<String, String> params = Map.of("keys", keys, "allows", "true", "algorithm", "GCRA");
        return new Way(name + suffix, KeyedBenchmark.class, method, threads, params);
    }

    private static List<Measured> table(Effort effort, Report report, List<Way> ways) throws RunnerException {
        List<Measured> all = Jmh.run(effort, report, ways);
        Grid table = new Grid("way", "ns", "bytes");
        for (Measured measured : all) {
            table.row(
                    measured.way().name(),
                    measured.nanos(),
                    wholeBytes(measured).median());
        }
        report.table(table);
        return all;
    }

    /* What the virtual machine itself allocates meanwhile comes to a fraction of one. */
    private static Samples wholeBytes(Measured measured) {
        return new Samples(
                Arrays.stream(measured.bytes().rounds()).map(Math::rint).toArray());
    }
}
