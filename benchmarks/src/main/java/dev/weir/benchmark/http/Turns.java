package dev.weir.benchmark.http;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/**
 * Measures ways in one process by turns of two milliseconds, hundreds of them: what disturbs the machine for longer disturbs all ways. The
 * figure of a way is that which a tenth of its turns stay below, the quiet ones; of bytes the mean.
 */
final class Turns {

    private static final long TURN_NANOS = 2_000_000;
    private static final double QUIET = 0.1;

    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    /** Somebody reads what is written, as far as the compiler knows. */
    @SuppressWarnings("unused")
    private static volatile long sink;

    private Turns() {}

    /** What one way costs per request. */
    record Cost(String way, double nanos, double bytes) {
        @Override
        public String toString() {
            return String.format(Locale.ROOT, "%s\t%.3f\t%.3f", way, nanos, bytes);
        }

        static Cost parse(String line) {
            String[] parts = line.split("\t", -1);
            return new Cost(parts[0], Double.parseDouble(parts[1]), Double.parseDouble(parts[2]));
        }
    }

    /**
     * Measures.
     *
     * @param warmUp turns of each way before anything counts
     * @param turns of each way
     */
    static List<Cost> measure(List<? extends Way> ways, int warmUp, int turns) throws Exception {
        int[] batch = new int[ways.size()];
        Arrays.fill(batch, 1);
        double[][] nanos = new double[ways.size()][turns];
        double[] bytes = new double[ways.size()];
        double[] requests = new double[ways.size()];
        for (int turn = -warmUp; turn < turns; turn++) {
            for (int i = 0; i < batch.length; i++) {
                long allocated = THREADS.getCurrentThreadAllocatedBytes();
                long start = System.nanoTime();
                serve(ways.get(i), batch[i]);
                double took = System.nanoTime() - start;
                if (turn >= 0) {
                    nanos[i][turn] = took / batch[i];
                    bytes[i] += THREADS.getCurrentThreadAllocatedBytes() - allocated;
                    requests[i] += batch[i];
                } else {
                    batch[i] = (int) Math.max(1, Math.min(2.0 * batch[i], (double) TURN_NANOS / (took / batch[i])));
                }
            }
        }
        List<Cost> costs = new ArrayList<>();
        for (int i = 0; i < batch.length; i++) {
            Arrays.sort(nanos[i]);
            costs.add(new Cost(ways.get(i).name(), nanos[i][(int) (QUIET * turns)], bytes[i] / requests[i]));
        }
        return costs;
    }

    private static void serve(Way way, int requests) throws Exception {
        long written = 0;
        for (int i = 0; i < requests; i++) {
            written += way.serve();
        }
        sink = written;
    }
}
