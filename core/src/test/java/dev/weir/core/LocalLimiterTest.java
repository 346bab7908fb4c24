package dev.weir.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.ref.WeakReference;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

/** Memory is bounded, active clients stay, and what is lost is counted. */
class LocalLimiterTest {

    private static final int BOUND = 1_000;
    private static final Duration SECOND = Duration.ofSeconds(1);
    private static final Bundle HOURLY = Asks.bundle("hourly", Limit.of(100, Duration.ofHours(1)));
    private static final Bundle SEVERAL =
            Asks.bundle("several", Limit.of(100, Duration.ofHours(1)), Limit.of(1_000, Duration.ofDays(1)));

    private final ManualTicker ticker = new ManualTicker();
    private final AtomicLong told = new AtomicLong();
    private final LocalLimiter limiter = new LocalLimiter(BOUND, ticker, new LimiterListener() {
        @Override
        public void evictedWhileOwing(Bundle bundle) {
            told.incrementAndGet();
        }
    });

    // peers: CVE-2024-9823 (records of clients grew until the heap was gone)
    @Test
    void waitBehindOthersIsTheirsHoweverFineALimitCounts() {
        Bundle day = Asks.bundle("day", Limit.of(1, Duration.ofDays(1)));
        Bundle fine =
                Asks.bundle("fine", Limit.of(999_999_999, Duration.ofSeconds(1)).withBurst(1)); // tells 73 minutes
        Asks.decide(limiter, day, ClientKey.GLOBAL);
        Ask ask = Asks.ask(day, ClientKey.GLOBAL);
        Asks.add(ask, fine, Asks.ALICE);
        limiter.decide(ask);
        assertThat(ask.retryAfterNanos(1)).isZero();
        Ask waits = Asks.ask(day, ClientKey.GLOBAL);
        waits.patience(0, Long.MAX_VALUE);
        limiter.decide(waits);
        assertThat(waits.waitNanos()).isEqualTo(Duration.ofDays(1).toNanos());
        Ask next = Asks.ask(day, ClientKey.GLOBAL);
        Asks.add(next, fine, Asks.ALICE);
        limiter.decide(next);
        assertThat(next.retryAfterNanos(0)).isEqualTo(Duration.ofDays(2).toNanos());
        assertThat(next.retryAfterNanos(1)).isZero();
    }

    @Test
    void fullQueueRefusesAlsoWhoWouldWaitForAnotherLimitAnyway() {
        Bundle queue = Asks.bundle(
                "queue", Limit.of(10, Duration.ofSeconds(1)).withBurst(2).withAlgorithm(Algorithm.LEAKY_BUCKET_QUEUE));
        Bundle shared = Asks.bundle("shared", Limit.of(1, Duration.ofMinutes(1)));
        Asks.decide(limiter, shared, ClientKey.GLOBAL);
        Asks.decide(limiter, queue, Asks.ALICE);
        Asks.decide(limiter, queue, Asks.ALICE);
        for (int waiting = 0;
                waiting < 2;
                waiting++) { // the first, who would wait for a place in time, then one behind another
            Ask ask = Asks.ask(shared, ClientKey.GLOBAL);
            Asks.add(ask, queue, Asks.ALICE);
            ask.patience(0, Long.MAX_VALUE);
            limiter.decide(ask);
            assertThat(ask.allowed()).isFalse();
            assertThat(ask.retryAfterNanos(1)).isEqualTo(100_000_000);
            Ask other = Asks.ask(shared, ClientKey.GLOBAL);
            other.patience(0, Long.MAX_VALUE);
            limiter.decide(other);
            assertThat(other.allowed()).isTrue();
        }
    }

    @Test
    void strangersNeverExceedTheBoundAndEveryLossIsCounted() {
        for (int i = 0; i < 10 * BOUND; i++) {
            assertThat(Asks.allowed(limiter, i % 2 == 0 ? HOURLY : SEVERAL, Asks.client(i)))
                    .isTrue();
        }
        assertThat(limiter.size()).isBetween(BOUND / 2L, (long) BOUND);
        assertThat(limiter.evictedWhileOwing()).isEqualTo(10 * BOUND - limiter.size());
        assertThat(told).hasValue(limiter.evictedWhileOwing());
    }

