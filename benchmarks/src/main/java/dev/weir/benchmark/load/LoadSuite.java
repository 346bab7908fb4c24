package dev.weir.benchmark.load;

import dev.weir.benchmark.Bars;
import dev.weir.benchmark.ChildJvm;
import dev.weir.benchmark.Effort;
import dev.weir.benchmark.Goal;
import dev.weir.benchmark.Grid;
import dev.weir.benchmark.Report;
import dev.weir.benchmark.Samples;
import dev.weir.benchmark.Suite;
import dev.weir.benchmark.redis.Redis;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** What a request costs a server over HTTP; and what a decision takes, by algorithm and place. */
public final class LoadSuite implements Suite {

    private static final List<String> GENERATOR_OPTIONS = List.of("-Xmx64m", "-XX:+UseSerialGC");
    private static final int WARM_UP_PARTS = 5;

    @Override
    public String name() {
        return "load";
    }

    @Override
    public void run(Effort effort, Report report) throws IOException {
        try (Redis redis = new Redis()) {
            overHttp(effort, report, redis.address());
            new Implementations(effort, report).run(redis.address());
        }
    }

    /* To be compiled, a server needs a hundred thousand requests: where there is no time for so many, applications share one. */
    private static void overHttp(Effort effort, Report report, String redis) throws IOException {
        boolean shared = effort != Effort.FULL;
        int warmUp = effort.choose(50, 16_000, 100_000);
        int requests = effort.choose(50, 8_000, 30_000);
        List<ServerJvm> servers = new ArrayList<>();
        List<Stand> stands = new ArrayList<>();
        try (ChildJvm generator = ChildJvm.start(Generator.class, GENERATOR_OPTIONS)) {
            for (Container container : Container.values()) {
                List<Guard> guards = container.guards();
                for (List<Guard> together : shared ? List.of(guards) : alone(guards)) {
                    ServerJvm server = ServerJvm.start(container, together, redis);
                    servers.add(server);
                    together.forEach(guard -> stands.add(new Stand(container, guard, server)));
                }
            }
            report.progress("load: warming up " + stands.size() + " applications on " + servers.size() + " servers");
            for (int part = 0; part < WARM_UP_PARTS; part++) {
                for (Stand stand : stands) {
                    stand.warmUp(generator, warmUp / WARM_UP_PARTS);
                }
            }
            for (int round = 0; round < effort.rounds(); round++) {
                report.progress("load: round " + (round + 1) + " of " + effort.rounds());
                for (Stand stand : stands) {
                    stand.measure(generator, requests);
                }
            }
        } finally {
            for (ServerJvm server : servers) {
                server.close();
            }
        }
        tell(report, stands, shared, warmUp, requests);
    }

    private static List<List<Guard>> alone(List<Guard> guards) {
        return guards.stream().map(List::of).toList();
    }

    private static void tell(Report report, List<Stand> stands, boolean shared, int warmUp, int requests) {
        report.section("Requests over HTTP");
        report.text(String.format(
                Locale.ROOT,
                """
                CPU of the server's process for a request that is answered with two bytes; the collector counts, and where threads can be told
                apart (Linux) the compiler does not, for a server that has run for an hour compiles no more. %s; options `%s`.
                Requests come from another process, over 16 connections of the loopback that stay open, each of which sends the next when it has
                the answer to the last. %,d requests to warm up each application, then %,d in each round, all applications by turns. All
                come from one address, so one client is remembered, where there is room for a million: what full caches cost stands with
                the local decisions. To repeat: `benchmarks/compare --only load`.

                Weir's filter is alone in its application and writes `RateLimit-Policy`, `RateLimit` and three `X-RateLimit` fields; the filter
                around Bucket4j, written for this page, writes the same. Refusals have `Retry-After`, `Cache-Control` and a body of 140 bytes
                besides. The limit is 1,000,000,000 per year, or where requests are refused 1 per hour. Over Redis each request is decided there,
                while the filter has given its thread back and Jersey holds it; Redis' own CPU is not counted. `DoSFilter` and `RateLimitFilter`
                admit all, and write no fields. A request that is answered in another way than it should be stops the run. Latencies are the
                clients', who share the processors with the server.""",
                shared
                        ? "The applications of a container share a server, and so what is compiled of it; without `--quick` each has one of"
                                + " its own"
                        : "Each application has a server in a virtual machine of its own",
                String.join(" ", ServerJvm.OPTIONS),
                warmUp,
                requests));
        for (Container container : Container.values()) {
            List<Stand> own = stands.stream()
                    .filter(stand -> stand.container() == container)
                    .toList();
            report.part(container.text());
            report.table(table(own));
            report.picture(picture(container, own));
            report.goal(free(container, own));
            for (Stand refused : own) {
                if (refused.guard().refuses()) {
                    report.text(refusal(refused, own.get(own.indexOf(refused) - 1)));
                }
            }
        }
    }

    private static Goal free(Container container, List<Stand> stands) {
        Samples bare = cpuMicros(stands, Guard.NONE);
        return Goal.atMost(
                container == Container.JETTY
                        ? "free"
                        : "free-" + container.name().toLowerCase(Locale.ROOT),
                cpuMicros(stands, Guard.WEIR_FREE).over(bare),
                1);
    }

    private static Samples cpuMicros(List<Stand> stands, Guard guard) {
        return stands.stream()
                .filter(stand -> stand.guard() == guard)
                .findFirst()
                .orElseThrow()
                .cpuMicros();
    }

    private static Grid table(List<Stand> stands) {
        Samples bare = stands.get(0).cpuMicros();
        Grid table =
                new Grid("in front", "CPU, µs", "more than bare, µs", "requests/s", "p50, µs", "p99, µs", "answers");
        for (Stand stand : stands) {
            table.row(
                    stand.text(),
                    stand.cpuMicros(),
                    stand.guard() == Guard.NONE ? "" : stand.cpuMicros().minus(bare),
                    stand.perSecond(),
                    stand.p50Micros(),
                    stand.p99Micros(),
                    stand.guard().refuses() ? "all 429" : "all 200");
        }
        return table;
    }

    private static String refusal(Stand refused, Stand admitted) {
        Samples ratio = refused.cpuMicros().over(admitted.cpuMicros());
        return refused.guard().isWeir()
                ? "A request that Weir refuses takes " + ratio + " times the CPU of one that it admits"
                        + (ratio.median() > 1 ? ": it is the dearer one." : ".")
                : "Of the filter around Bucket4j that is " + ratio + " times.";
    }

    private static Bars picture(Container container, List<Stand> stands) {
        Bars bars = new Bars(
                "http-" + container.name().toLowerCase(Locale.ROOT), "CPU per request, " + container.text(), "µs");
        for (Stand stand : stands) {
            bars.bar(stand.text().replace("`", ""), stand.cpuMicros());
        }
        return bars;
    }
}
