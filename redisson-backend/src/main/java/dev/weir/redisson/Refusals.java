package dev.weir.redisson;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.weir.core.Ask;
import dev.weir.core.Ticker;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * The deny cache: a refusal says for how long, and until then what costs at least as much is refused here. Exact, since whatever others
 * take meanwhile makes that wait only longer; where something may be given back, which makes it shorter, a refusal holds for 100 ms at
 * most. It is of one version of the limits, and asked of others again.
 *
 * <p>Bounded; who is dropped is asked of again.
 */
final class Refusals {

    private static final long MOST = 100_000;
    private static final long CAP_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

    private final Ticker ticker;
    private final Cache<Object, Refusal> refusals;

    private record Refusal(Figures figures, boolean isExact) {

        boolean refuses(Ask ask, long nowNanos) {
            if (!figures.areOf(ask) || isOver(nowNanos)) {
                return false;
            }
            for (int i = 0; i < ask.limits(); i++) {
                if (ask.cost(i) >= figures.cost(i) && figures.retryNanos(i, nowNanos) > 0) {
                    return true;
                }
            }
            return false;
        }

        /** Whether it does not hold for anything any more. */
        boolean isOver(long nowNanos) {
            return !isExact && figures.ageNanos(nowNanos) >= CAP_NANOS;
        }

        void tell(Ask ask, long nowNanos) {
            for (int i = 0; i < ask.limits(); i++) {
                long retry = ask.cost(i) < figures.cost(i) ? 0 : figures.retryNanos(i, nowNanos);
                long longer = retry == 0 ? 0 : figures.longerNanos(i, ask.cost(i) - figures.cost(i));
                ask.answer(
                        i,
                        figures.remaining(i, nowNanos),
                        retry == Ask.NEVER || longer == Ask.NEVER ? Ask.NEVER : retry + longer,
                        figures.resetNanos(i, nowNanos),
                        figures.windowNanos(i));
            }
        }
    }

    /**
     * No refusals yet.
     *
     * @param ticker by which they end
     */
    Refusals(Ticker ticker) {
        this(ticker, MOST);
    }

    /**
     * No refusals yet.
     *
     * @param ticker by which they end
     * @param most how many are remembered
     */
    Refusals(Ticker ticker, long most) {
        this.ticker = ticker;
        this.refusals = Caffeine.newBuilder().maximumSize(most).build();
    }

    /** How many are remembered, those that are over included. */
    long size() {
        refusals.cleanUp();
        return refusals.estimatedSize();
    }

    /** Whether {@code ask} is refused, as is known here; then it has its figures. */
    boolean refuse(Ask ask) {
        Object key = key(ask);
        Refusal known = refusals.getIfPresent(key);
        if (known == null) {
            return false;
        }
        long now = ticker.read();
        if (known.refuses(ask, now) && !waits(ask)) {
            known.tell(ask, now);
            return true;
        }
        return false;
    }

    /**
     * Notes that {@code refused} was.
     *
     * @param sentNanos when it was asked, by the ticker
     * @param isExact whether nothing that was taken there is ever given back
     */
    void note(Ask refused, long sentNanos, boolean isExact) {
        if (!waits(refused)) {
            refusals.put(key(refused), new Refusal(new Figures(refused, sentNanos), isExact));
        }
    }

    private static boolean waits(Ask ask) {
        for (int i = 0; i < ask.limits(); i++) {
            if (ask.patienceNanos(i) > 0) {
                return true;
            }
        }
        return false;
    }

    private static Object key(Ask ask) {
        if (ask.bundles() == 1) {
            return ClientOfBundle.of(ask.bundle(0), ask.client(0));
        }
        List<ClientOfBundle> keys = new ArrayList<>(ask.bundles());
        for (int i = 0; i < ask.bundles(); i++) {
            keys.add(ClientOfBundle.of(ask.bundle(i), ask.client(i)));
        }
        return keys;
    }
}
