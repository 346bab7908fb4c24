package dev.weir.benchmark.redis;

import com.sun.management.OperatingSystemMXBean;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.function.LongSupplier;

/**
 * What one way has cost in one round.
 *
 * @param seconds from the first ask to the last answer
 * @param decisions that the way itself has given
 * @param fellBack how many more a stand-in has given
 * @param admitted of all
 * @param p50Micros of all, how long a caller waited
 * @param cpuMicros of this process
 * @param server what Redis has done for it
 */
record Figures(
        double seconds,
        long decisions,
        long fellBack,
        long admitted,
        double p50Micros,
        double p99Micros,
        double cpuMicros,
        ServerCounts server) {

    private static final OperatingSystemMXBean PROCESS =
            (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
    private static final double NANOS_PER_SECOND = 1e9;

    /**
     * Lets {@code load} ask for {@code time}.
     *
     * @param fallenBack how many decisions a stand-in has given so far
     */
    static Figures of(Load load, Duration time, Redis redis, LongSupplier fallenBack) throws InterruptedException {
        long fallenBackBefore = fallenBack.getAsLong();
        ServerCounts before = redis.counts();
        long cpu = PROCESS.getProcessCpuTime();
        long start = System.nanoTime();
        Tally tally = load.run(start + time.toNanos());
        long end = System.nanoTime();
        cpu = PROCESS.getProcessCpuTime() - cpu;
        ServerCounts server = redis.counts().since(before);
        long fellBack = fallenBack.getAsLong() - fallenBackBefore;
        return new Figures(
                (end - start) / NANOS_PER_SECOND,
                tally.answered() - fellBack,
                fellBack,
                tally.admitted(),
                tally.latencies.micros(0.5),
                tally.latencies.micros(0.99),
                cpu / 1_000.0,
                server);
    }

    double perSecond() {
        return decisions / seconds;
    }

    double cpuPerDecision() {
        return cpuMicros / decisions;
    }

    double scriptPerDecision() {
        return (double) server.scriptMicros() / decisions;
    }

    double serverCpuPerDecision() {
        return (double) server.cpuMicros() / decisions;
    }

    double commandsPerDecision() {
        return (double) server.commands() / decisions;
    }

    double callsPerDecision() {
        return (double) server.scriptCalls() / decisions;
    }
}
