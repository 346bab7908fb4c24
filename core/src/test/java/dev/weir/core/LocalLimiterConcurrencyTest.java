package dev.weir.core;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The promises hold whatever the threads do. */
@Timeout(value = 90, unit = TimeUnit.SECONDS)
class LocalLimiterConcurrencyTest {

    private static final Duration SECOND = Duration.ofSeconds(1);
    private static final Duration HOUR = Duration.ofHours(1);

    private record Grant(long atNanos, long permits) {}

    // peers: resilience4j#822 (limit - 1 permits too many), redisson#2072
    @Test
    void twoHundredRequestsAtOnceAgainstOneHundredAdmitExactlyOneHundred() throws Exception {
        int rounds = 50;
        LocalLimiter limiter = Asks.limiter(new ManualTicker());
        Bundle one = Asks.bundle("one", Limit.of(100, HOUR));
        Bundle three = Asks.bundle("three", Limit.of(100, HOUR), Limit.of(150, HOUR), Limit.of(120, SECOND));
        CyclicBarrier barrier = new CyclicBarrier(200);
        List<boolean[]> answers = Together.run(200, number -> {
            boolean[] allowed = new boolean[rounds];
            for (int round = 0; round < rounds; round++) {
                barrier.await(60, TimeUnit.SECONDS);
                allowed[round] = Asks.allowed(limiter, round % 2 == 0 ? one : three, Asks.client(round));
            }
            return allowed;
        });
        List<Long> admitted = IntStream.range(0, rounds)
                .mapToObj(round -> answers.stream().filter(a -> a[round]).count())
                .toList();
        assertThat(admitted).containsOnly(100L);
    }

    // peers: resilience4j#822, bucket4j#501, redisson#2072
    @Test
    void everyWindowHoldsAtMostBurstPlusRateWithManyThreadsAndCosts() throws Exception {
        Limit limit = Limit.of(100_000, SECOND).withBurst(50);
        for (Bundle bundle :
                List.of(Asks.bundle("one", limit), Asks.bundle("two", Limit.of(1_000_000, SECOND), limit))) {
            ThreadLocal<Long> read = new ThreadLocal<>();
            LocalLimiter limiter = Asks.limiter(() -> {
                long now = System.nanoTime();
                read.set(now);
                return now;
            });
            long start = System.nanoTime();
            List<List<Grant>> grants = Together.run(64, number -> {
                SplittableRandom random = new SplittableRandom(number);
                List<Grant> mine = new ArrayList<>();
                for (int i = 0; i < 3_000; i++) {
                    long cost = random.nextLong(1, 8);
                    long[] costs = bundle.size() == 1 ? new long[] {cost} : new long[] {1, cost};
                    if (Asks.allowed(limiter, bundle, Asks.ALICE, costs)) {
                        mine.add(new Grant(read.get() - start, cost));
                    }
                }
                return mine;
            });
            List<Grant> all = grants.stream()
                    .flatMap(List::stream)
                    .sorted(Comparator.comparingLong(Grant::atNanos))
                    .toList();
            assertThat(all).hasSizeGreaterThan(12);
            assertThat(mostInAnyWindowBeyondRate(all, limit))
                    .isLessThanOrEqualTo(limit.burst() * limit.period().toNanos());
        }
    }

    @Test
    void bundlesInOppositeOrderNeverDeadlockAndAreTakenTogether() throws Exception {
        LocalLimiter limiter = Asks.limiter(new ManualTicker());
        Bundle a = Asks.bundle("a", Limit.of(20_000, HOUR));
        Bundle b = Asks.bundle("b", Limit.of(10_000, HOUR), Limit.of(15_000, HOUR));
        List<Long> admitted = Together.run(64, number -> {
            long allowed = 0;
            for (int i = 0; i < 500; i++) {
                Ask ask = Asks.ask(number % 2 == 0 ? a : b, number % 2 == 0 ? Asks.ALICE : ClientKey.GLOBAL);
                ask.add(number % 2 == 0 ? b : a, number % 2 == 0 ? ClientKey.GLOBAL : Asks.ALICE);
                limiter.decide(ask);
                allowed += ask.allowed() ? 1 : 0;
            }
            return allowed;
        });
        assertThat(admitted.stream().mapToLong(Long::longValue).sum()).isEqualTo(10_000);
        assertThat(Asks.decide(limiter, a, Asks.ALICE, 0).remaining(0)).isEqualTo(10_000);
        assertThat(SlowModel.Answer.of(Asks.decide(limiter, b, ClientKey.GLOBAL, 0, 0))
                        .remaining())
                .containsExactly(0L, 5_000L);
    }

