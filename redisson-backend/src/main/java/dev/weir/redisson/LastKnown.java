package dev.weir.redisson;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.weir.core.Ask;
import dev.weir.core.Bundle;
import dev.weir.core.ClientKey;
import dev.weir.core.Limit;
import dev.weir.core.Ticker;
import org.jspecify.annotations.Nullable;

/** What this process has last heard of its clients, so that an outage does not begin with a free burst. Bounded. */
final class LastKnown {

    private static final long MOST_CLIENTS = 100_000;

    private final Ticker ticker;
    private final Cache<ClientOfBundle, Heard> heard =
            Caffeine.newBuilder().maximumSize(MOST_CLIENTS).build();

    /* Of each limit, at that time: permits used, and how long until none is. */
    private static final class Heard {
        final long atNanos;
        final long[] used;
        final long[] resetNanos;

        Heard(long atNanos, long[] used, long[] resetNanos) {
            this.atNanos = atNanos;
            this.used = used;
            this.resetNanos = resetNanos;
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
            long[] used = new long[bundle.size()];
            long[] reset = new long[bundle.size()];
            long owing = 0;
            for (int j = 0; j < used.length; j++) {
                int limit = answered.firstLimit(i) + j;
                used[j] = Math.max(0, bundle.policies().get(j).limit().burst() - answered.remaining(limit));
                reset[j] = answered.resetAfterNanos(limit);
                owing |= reset[j];
            }
            ClientOfBundle key = ClientOfBundle.of(bundle, answered.client(i));
            if (owing != 0) {
                heard.put(key, new Heard(now, used, reset));
            } else {
                heard.invalidate(key);
            }
        }
    }

    /** How many permits of each limit are used by now, as far as is known here; null if none is. */
    long @Nullable [] used(Bundle bundle, ClientKey client) {
        Heard last = heard.getIfPresent(ClientOfBundle.of(bundle, client));
        if (last == null || last.used.length != bundle.size()) {
            return null;
        }
        long elapsed = Math.max(0, ticker.read() - last.atNanos);
        long[] used = new long[last.used.length];
        for (int j = 0; j < used.length; j++) {
            Limit limit = bundle.policies().get(j).limit();
            long left = last.resetNanos[j] - elapsed;
            if (left <= 0) {
                used[j] = 0;
            } else if (limit.algorithm().isBucket() && !limit.isClosed()) {
                double interval = (double) limit.period().toNanos() / limit.permits();
                used[j] = Math.min(limit.burst(), (long) Math.ceil(left / interval));
            } else {
                used[j] = last.used[j];
            }
        }
        return used;
    }
}
