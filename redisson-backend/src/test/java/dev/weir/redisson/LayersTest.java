package dev.weir.redisson;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.core.Algorithm;
import dev.weir.core.Ask;
import dev.weir.core.Bundle;
import dev.weir.core.ClientKey;
import dev.weir.core.Limit;
import dev.weir.core.LimiterListener;
import dev.weir.core.Policies;
import dev.weir.core.Policy;
import dev.weir.core.Ticker;
import dev.weir.core.spi.Backend;
import dev.weir.core.spi.BackendContext;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * With all that stands before the script, deadlines, refusals that are remembered, permits that are borrowed and calls that are shared, limits
 * hold as without: never more, never less. Scenario 36, of which 12 to 18 are the parts.
 */
@ParameterizedClass
@ValueSource(doubles = {0, 0.05})
@Timeout(120)
class LayersTest {

    /* This process' clock and that of the server go at the same speed, as far as that. */
    private static final long DRIFT_NANOS = TimeUnit.MILLISECONDS.toNanos(5);

    private static SingleRedis redis;
    private static ScheduledExecutorService scheduler;
    private static Backend node;

    @Parameter
    private double maxError;

    @BeforeAll
    static void start() throws Exception {
        redis = new SingleRedis();
        scheduler = Executors.newSingleThreadScheduledExecutor();
        Map<String, String> settings = Map.of("weir.secret", "a secret of this test", "weir.nodes", "1");
        node = RedisBackendProvider.over(redis.client)
                .open(new BackendContext(
                        settings::get, new Policies(), Ticker.system(), scheduler, LimiterListener.NONE));
    }

    @AfterAll
    static void stop() throws Exception {
        node.close();
        scheduler.shutdownNow();
        redis.close();
    }

    @BeforeEach
    void empty() {
        redis.client.getKeys().flushall();
    }

    private Bundle bundle(Limit... limits) {
        Policies policies = new Policies();
        List<String> names = new ArrayList<>();
        for (Limit limit : limits) {
            names.add("limit-" + names.size());
            policies.declare(new Policy(names.get(names.size() - 1), limit)
                    .withFallback(Patiently.FALLBACK)
                    .withMaxError(maxError));
        }
        return policies.current().bundle("bundle", names);
    }

    private static Ask ask(Bundle bundle, long cost) {
        Ask ask = new Ask();
        ask.add(bundle, ClientKey.GLOBAL);
        for (int i = 0; i < ask.limits(); i++) {
            ask.cost(i, cost);
        }
        return ask;
    }

    /** An ask, and between which moments it was judged. */
    private record Answered(Ask ask, long fromNanos, long toNanos) {
        boolean allowed() {
            return ask.allowed();
        }
    }

