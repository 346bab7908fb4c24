package dev.weir.benchmark.churn;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.weir.benchmark.peer.Peers;
import dev.weir.core.Ask;
import dev.weir.core.Bundle;
import dev.weir.core.Limit;
import dev.weir.core.LimiterListener;
import dev.weir.core.LocalLimiter;
import dev.weir.core.Policies;
import dev.weir.core.Policy;
import dev.weir.core.RateLimiter;
import dev.weir.core.Ticker;
import io.github.bucket4j.Bucket;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;

/** A way to decide, in a cache of a given bound. */
enum Design {
    WEIR("Weir, keys as front ends make them") {
        @Override
        Decider open(long bound) {
            Policies policies = new Policies();
            policies.declare(new Policy("minute", LIMIT));
            Bundle bundle = policies.current().bundle("churn", List.of("minute"));
            LocalLimiter limiter = new LocalLimiter(bound, Ticker.system(), LimiterListener.NONE);
            ThreadLocal<Ask> asks = ThreadLocal.withInitial(Ask::new);
            return client -> {
                Ask ask = asks.get().clear();
                ask.add(bundle, client.key());
                limiter.decide(ask);
                return ask.allowed();
            };
        }
    },
    WEIR_NAMES("Weir, `String` keys") {
        @Override
        Decider open(long bound) {
            RateLimiter limiter =
                    RateLimiter.builder().limits(LIMIT).maxKeys(bound).build();
            return client -> limiter.tryAcquire(client.name()).allowed();
        }
    },
    BUCKET4J("Bucket4j in Caffeine, by size") {
        @Override
        Decider open(long bound) {
            return bucket4j(Caffeine.newBuilder().maximumSize(bound));
        }
    },
    BUCKET4J_EXPIRING("Bucket4j in Caffeine, by size and access") {
        @Override
        Decider open(long bound) {
            return bucket4j(Caffeine.newBuilder().maximumSize(bound).expireAfterAccess(Duration.ofHours(1)));
        }
    },
    CAFFEINE("Caffeine alone, of `String` and `AtomicLong`") {
        @Override
        Decider open(long bound) {
            Cache<String, AtomicLong> cache =
                    Caffeine.newBuilder().maximumSize(bound).build();
            return client -> {
                AtomicLong number = cache.get(client.name(), name -> new AtomicLong());
                return number.compareAndSet(0, System.nanoTime());
            };
        }
    };

    /* Who has to leave still owes: what Weir then does to remember it is counted. */
    private static final Limit LIMIT = Limit.of(100, Duration.ofMinutes(1));

    private final String text;

    Design(String text) {
        this.text = text;
    }

    /** What the report calls it. */
    String text() {
        return text;
    }

    /** An empty one. */
    abstract Decider open(long bound);

    /** Says whether a client may. */
    interface Decider {
        boolean decide(Client client);
    }

    private static Decider bucket4j(Caffeine<Object, Object> caffeine) {
        Cache<String, Bucket> cache = caffeine.build();
        return client -> cache.get(client.name(), name -> Peers.bucket4j(true)).tryConsume(1);
    }
}
