package dev.weir.benchmark.redis;

/** Callers that ask all at a time, each again as soon as it has its answer. */
interface Load {

    /**
     * Asks until {@code endNanos}, of {@link System#nanoTime}, and returns when the last answer is there.
     *
     * @throws IllegalStateException if one got no answer
     */
    Tally run(long endNanos) throws InterruptedException;
}
