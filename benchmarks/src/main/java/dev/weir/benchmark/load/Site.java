package dev.weir.benchmark.load;

import dev.weir.benchmark.ChildJvm;
import dev.weir.servlet.RateLimitFilter;
import jakarta.servlet.Filter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.logging.Level;
import java.util.logging.Logger;

/** A server on a free port of the loopback, in a virtual machine of its own, with an application for each guard. */
final class Site {

    private static final Logger LOG = Logger.getLogger("");

    /* Warns of each optional part of Jersey that is not here. */
    private static final Logger JERSEY = Logger.getLogger("org.glassfish.jersey");

    private Site() {}

    /**
     * Takes container, guards and the address of a Redis, starts the server, prints its port, and then answers each line with the ns of CPU
     * that this process has used so far.
     */
    public static void main(String[] args) throws Exception {
        LOG.setLevel(Level.SEVERE);
        JERSEY.setLevel(Level.SEVERE);
        List<Guard> guards =
                Arrays.stream(args[1].split(",", -1)).map(Guard::valueOf).toList();
        int port = switch (Container.valueOf(args[0])) {
            case JETTY -> JettySite.start(guards, guard -> JettySite.servlet(guard, args[2]));
            case JERSEY -> JettySite.start(guards, guard -> JettySite.jersey(guard, args[2]));
            case TOMCAT -> TomcatSite.start(guards, args[2]);
        };
        System.out.println(port);
        ServerCpu cpu = new ServerCpu();
        ChildJvm.answer(line -> {
            try {
                return Long.toString(cpu.nanos());
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        });
        System.exit(0); // the threads of servers and clients do not keep it running
    }

    /** The settings of Weir behind {@code guard}. */
    static Map<String, String> settings(Guard guard, String redis) {
        return guard == Guard.WEIR_REDIS
                ? Map.of(
                        "weir.backend",
                        "redis",
                        "weir.redis",
                        redis,
                        "weir.secret",
                        "of nobody's, for a benchmark",
                        "weir.nodes",
                        "1",
                        "weir.deadline", // so that none is answered by what stands in, even before all is compiled
                        "5s")
                : Map.of();
    }

    /** The servlet behind {@code guard}: its annotation is the limit. */
    static Class<? extends OkServlet> servlet(Guard guard) {
        return !guard.limits() ? OkServlet.class : guard.refuses() ? OkServlet.UsedUp.class : OkServlet.Ample.class;
    }

    /** The filter, of those that run in any container. */
    static Filter filter(Guard guard) {
        return switch (guard) {
            case EMPTY -> (request, response, chain) -> chain.doFilter(request, response);
            case WEIR_FREE, WEIR, WEIR_REFUSED, WEIR_REDIS -> new RateLimitFilter();
            case BUCKET4J -> new Bucket4jFilter(AmpleLimit.PERMITS, AmpleLimit.PERIOD);
            case BUCKET4J_REFUSED -> new Bucket4jFilter(1, Duration.ofHours(1));
            case NONE, OWN -> throw new IllegalArgumentException(guard + " is not a filter for any container");
        };
    }
}