    private static Answered answered(Ask ask) throws InterruptedException {
        long from = System.nanoTime();
        node.decide(ask);
        assertThat(ask.await(60, TimeUnit.SECONDS)).isTrue();
        assertThat(ask.failure()).isNull();
        return new Answered(ask, from, System.nanoTime());
    }

    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "LEAKY_BUCKET_QUEUE")
    @DisplayName("scenarios 12 and 13: no window holds more than it may")
    void noWindowHoldsMoreThanItMay(Algorithm algorithm) throws Exception {
        int burst = 200;
        Duration period = Duration.ofMillis(400);
        Bundle bundle = bundle(Limit.of(burst, period).withAlgorithm(algorithm));
        List<Answered> admitted = admitted(bundle, 64, 150);
        assertThat(admitted).hasSizeGreaterThan(burst / 4);
        long share = (long) (maxError * burst);
        for (Answered first : admitted) {
            long start = first.fromNanos;
            long sum = 0;
            for (Answered each : admitted) { // by their ends
                if (each.fromNanos - start < 0) {
                    continue;
                }
                sum += each.ask.cost(0);
                double periods = (double) (each.toNanos - start + DRIFT_NANOS) / period.toNanos();
                assertThat((double) sum)
                        .as("in %.3f periods", periods)
                        .isLessThanOrEqualTo(share + most(algorithm, periods) * burst + 1);
            }
        }
    }

    /** In a window of so many periods, in bursts. */
    private static double most(Algorithm algorithm, double periods) {
        return switch (algorithm) {
            case FIXED_WINDOW, SLIDING_WINDOW_COUNTER -> 2 + Math.floor(periods);
            case SLIDING_WINDOW_LOG -> 1 + Math.floor(periods);
            default -> 1 + periods;
        };
    }

    private static List<Answered> admitted(Bundle bundle, int threads, int times) throws InterruptedException {
        Queue<Answered> admitted = new ConcurrentLinkedQueue<>();
        List<Thread> all = new ArrayList<>();
        for (int t = 0; t < threads; t++) {
            Random random = new Random(t);
            all.add(new Thread(() -> {
                try {
                    for (int i = 0; i < times; i++) {
                        Answered answered = answered(ask(bundle, 1 + random.nextInt(4)));
                        if (answered.allowed()) {
                            admitted.add(answered);
                        }
                    }
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
            }));
        }
        all.forEach(Thread::start);
        for (Thread thread : all) {
            thread.join();
        }
        List<Answered> sorted = new ArrayList<>(admitted);
        long start = System.nanoTime();
        sorted.sort(Comparator.comparingLong(answered -> answered.toNanos - start));
        return sorted;
    }

    @Test
    @DisplayName("scenarios 14 and 17: refusals cost nothing, and whoever waits as it is told to is admitted")
    void refusalsCostNothingAndTheWaitIsExact() throws Exception {
        Bundle bundle = bundle(Limit.of(10, Duration.ofSeconds(2)));
        assertThat(answered(ask(bundle, 8)).allowed()).isTrue();
        Answered first = answered(ask(bundle, 5));
        assertThat(first.allowed()).isFalse();
        long retry = first.ask.retryAfterNanos(0);
        assertThat(retry).isPositive();
        Answered last = first;
        int refused = 0;
        while (!last.allowed()) {
            long before = System.nanoTime();
            last = answered(ask(bundle, 5));
            if (last.allowed()) {
                assertThat(last.toNanos - first.fromNanos).as("not before").isGreaterThanOrEqualTo(retry - DRIFT_NANOS);
            } else {
                refused++;
                assertThat(before - first.toNanos).as("and not later").isLessThanOrEqualTo(retry + DRIFT_NANOS);
                assertThat(last.fromNanos + last.ask.retryAfterNanos(0) - first.toNanos)
                        .as("the wait that refusal %d tells", refused)
                        .isLessThanOrEqualTo(retry + DRIFT_NANOS);
            }
        }
        assertThat(refused).isPositive();
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    @DisplayName("scenario 15: what one of several limits refuses takes nothing of the others")
    void whatOneLimitRefusesTakesNothingOfTheOthers(boolean shorterFirst) throws Exception {
        Limit shorter = Limit.of(10, Duration.ofDays(1));
        Limit longer = Limit.of(100, Duration.ofDays(10));
        Bundle bundle = shorterFirst ? bundle(shorter, longer) : bundle(longer, shorter);
        int of = shorterFirst ? 1 : 0;
        for (int i = 0; i < 10; i++) {
            assertThat(answered(ask(bundle, 1)).allowed()).isTrue();
        }
        for (int i = 0; i < 100; i++) {
            Answered refused = answered(ask(bundle, 1));
            assertThat(refused.allowed()).isFalse();
            assertThat(refused.ask.remaining(of)).isEqualTo(90);
            assertThat(refused.ask.violated(of)).isFalse();
        }
        assertThat(answered(ask(bundle, 0)).ask.remaining(of)).isEqualTo(90);
    }

    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "LEAKY_BUCKET_QUEUE")
    @DisplayName("scenario 16: what costs more than the burst is never admitted, and says so")
    void whatCostsMoreThanTheBurstIsToldNever(Algorithm algorithm) throws Exception {
        Bundle bundle = bundle(Limit.of(3, Duration.ofSeconds(1)).withAlgorithm(algorithm));
        for (int i = 0; i < 50; i++) {
            Answered tooDear = answered(ask(bundle, 4));
            assertThat(tooDear.allowed()).isFalse();
            assertThat(tooDear.ask.retryAfterNanos(0)).isEqualTo(Ask.NEVER);
        }
        assertThat(answered(ask(bundle, 3)).allowed()).as("nothing was taken").isTrue();
    }

    @Test
    @DisplayName("scenario 18: what is given back is there again, and no more than that")
    void whatIsGivenBackIsThereAgainAndNoMore() throws Exception {
        Bundle bundle = bundle(Limit.of(100, Duration.ofDays(100)));
        assertThat(answered(ask(bundle, 90)).allowed()).isTrue();
        for (int i = 0; i < 9; i++) {
            Ask held = ask(bundle, 1);
            held.hold();
            assertThat(answered(held).allowed()).isTrue();
            assertThat(held.remaining(0)).as("time %d", i).isEqualTo(9);
            held.actual(0, 0);
            node.settle(held);
            Eventually.holds("it came back", () -> answered(ask(bundle, 0)).ask.remaining(0) == 10);
        }
        assertThat(answered(ask(bundle, 11)).allowed()).isFalse();
        assertThat(answered(ask(bundle, 10)).allowed()).isTrue();
        assertThat(answered(ask(bundle, 1)).allowed()).isFalse();
    }
}