    /* Who still holds it must see that it is gone, and look again: so there are never two live states of one client. */
    @Test
    void entryThatLeavesIsClosedAndNoOther() {
        CaffeineStore store = new CaffeineStore(BOUND, ticker, LimiterListener.NONE, Asks.ANCHOR, new Debts(BOUND));
        List<Entry> held = new ArrayList<>();
        for (int i = 0; i < 3 * BOUND; i++) {
            held.add(store.findOrCreate(new EntryKey.Probe(HOURLY, Asks.client(i)), 0));
        }
        assertClosedIfGone(store, held);
        store.sweep(0, 0);
        assertThat(store.size()).isZero();
        assertThat(held).allMatch(entry -> entry.first() == Entry.CLOSED);
    }

    @Test
    void clientThatHasRefilledLeavesUncounted() {
        for (int i = 0; i < 10 * BOUND; i++) {
            Asks.decide(limiter, HOURLY, Asks.client(i));
            ticker.advance(Duration.ofSeconds(36)); // its interval: nobody owes for longer
        }
        assertThat(limiter.size()).isLessThanOrEqualTo(BOUND);
        assertThat(limiter.evictedWhileOwing()).isZero();
    }

    // peers: quarkus-bucket4j (a cache of 1,000), Jetty DoSHandler (known clients refused with the strangers)
    @Test
    void regularsKeepTheirStateWhileStrangersFlood() {
        int regulars = 100;
        long stranger = 1_000_000;
        for (int second = 1; second <= 40; second++) {
            for (int i = 0; i < regulars; i++) {
                Asks.decide(limiter, HOURLY, Asks.client(i));
            }
            for (int i = 0; i < BOUND; i++) {
                Asks.decide(limiter, HOURLY, Asks.client(stranger++));
            }
            ticker.advanceNanos(1L << 30); // the pace at which use is shown to the cache
        }
        int kept = 0;
        for (int i = 0; i < regulars; i++) {
            kept += Asks.decide(limiter, HOURLY, Asks.client(i), 0).remaining(0) < 100 - 35 ? 1 : 0;
        }
        assertThat(kept)
                .as("regulars out of %s that kept their state", regulars)
                .isGreaterThanOrEqualTo(95);
        assertThat(limiter.size()).isLessThanOrEqualTo(BOUND);
    }

    @Test
    void boundBelowOneIsRefused() {
        assertThatThrownBy(() -> new LocalLimiter(0, ticker, LimiterListener.NONE))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("maxEntries is 0, must be 1 or more");
    }

    @Test
    void listenerHearsEveryDecision() {
        List<Boolean> heard = new ArrayList<>();
        LocalLimiter listened = new LocalLimiter(BOUND, ticker, new LimiterListener() {
            @Override
            public void decided(Ask ask) {
                heard.add(ask.allowed());
            }
        });
        Bundle one = Asks.bundle("one", Limit.of(1, SECOND));
        Asks.decide(listened, one, Asks.ALICE);
        Asks.decide(listened, one, Asks.ALICE);
        assertThat(heard).containsExactly(true, false);
    }

    // peers: resilience4j#1683, jetty#1256 (a scheduler for each limiter, none of which was ever collected)
    @Test
    void limitersThatAreDroppedAreCollectedAndLeaveNoThread() throws InterruptedException {
        int threads = Thread.getAllStackTraces().size();
        ScheduledThreadPoolExecutor scheduler = new ScheduledThreadPoolExecutor(1);
        try {
            List<WeakReference<Object>> dropped = new ArrayList<>();
            for (int i = 0; i < 10_000; i++) {
                RateLimiter rateLimiter = RateLimiter.of(Limit.of(1, SECOND));
                LocalLimiter local = new LocalLimiter(BOUND, Ticker.system(), LimiterListener.NONE);
                rateLimiter.tryAcquire("alice");
                Asks.decide(local, HOURLY, Asks.ALICE);
                if (i < 100) {
                    Sweeper.start(local, scheduler, Duration.ofHours(1));
                }
                dropped.add(new WeakReference<>(rateLimiter));
                dropped.add(new WeakReference<>(local));
            }
            for (int tries = 0; tries < 50 && dropped.stream().anyMatch(d -> d.get() != null); tries++) {
                System.gc();
                Thread.yield();
            }
            assertThat(dropped.stream().filter(d -> d.get() != null).count()).isZero();
            assertThat(Thread.getAllStackTraces().size()).isLessThanOrEqualTo(threads + 1);
        } finally {
            scheduler.shutdownNow();
        }
    }

