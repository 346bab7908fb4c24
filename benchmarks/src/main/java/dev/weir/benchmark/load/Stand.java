package dev.weir.benchmark.load;

import dev.weir.benchmark.ChildJvm;
import dev.weir.benchmark.Samples;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** An application on a server, and what its requests have cost so far. */
final class Stand {

    private final Container container;
    private final Guard guard;
    private final ServerJvm server;
    private final List<Double> cpuMicros = new ArrayList<>();
    private final List<Double> perSecond = new ArrayList<>();
    private final List<Double> p50Micros = new ArrayList<>();
    private final List<Double> p99Micros = new ArrayList<>();

    Stand(Container container, Guard guard, ServerJvm server) {
        this.container = container;
        this.guard = guard;
        this.server = server;
    }

    Container container() {
        return container;
    }

    Guard guard() {
        return guard;
    }

    String text() {
        return guard.text(container);
    }

    /** Has it answer so many requests, whatever it answers. */
    void warmUp(ChildJvm generator, int requests) throws IOException {
        ask(generator, requests);
    }

    /**
     * Measures it once.
     *
     * @throws IllegalStateException if requests were not answered as they should be
     */
    void measure(ChildJvm generator, int requests) throws IOException {
        long cpu = server.cpuNanos();
        String[] answer = ask(generator, requests);
        cpu = server.cpuNanos() - cpu;
        if (Integer.parseInt(answer[guard.refuses() ? 2 : 1]) != requests) {
            throw new IllegalStateException(container.text() + " with " + text() + " admitted " + answer[1]
                    + " and refused " + answer[2] + " of " + requests);
        }
        cpuMicros.add(cpu / 1_000.0 / requests);
        perSecond.add(requests / Double.parseDouble(answer[0]));
        p50Micros.add(Double.parseDouble(answer[3]));
        p99Micros.add(Double.parseDouble(answer[4]));
    }

    /** CPU of the server's process for a request, in µs. */
    Samples cpuMicros() {
        return samples(cpuMicros);
    }

    Samples perSecond() {
        return samples(perSecond);
    }

    Samples p50Micros() {
        return samples(p50Micros);
    }

    Samples p99Micros() {
        return samples(p99Micros);
    }

    private String[] ask(ChildJvm generator, int requests) throws IOException {
        return generator.ask(server.port() + " " + guard.path() + "/ " + requests);
    }

    private static Samples samples(List<Double> rounds) {
        return new Samples(rounds.stream().mapToDouble(Double::doubleValue).toArray());
    }
}
