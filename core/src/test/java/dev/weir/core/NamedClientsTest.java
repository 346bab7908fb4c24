package dev.weir.core;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/** Clients of the library are found by their names; whichever way they come, each has one budget. */
class NamedClientsTest {

    private static final Duration HOUR = Duration.ofHours(1);
    private final ManualTicker ticker = new ManualTicker();

    private RateLimiter limiter(long maxKeys, int permits) {
        return RateLimiter.builder()
                .ticker(ticker)
                .maxKeys(maxKeys)
                .limits(Limit.of(permits, HOUR))
                .build();
    }

    @Test
    void everyWayToAskDrawsOnTheSameBudget() throws InterruptedException {
        RateLimiter limiter = limiter(100, 6);
        assertThat(limiter.tryAcquire("alice").remaining()).isEqualTo(5);
        assertThat(limiter.tryAcquire("alice", Cost.of(1)).remaining()).isEqualTo(4);
        assertThat(limiter.acquire("alice").remaining()).isEqualTo(3);
        Reservation reservation = limiter.reserve("alice", 2);
        assertThat(limiter.tryAcquire("alice").remaining()).isZero();
        reservation.settle(0);
        assertThat(limiter.peek("alice").remaining())
                .isEqualTo(limiter.peek(new String("alice")).remaining());
        assertThat(limiter.tryAcquire("bob").remaining()).isEqualTo(5);
    }

    @Test
    void decisionOfTheKnownSaysWhatThatOfAStrangerSays() {
        RateLimiter known = limiter(100, 2);
        known.tryAcquire("alice");
        Decision last = known.tryAcquire("alice");
        assertThat(last.allowed()).isTrue();
        assertThat(last.outcomes()).hasSize(1);
        assertThat(last.retryAfter()).isZero();
        assertThat(last.resetAfter()).isEqualTo(HOUR);
        Decision refused = known.tryAcquire("alice");
        assertThat(refused.allowed()).isFalse();
        assertThat(refused.retryAfter()).isEqualTo(HOUR.dividedBy(2));
        Decision said = known.tryAcquire("alice", Cost.of(1));
        assertThat(refused).isEqualTo(said).hasSameHashCodeAs(said).hasToString(said.toString());
        assertThat(refused).isNotEqualTo(last);
        Decision never = known.tryAcquire("alice", 3);
        assertThat(never.allowed()).isFalse();
        assertThat(never.never()).isTrue();
    }

    @Test
    void namesOfEqualHashAreSpreadLikeOthers() {
        Bundle bundle = Asks.bundle("x", Limit.of(3, HOUR));
        Set<Integer> hashes = new HashSet<>();
        for (int i = 0; i < 1 << 10; i++) {
            StringBuilder name = new StringBuilder();
            for (int bit = 0; bit < 10; bit++) {
                name.append((i >> bit & 1) == 0 ? "Aa" : "BB"); // all of one String.hashCode
            }
            hashes.add(EntryKey.Probe.named(bundle, name.toString()).hashCode());
        }
        assertThat(hashes).hasSizeGreaterThan(1_000);
    }

    @Test
    void refusedRequestOfSeveralLimitsLeavesEachAsItWas() {
        Bundle bundle = Asks.bundle("x", Limit.of(1, HOUR), Limit.of(1, HOUR));
        AtomicLong now = new AtomicLong();
        LocalLimiter limiter = Asks.limiter(now::get);
        assertThat(Asks.allowed(limiter, bundle, Asks.ALICE, 1, 0)).isTrue();
        now.set(HOUR.toNanos());
        assertThat(Asks.allowed(limiter, bundle, Asks.ALICE, 0, 1)).isTrue();
        now.set(HOUR.toNanos() * 3 / 2);
        assertThat(Asks.allowed(limiter, bundle, Asks.ALICE, 1, 1)).isFalse();
        now.set(HOUR.toNanos()); // one who has read the clock earlier, and comes later
        assertThat(Asks.allowed(limiter, bundle, Asks.ALICE, 1, 0)).isTrue();
    }

    @Test
    void whoHadToLeaveComesBackWithWhatIsOwed() {
        RateLimiter limiter = limiter(64, 3);
        limiter.tryAcquire("alice", 3);
        for (int i = 0; i < 10_000; i++) {
            limiter.tryAcquire("stranger " + i);
        }
        assertThat(limiter.tryAcquire("alice").allowed()).isFalse();
        assertThat(limiter.tryAcquire("alice").allowed()).isFalse();
    }

    @Test
    void manyThreadsNeverGetMoreThanThereIsWhileStrangersFlood() throws Exception {
        int permits = 500;
        RateLimiter limiter = limiter(64, permits);
        AtomicInteger admitted = new AtomicInteger();
        Together.run(4, thread -> {
            for (int i = 0; i < 1_000; i++) {
                admitted.addAndGet(limiter.tryAcquire("alice").allowed() ? 1 : 0);
                limiter.tryAcquire("stranger " + thread + " " + i);
            }
            return null;
        });
        assertThat(admitted.get()).isBetween(permits * 9 / 10, permits); // what is owed comes back rounded up
    }
}