    /*
     * Time stands still, so a state owes from its first admission on: whatever was admitted, some state has it that is
     * here, or that was counted when it left. Two live states of one client would be one more than that.
     */
    @Test
    void clientNeverHasTwoLiveStatesWhateverIsEvictedMeanwhile() throws Exception {
        int burst = 3;
        Bundle one = Asks.bundle("one", Limit.of(burst, HOUR));
        Bundle two = Asks.bundle("two", Limit.of(burst, HOUR), Limit.of(2 * burst, HOUR));
        for (Bundle bundle : List.of(one, two)) {
            LocalLimiter limiter = new LocalLimiter(4, new ManualTicker(), LimiterListener.NONE);
            AtomicBoolean done = new AtomicBoolean();
            List<Long> admitted = Together.run(5, number -> {
                if (number == 0) {
                    for (int i = 0; i < 2_000 || !done.get() && i < 200_000; i++) {
                        limiter.sweep();
                    }
                    return 0L;
                }
                SplittableRandom random = new SplittableRandom(number);
                long allowed = 0;
                for (int i = 0; i < 40_000; i++) {
                    allowed += Asks.allowed(limiter, bundle, Asks.client(random.nextInt(8))) ? 1 : 0;
                }
                done.set(true);
                return allowed;
            });
            // One more newcomer, whose arrival lets the cache finish what it had put off.
            long total = admitted.stream().mapToLong(Long::longValue).sum()
                    + (Asks.allowed(limiter, bundle, Asks.client(99)) ? 1 : 0);
            long states = limiter.size() + limiter.evictedWhileOwing();
            assertThat(total).as("admitted, with %s states", states).isBetween(1L, states * burst);
            assertThat(limiter.size()).isLessThanOrEqualTo(4);
        }
    }

    /*
     * Time stands still, so strangers who push a client out neither give nor take: at the end it has what it has used, but for
     * permits that the table of debts rounds up, one for each time that it had to leave.
     */
    @Test
    void whoHoldsIsSettledWhateverIsEvictedMeanwhile() throws Exception {
        Bundle bundle = Asks.bundle("x", Limit.of(1_000_000, HOUR));
        LocalLimiter limiter = new LocalLimiter(2, new ManualTicker(), LimiterListener.NONE);
        AtomicBoolean done = new AtomicBoolean();
        List<Long> used = Together.run(4, number -> {
            if (number == 0) {
                for (int i = 0; !done.get() && i < 1_000_000; i++) {
                    Asks.decide(limiter, bundle, Asks.client(10 + i % 50));
                }
                return 0L;
            }
            SplittableRandom random = new SplittableRandom(number);
            long mine = 0;
            for (int i = 0; i < 20_000; i++) {
                Ask ask = Asks.ask(bundle, Asks.ALICE, 3);
                ask.hold();
                limiter.decide(ask);
                assertThat(ask.allowed()).isTrue();
                ask.actual(0, 3 + random.nextInt(2));
                limiter.settle(ask);
                mine += ask.actual(0);
            }
            done.set(true);
            return mine;
        });
        long all = used.stream().mapToLong(Long::longValue).sum();
        long left = Asks.decide(limiter, bundle, Asks.ALICE, 0).remaining(0);
        assertThat(1_000_000 - left).isGreaterThanOrEqualTo(all);
        assertThat(limiter.size()).isLessThanOrEqualTo(3);
    }

    /* Each moment is one burst for each client, and a sweep at any moment adds nothing to it. */
    @Test
    void sweepsWhileThreadsDecideForgetNoDebt() throws Exception {
        ManualTicker ticker = new ManualTicker(-1_000);
        LocalLimiter limiter = Asks.limiter(ticker);
        Bundle bundle = Asks.bundle("x", Limit.of(5, SECOND));
        int moments = 300;
        CyclicBarrier barrier = new CyclicBarrier(4, () -> ticker.advance(SECOND));
        List<int[]> admitted = Together.run(4, number -> {
            int[] allowed = new int[moments];
            for (int i = 0; i < moments; i++) {
                barrier.await(60, TimeUnit.SECONDS);
                for (int k = 0; k < 30; k++) {
                    if (number == 0) {
                        limiter.sweep();
                    } else {
                        allowed[i] += Asks.allowed(limiter, bundle, Asks.ALICE) ? 1 : 0;
                    }
                }
            }
            return allowed;
        });
        List<Integer> each = IntStream.range(0, moments)
                .mapToObj(i -> admitted.stream().mapToInt(a -> a[i]).sum())
                .toList();
        assertThat(each).containsOnly(5);
    }

    /** The largest (permits × period - nanoseconds × rate) of all windows from a grant to a later one. */
    private static long mostInAnyWindowBeyondRate(List<Grant> grants, Limit limit) {
        long permits = 0;
        long least = Long.MAX_VALUE;
        long most = Long.MIN_VALUE;
        for (Grant grant : grants) {
            long rate = grant.atNanos * limit.permits();
            least = Math.min(least, permits * limit.period().toNanos() - rate);
            permits += grant.permits;
            most = Math.max(most, permits * limit.period().toNanos() - rate - least);
        }
        return most;
    }
}
