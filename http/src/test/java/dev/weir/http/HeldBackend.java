package dev.weir.http;

import dev.weir.core.Ask;
import dev.weir.core.spi.Backend;
import dev.weir.core.spi.BackendContext;
import dev.weir.core.spi.BackendProvider;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/** A back end that answers when it is told to: chosen by {@code weir.backend = held}. */
public final class HeldBackend implements Backend {

    private final Deque<Ask> held = new ArrayDeque<>();
    private final List<String> settled = new ArrayList<>();
    private boolean settles = true;

    /** Opens it. */
    public static final class Provider implements BackendProvider {
        @Override
        public String name() {
            return "held";
        }

        @Override
        public Backend open(BackendContext context) {
            return new HeldBackend();
        }
    }

    @Override
    public void decide(Ask ask) {
        held.add(ask);
    }

    @Override
    public void settle(Ask ask) {
        if (ask.close() != null) {
            if (!settles) {
                throw new IllegalStateException("the back end is gone");
            }
            settled.add(ask.cost(0) + " -> " + ask.actual(0));
        }
    }

    /** What was settled: what it was estimated at, and what it cost. */
    List<String> settled() {
        return settled;
    }

    /** Has it throw whenever it is to settle. */
    void cannotSettle() {
        settles = false;
    }

    /** How many asks wait for their answer. */
    int waiting() {
        return held.size();
    }

    /** The ask that has waited longest; it does not wait any more. */
    Ask next() {
        return held.remove();
    }

    /** Answers {@code ask}: admitted, with one permit fewer than the burst left. */
    static void admit(Ask ask) {
        for (int i = 0; i < ask.limits(); i++) {
            ask.answer(i, ask.policy(i).limit().burst() - 1, 0, 1_000_000_000);
        }
        ask.complete(true);
    }

    /** Answers {@code ask}: admitted, and to be settled; its turn comes after {@code wait}. */
    static void admit(Ask ask, Duration wait) {
        ask.turn(wait.toNanos());
        ask.open(ask);
        admit(ask);
    }

    /** Answers {@code ask}: its first limit stands in the way for a second and a half. */
    static void refuse(Ask ask) {
        for (int i = 0; i < ask.limits(); i++) {
            ask.answer(i, 0, i == 0 ? 1_500_000_000 : 0, 2_000_000_000);
        }
        ask.complete(false);
    }

    @Override
    public void close() {
        held.clear();
    }
}
