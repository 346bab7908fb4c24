package dev.weir.http;

import dev.weir.core.Ask;
import dev.weir.core.spi.Backend;
import dev.weir.core.spi.BackendContext;
import dev.weir.core.spi.BackendProvider;
import java.util.ArrayDeque;
import java.util.Deque;

/** A back end that answers when it is told to: chosen by {@code weir.backend = held}. */
public final class HeldBackend implements Backend {

    private final Deque<Ask> held = new ArrayDeque<>();

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
