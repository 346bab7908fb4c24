package dev.weir.benchmark.churn;

import com.sun.management.OperatingSystemMXBean;
import com.sun.management.ThreadMXBean;
import dev.weir.benchmark.ChildJvm;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** Asks one design in a virtual machine of its own, for clients none of whom comes twice. */
final class ChurnProbe {

    private static final OperatingSystemMXBean PROCESS =
            ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);
    private static final ThreadMXBean THREADS = ManagementFactory.getPlatformMXBean(ThreadMXBean.class);

    private final Design.Decider decider;
    private long clients;

    private ChurnProbe(Design design, int bound) {
        decider = design.open(bound);
        ask(strangers(bound));
    }

    /**
     * Takes the design and the bound of its cache, fills that, and then answers lines of {@code THREADS DECISIONS} with figures of a
     * decision: ns, ns of CPU, bytes, µs of the longest, and how many of a hundred were refused.
     */
    public static void main(String[] args) throws IOException {
        ChurnProbe probe = new ChurnProbe(Design.valueOf(args[0]), Integer.parseInt(args[1]));
        ChildJvm.answer(line -> {
            String[] words = line.split(" ", -1);
            try {
                return probe.round(Integer.parseInt(words[0]), Integer.parseInt(words[1]));
            } catch (InterruptedException | ExecutionException e) {
                throw new IllegalStateException(e);
            }
        });
        System.exit(0);
    }

    /** What one thread has seen. */
    private record Seen(long longestNanos, long bytes, int refused) {}

    private String round(int threads, int decisions) throws InterruptedException, ExecutionException {
        List<Callable<Seen>> askers = new ArrayList<>();
        for (int i = 0; i < threads; i++) {
            Client[] own = strangers(decisions / threads);
            askers.add(() -> ask(own));
        }
        ExecutorService pool = Executors.newFixedThreadPool(threads);
        try {
            System.gc();
            long cpu = PROCESS.getProcessCpuTime();
            long start = System.nanoTime();
            long longest = 0;
            long bytes = 0;
            double refused = 0;
            for (Future<Seen> asker : pool.invokeAll(askers)) {
                longest = Math.max(longest, asker.get().longestNanos());
                bytes += asker.get().bytes();
                refused += asker.get().refused();
            }
            double nanos = System.nanoTime() - start;
            cpu = PROCESS.getProcessCpuTime() - cpu;
            return nanos / decisions + " " + (double) cpu / decisions + " " + (double) bytes / decisions + " "
                    + longest / 1_000.0 + " " + 100 * refused / decisions;
        } finally {
            pool.shutdown();
        }
    }

    private Seen ask(Client[] strangers) {
        long bytes = THREADS.getCurrentThreadAllocatedBytes();
        long longest = 0;
        int refused = 0;
        long before = System.nanoTime();
        for (Client stranger : strangers) {
            refused += decider.decide(stranger) ? 0 : 1;
            long after = System.nanoTime();
            longest = Math.max(longest, after - before);
            before = after;
        }
        return new Seen(longest, THREADS.getCurrentThreadAllocatedBytes() - bytes, refused);
    }

    private Client[] strangers(int count) {
        Client[] strangers = new Client[count];
        for (int i = 0; i < count; i++) {
            strangers[i] = Client.of(clients++);
        }
        return strangers;
    }
}
