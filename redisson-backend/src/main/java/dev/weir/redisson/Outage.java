package dev.weir.redisson;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.weir.core.Ask;
import dev.weir.core.Bundle;
import dev.weir.core.ClientKey;
import dev.weir.core.LimiterListener;
import dev.weir.core.LocalLimiter;
import dev.weir.core.Ticker;

/**
 * The limiter of this process that stands in: by its share of each limit, beginning with what was last known of a client. Bounded as
 * local limiters are.
 */
final class Outage {

    /** When to come back who asks for more than this share ever has, and not for more than the limit. */
    private static final long RETRY_NANOS = 1_000_000_000;

    private final LocalLimiter limiter;
    private final Share share;
    private final LastKnown known;
    private final Arrears arrears;
    private final Cache<ClientOfBundle, Long> begun;
    private final Ticker ticker;
    private volatile long usedNanos;

    /**
     * A limiter.
     *
     * @param maxClients how many it remembers, 1 or more
     * @param listener told of clients that had to leave while they owed, and of nothing else
     */
    Outage(long maxClients, Ticker ticker, Share share, LastKnown known, Arrears arrears, LimiterListener listener) {
        this.limiter = new LocalLimiter(maxClients, ticker, new LimiterListener() {
            @Override
            public void evictedWhileOwing(Bundle bundle) {
                listener.evictedWhileOwing(bundle);
            }
        });
        this.begun = Caffeine.newBuilder().maximumSize(maxClients).build();
        this.ticker = ticker;
        this.usedNanos = ticker.read();
        this.share = share;
        this.known = known;
        this.arrears = arrears;
    }

    /** What was taken here, to be settled here. */
    record Taken(Outage by, Ask question) {}

    /** Answers {@code ask}, up to completing it; whether it is admitted. */
    boolean decide(Ask ask) {
        usedNanos = ticker.read();
        Ask question = question(ask);
        limiter.decide(question);
        boolean allowed = question.allowed();
        for (int i = 0; i < ask.limits(); i++) {
            long retry = question.retryAfterNanos(i);
            boolean everFits = !ask.policy(i).limit().isClosed()
                    && ask.cost(i) <= ask.policy(i).limit().burst();
            ask.answer(
                    i,
                    question.remaining(i),
                    retry == Ask.NEVER && everFits ? RETRY_NANOS : retry,
                    question.resetAfterNanos(i),
                    question.windowNanos(i));
        }
        ask.turn(question.waitNanos());
        if (question.isOpen()) {
            ask.open(new Taken(this, question));
        }
        return allowed;
    }

    void settle(Taken taken, Ask ask) {
        for (int i = 0; i < ask.limits(); i++) {
            taken.question.actual(i, ask.actual(i));
        }
        limiter.settle(taken.question);
    }

    /** Whether nobody has needed it for so long that what is known of clients is newer than what it knows. */
    boolean isOver(long afterNanos) {
        return ticker.read() - usedNanos > afterNanos;
    }

    /** How many processes it was thought to be one of when it began. */
    int nodes() {
        return share.nodes();
    }

    LocalLimiter limiter() {
        return limiter;
    }

    private Ask question(Ask ask) {
        Ask question = new Ask();
        for (int i = 0; i < ask.bundles(); i++) {
            Bundle own = share.of(ask.bundle(i));
            if (begins(ask.bundle(i), ask.client(i))) {
                begin(ask.bundle(i), own, ask.client(i));
            }
            question.add(own, ask.client(i));
        }
        for (int i = 0; i < ask.limits(); i++) {
            question.cost(i, ask.cost(i));
            question.patience(i, ask.patienceNanos(i));
        }
        if (ask.holds()) {
            question.hold();
        }
        return question;
    }

    /* At first, and whenever the limiter has been heard since. */
    private boolean begins(Bundle bundle, ClientKey client) {
        ClientOfBundle key = ClientOfBundle.of(bundle, client);
        Long before = begun.getIfPresent(key);
        long now = ticker.read();
        if (before == null) {
            return begun.asMap().putIfAbsent(key, now) == null;
        }
        return known.isNewer(bundle, client, before) && begun.asMap().replace(key, before, now);
    }

    /*
     * Has as much used here as is known to be: the same part as of the limit, and all that was admitted here and is not yet charged
     * elsewhere.
     */
    private void begin(Bundle bundle, Bundle own, ClientKey client) {
        long[] used = known.used(bundle, client);
        long[] owed = arrears.look(bundle, client);
        if (used == null && owed == null) {
            return;
        }
        Ask look = new Ask();
        look.add(own, client);
        for (int j = 0; j < own.size(); j++) {
            look.cost(j, 0);
        }
        limiter.decide(look);
        Ask debts = new Ask();
        debts.add(own, client);
        for (int j = 0; j < own.size(); j++) {
            long burst = bundle.policies().get(j).limit().burst();
            long ownBurst = own.policies().get(j).limit().burst();
            double part = used == null || burst == 0 ? 0 : (double) used[j] / burst;
            double permits = Math.ceil(ownBurst * part) + (owed == null ? 0 : owed[j]);
            long left = look.remaining(j);
            debts.cost(j, Math.max(0, Math.min(ownBurst, (long) permits) - (ownBurst - left)));
        }
        limiter.decide(debts);
    }
}
