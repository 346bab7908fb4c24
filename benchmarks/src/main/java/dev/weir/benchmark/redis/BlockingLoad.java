package dev.weir.benchmark.redis;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Supplier;

/** Callers with a thread each, which wait for their answers. */
record BlockingLoad(int threads, Supplier<Caller> callers) implements Load {

    /** One that asks. Not thread-safe. */
    @FunctionalInterface
    interface Caller {
        /** Asks once more, and waits; whether it is allowed. */
        boolean decide() throws InterruptedException;
    }

    @Override
    public Tally run(long endNanos) throws InterruptedException {
        ExecutorService executor = Executors.newFixedThreadPool(threads);
        try {
            List<Future<Tally>> running = new ArrayList<>();
            for (int i = 0; i < threads; i++) {
                Caller caller = callers.get();
                running.add(executor.submit(() -> ask(caller, endNanos)));
            }
            Tally all = new Tally();
            for (Future<Tally> one : running) {
                all.addAll(one.get());
            }
            return all;
        } catch (ExecutionException e) {
            throw new IllegalStateException("A caller got no decision", e.getCause());
        } finally {
            executor.shutdownNow();
        }
    }

    private static Tally ask(Caller caller, long endNanos) throws InterruptedException {
        Tally tally = new Tally();
        for (long start = System.nanoTime(); endNanos - start > 0; ) {
            boolean allowed = caller.decide();
            long end = System.nanoTime();
            tally.note(end - start, allowed);
            start = end;
        }
        return tally;
    }
}
