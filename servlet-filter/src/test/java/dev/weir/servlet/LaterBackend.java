package dev.weir.servlet;

import dev.weir.core.Ask;
import dev.weir.core.spi.Backend;
import dev.weir.core.spi.BackendContext;
import dev.weir.core.spi.BackendProvider;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** Answers from another thread, as the name of the policy says: chosen by {@code weir.backend = later}. */
public final class LaterBackend implements Backend {

    private final ExecutorService answering = Executors.newSingleThreadExecutor();

    /** Opens it. */
    public static final class Provider implements BackendProvider {
        @Override
        public String name() {
            return "later";
        }

        @Override
        public Backend open(BackendContext context) {
            return new LaterBackend();
        }
    }

    private static final class Failure extends RuntimeException {
        private static final long serialVersionUID = 1L;

        Failure() {
            super("the back end is gone", null, false, false); // one line in the log, not a whole stack
        }
    }

    @Override
    public void decide(Ask ask) {
        switch (ask.policy(0).name()) {
            case "admits" -> answering.execute(() -> answer(ask, 0));
            case "refuses" -> answering.execute(() -> answer(ask, 1_500_000_000));
            case "fails" -> answering.execute(() -> ask.fail(new Failure()));
            default -> {} // never answers
        }
    }

    private static void answer(Ask ask, long retryAfterNanos) {
        ask.answer(0, 4, retryAfterNanos, 2_000_000_000);
        ask.complete(retryAfterNanos == 0);
    }

    @Override
    public void close() {
        answering.shutdownNow();
    }
}
