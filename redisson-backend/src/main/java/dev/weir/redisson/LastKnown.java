package dev.weir.redisson;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.weir.core.Ask;
import dev.weir.core.Bundle;
import dev.weir.core.ClientKey;
import dev.weir.core.Limit;
import dev.weir.core.Policy;
import dev.weir.core.Ticker;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What this process has last heard of its clients, so that an outage does not begin with a free burst. Bounded. */
final class LastKnown {

    private static final long MOST_CLIENTS = 100_000;

    private final Ticker ticker;
    private final Cache<ClientOfBundle, Heard> heard =
            Caffeine.newBuilder().maximumSize(MOST_CLIENTS).build();

    /* Of each limit, at that time: permits used, and how long until none is. By the object's lock. */
    private static final class Heard {
        private long atNanos;
        private final long[] used;
        private final long[] resetNanos;

        Heard(int limits) {
            used = new long[limits];
            resetNanos = new long[limits];
        }

        synchronized long atNanos() {
            return atNanos;
        }

        synchronized void set(Ask answered, int bundle, long nowNanos) {
            atNanos = nowNanos;
            List<Policy> policies = answered.bundle(bundle).policies();
            for (int j = 0; j < used.length; j++) {
                int limit = answered.firstLimit(bundle) + j;
                used[j] = Math.max(0, policies.get(j).limit().burst() - answered.remaining(limit));
                resetNanos[j] = answered.resetAfterNanos(limit);
            }
        }

        synchronized long[] used(Bundle bundle, long nowNanos) {
            long elapsed = Math.max(0, nowNanos - atNanos);
            long[] now = new long[used.length];
            for (int j = 0; j < now.length; j++) {
                Limit limit = bundle.policies().get(j).limit();
                long left = resetNanos[j] - elapsed;
                if (left <= 0) {
                    now[j] = 0;
                } else if (limit.algorithm().isBucket() && !limit.isClosed()) {
                    double interval = (double) limit.period().toNanos() / limit.permits();
                    now[j] = Math.min(limit.burst(), (long) Math.ceil(left / interval));
                } else {
                    now[j] = used[j];
                }
            }
            return now;
        }
    }

    LastKnown(Ticker ticker) {
        this.ticker = ticker;
    }

    /** Notes the figures of {@code answered}. */
    void note(Ask answered) {
        long now = ticker.read();
        for (int i = 0; i < answered.bundles(); i++) {
            Bundle bundle = answered.bundle(i);
            ClientOfBundle key = ClientOfBundle.of(bundle, answered.client(i));
            Heard last = heard.getIfPresent(key);
            if (last != null && last.used.length == bundle.size()) {
                last.set(answered, i, now); // a cache's books cost more than that
            } else if (isOwing(answered, i)) {
                Heard first = new Heard(bundle.size());
                first.set(answered, i, now);
                heard.put(key, first);
            }
        }
    }

    private static boolean isOwing(Ask answered, int bundle) {
        for (int j = 0; j < answered.bundle(bundle).size(); j++) {
            if (answered.resetAfterNanos(answered.firstLimit(bundle) + j) > 0) {
                return true;
            }
        }
        return false;
    }

    /** Whether anything has been heard of {@code client} since then, by the ticker. */
    boolean isNewer(Bundle bundle, ClientKey client, long sinceNanos) {
        Heard last = heard.getIfPresent(ClientOfBundle.of(bundle, client));
        return last != null && last.atNanos() - sinceNanos > 0;
    }

    /** How many permits of each limit are used by now, as far as is known here; null if nothing is. */
    long @Nullable [] used(Bundle bundle, ClientKey client) {
        Heard last = heard.getIfPresent(ClientOfBundle.of(bundle, client));
        return last == null || last.used.length != bundle.size() ? null : last.used(bundle, ticker.read());
    }
}
