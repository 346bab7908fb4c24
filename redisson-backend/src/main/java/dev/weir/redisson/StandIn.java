package dev.weir.redisson;

import dev.weir.core.Ask;
import dev.weir.core.LimiterListener;
import dev.weir.core.OnFailure;
import dev.weir.core.Sweeper;
import dev.weir.core.Ticker;
import java.time.Duration;
import java.util.concurrent.ScheduledExecutorService;
import org.jspecify.annotations.Nullable;

/** Answers in the place of a limiter that does not, as the policies say. */
final class StandIn {

    private static final Duration SWEEP_EVERY = Duration.ofSeconds(30);
    /** A local limiter that nobody has needed for so long, while there were answers, is replaced by one that begins with what is known then. */
    private static final long OVER_NANOS = Duration.ofMinutes(1).toNanos();

    private final long maxClients;
    private final Nodes nodes;
    private final Arrears arrears;
    private final LastKnown known;
    private final Ticker ticker;
    private final ScheduledExecutorService scheduler;
    private final LimiterListener listener;
    private volatile boolean answeredSince;
    /* By the object's lock: that of this outage, or of the last one; null before the first. */
    private @Nullable Outage outage;

    /** How a caller was answered: admitted, to be charged when the limiter is there again, or free; or not. */
    enum Answer {
        ADMITTED,
        ADMITTED_FREELY,
        REFUSED,
        FAILED
    }

    /**
     * A stand-in.
     *
     * @param maxClients how many it remembers, 1 or more
     * @param nodes among which it has its share
     * @param arrears what it has admitted and nobody has charged; whoever asks adds to it
     */
    StandIn(
            long maxClients,
            Nodes nodes,
            Arrears arrears,
            Ticker ticker,
            ScheduledExecutorService scheduler,
            LimiterListener listener) {
        this.maxClients = maxClients;
        this.nodes = nodes;
        this.arrears = arrears;
        this.known = new LastKnown(ticker);
        this.ticker = ticker;
        this.scheduler = scheduler;
        this.listener = listener;
    }

    /** Learns from what the limiter has answered. */
    void note(Ask answered) {
        known.note(answered);
        answeredSince = true;
    }

    /** Gives {@code ask} its figures, without completing it. */
    Answer answer(Ask ask, OnFailure mode) {
        return switch (mode) {
            case OPEN -> {
                for (int i = 0; i < ask.limits(); i++) {
                    ask.answer(i, ask.policy(i).limit().burst(), 0, 0);
                }
                yield Answer.ADMITTED_FREELY;
            }
            case LOCAL -> outage().decide(ask) ? Answer.ADMITTED : Answer.REFUSED;
            case CLOSED -> Answer.FAILED;
        };
    }

    private synchronized Outage outage() {
        Outage now = outage;
        int count = nodes.seen();
        if (now == null || (answeredSince && (now.isOver(OVER_NANOS) || now.nodes() < count))) {
            now = new Outage(maxClients, ticker, new Share(count), known, arrears, listener);
            outage = now;
            Sweeper.start(now.limiter(), scheduler, SWEEP_EVERY);
        }
        answeredSince = false;
        return now;
    }
}
