package dev.weir.core;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

/** Who comes again and again is found without a hash, and nobody is taken for somebody else. */
class RecentNamesTest {

    private static final long SECOND = 1L << 30;

    private final Bundle bundle = Asks.bundle("x", Limit.of(3, Duration.ofHours(1)));
    private final RecentNames recent = new RecentNames();

    private static Entry entry(Bundle bundle, String name, long nowNanos) {
        return new Entry(
                EntryKey.Probe.named(bundle, name),
                nowNanos,
                WindowAnchor.of(new ManualTicker(), java.time.Clock.systemUTC()));
    }

    @Test
    void findsWhatItKeptAndNobodyElse() {
        Entry entry = entry(bundle, "Aa", 0);
        recent.keep("Aa", entry, 0);
        assertThat(recent.find(bundle, new String("Aa"), 0)).isSameAs(entry);
        assertThat(recent.find(bundle, "BB", 0)).isNull(); // of the same hash
    }

    @Test
    void cacheIsShownEverybodyOnceASecondAllTheSame() {
        recent.keep("alice", entry(bundle, "alice", 0), 0);
        assertThat(recent.find(bundle, "alice", SECOND - 1)).isNotNull();
        assertThat(recent.find(bundle, "alice", SECOND)).isNull();
    }

    @Test
    void slotInUseStaysAndOneThatIsNotIsGiven() {
        recent.keep("Aa", entry(bundle, "Aa", 0), 0);
        recent.keep("BB", entry(bundle, "BB", 0), 0);
        assertThat(recent.find(bundle, "BB", 0)).isNull();
        recent.keep("BB", entry(bundle, "BB", SECOND), SECOND);
        assertThat(recent.find(bundle, "BB", SECOND)).isNotNull();
    }

    @Test
    void entryThatHasLeftIsNotFound() {
        Entry entry = entry(bundle, "alice", 0);
        recent.keep("alice", entry, 0);
        entry.claim();
        entry.release(Entry.CLOSED);
        assertThat(recent.find(bundle, "alice", 0)).isNull();
    }

    @Test
    void whoGetsAnotherTierHasItAtOnceAndStaysKnown() {
        AtomicReference<String> tier = new AtomicReference<>("free");
        RateLimiter limiter = RateLimiter.builder()
                .ticker(new ManualTicker())
                .tier("free", Limit.of(2, Duration.ofHours(1)))
                .tier("paid", Limit.of(9, Duration.ofHours(1)))
                .defaultTier("free")
                .tierOf(name -> tier.get())
                .build();
        limiter.tryAcquire("alice");
        assertThat(limiter.tryAcquire("alice").deciding().policy().limit().permits())
                .isEqualTo(2);
        tier.set("paid");
        assertThat(limiter.tryAcquire("alice").deciding().policy().limit().permits())
                .isEqualTo(9);
        assertThat(limiter.tryAcquire("alice").deciding().policy().limit().permits())
                .isEqualTo(9);
        tier.set("free");
        assertThat(limiter.tryAcquire("alice").deciding().policy().limit().permits())
                .isEqualTo(2);
    }
}