    @Test
    void sweeperStopsWhenItsLimiterIsGone() {
        ScheduledThreadPoolExecutor scheduler = new ScheduledThreadPoolExecutor(1);
        scheduler.setRemoveOnCancelPolicy(true);
        try {
            startSweeperOfNobody(scheduler);
            long deadline = System.nanoTime() + Duration.ofSeconds(30).toNanos();
            while (!scheduler.getQueue().isEmpty() || scheduler.getActiveCount() > 0) {
                System.gc();
                assertThat(System.nanoTime() - deadline)
                        .as("nanoseconds too late")
                        .isNegative();
                Thread.onSpinWait();
            }
        } finally {
            scheduler.shutdownNow();
        }
    }

    @Test
    void sweeperForgetsInTheBackground() {
        ScheduledThreadPoolExecutor scheduler = new ScheduledThreadPoolExecutor(1);
        try {
            Asks.decide(limiter, HOURLY, Asks.ALICE);
            ticker.advance(Duration.ofHours(1));
            Sweeper.start(limiter, scheduler, Duration.ofMillis(1));
            long deadline = System.nanoTime() + Duration.ofSeconds(30).toNanos();
            while (limiter.size() > 0) {
                assertThat(System.nanoTime() - deadline)
                        .as("nanoseconds too late")
                        .isNegative();
                Thread.onSpinWait();
            }
        } finally {
            scheduler.shutdownNow();
        }
    }

    private static void assertClosedIfGone(CaffeineStore store, List<Entry> held) {
        for (Entry entry : held) {
            boolean gone = store.find(entry, 0) == null;
            assertThat(entry.first() == Entry.CLOSED).as("closed").isEqualTo(gone);
        }
    }

    /* On its own, so that no local variable keeps the limiter. */
    private static void startSweeperOfNobody(ScheduledThreadPoolExecutor scheduler) {
        Sweeper.start(new LocalLimiter(), scheduler, Duration.ofMillis(1));
    }

    @Test
    void aBoundThatIsTooSmallForADecisionFailsItAndDoesNotHang() {
        LocalLimiter tiny = new LocalLimiter(1, new ManualTicker(), LimiterListener.NONE);
        Ask ask = new Ask();
        for (String name : List.of("a", "b", "c")) {
            ask.add(new Bundle(name, List.of(policy())), ClientKey.GLOBAL);
        }

        tiny.decide(ask);

        assertThat(ask.isDone()).isTrue();
        assertThat(ask.failure()).hasMessageContaining("Raise its bound");
        assertThat(ask.allowed()).isFalse();
    }

    @Test
    void debtsAreReadInTheSameStepThatBringsAClientBack() throws Exception {
        // Else a client that another thread brings back, drains and evicts in between would come back a second time,
        // owing nothing.
        ManualTicker ticker = new ManualTicker();
        AtomicReference<Thread> other = new AtomicReference<>();
        AtomicBoolean overtaken = new AtomicBoolean();
        CaffeineStore[] store = new CaffeineStore[1];
        EntryKey key =
                new EntryKey.Probe(new Bundle("b", List.of(policy())), new ClientKey(ClientKey.Kind.ADDRESS, 1, 0));
        Debts debts = new Debts(BOUND) {
            @Override
            boolean isEmpty() {
                return false;
            }

            @Override
            long owedNanos(EntryKey asked, int index, long nowNanos) {
                if (other.get() == null) {
                    Thread thread = new Thread(() -> store[0].findOrCreate(key, nowNanos));
                    other.set(thread);
                    thread.start();
                    try {
                        thread.join(200);
                    } catch (InterruptedException e) {
                        throw new AssertionError(e);
                    }
                    overtaken.set(!thread.isAlive());
                }
                return 0;
            }
        };
        store[0] = new CaffeineStore(BOUND, ticker, LimiterListener.NONE, Asks.ANCHOR, debts);

        store[0].findOrCreate(key, 0);
        other.get().join(10_000);

        assertThat(overtaken).isFalse();
        assertThat(other.get().isAlive()).isFalse();
    }

    private static Policy policy() {
        return new Policy("p", Limit.of(1, Duration.ofHours(1)));
    }
}
