package dev.weir.redisson;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.core.Ask;
import dev.weir.core.Bundle;
import dev.weir.core.ClientKey;
import dev.weir.core.Fallback;
import dev.weir.core.Limit;
import dev.weir.core.LimiterListener;
import dev.weir.core.OnFailure;
import dev.weir.core.Policies;
import dev.weir.core.Policy;
import dev.weir.core.Ticker;
import dev.weir.core.spi.Backend;
import dev.weir.core.spi.BackendContext;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The back end as an application opens it, over a real server that keeps its connections and says nothing, or says no. */
@Timeout(120)
class HungRedisTest {

    private static final int THREADS = 8;
    private static final long PERMITS = 10;
    private static final Duration DEADLINE = Duration.ofMillis(50);

    private final ScheduledExecutorService scheduler = Executors.newSingleThreadScheduledExecutor();
    private final Queue<String> causes = new ConcurrentLinkedQueue<>();
    private RedisNode redis;
    private Backend backend;

    @BeforeEach
    void start() throws Exception {
        redis = RedisNode.server();
        Map<String, String> settings =
                Map.of("weir.redis", redis.address(), "weir.secret", "a secret of this test", "weir.nodes", "1");
        backend = new RedisBackendProvider()
                .open(new BackendContext(
                        settings::get, new Policies(), Ticker.system(), scheduler, new LimiterListener() {
                            @Override
                            public void fellBack(Ask ask, OnFailure mode, Throwable cause) {
                                causes.add(String.valueOf(cause.getMessage()));
                            }
                        }));
        answersAgain();
    }

    @AfterEach
    void stop() throws Exception {
        backend.close();
        redis.close();
        scheduler.shutdownNow();
    }

    private void answersAgain() {
        Bundle other = patient("other");
        Eventually.holds(
                "Redis decides", () -> asked(other, ClientKey.GLOBAL, 0).failure() == null && !backend.isDegraded());
        causes.clear();
    }

    private static Bundle bundle(String name, OnFailure mode) {
        return bundle(name, mode, DEADLINE);
    }

    private static Bundle patient(String name) {
        return bundle(name, OnFailure.CLOSED, Duration.ofMinutes(1));
    }

    private static Bundle bundle(String name, OnFailure mode, Duration deadline) {
        Policies policies = new Policies();
        policies.declare(new Policy("limit", Limit.of(PERMITS, Duration.ofDays(1)))
                .withFallback(new Fallback(mode, deadline, 0.5)));
        return policies.current().bundle(name, List.of("limit"));
    }

    /* Every ask is answered, in figures that are figures. */
    private Ask asked(Bundle bundle, ClientKey client, long cost) throws InterruptedException {
        Ask ask = new Ask();
        ask.add(bundle, client);
        ask.cost(0, cost);
        backend.decide(ask);
        assertThat(ask.await(30, TimeUnit.SECONDS)).as("answered").isTrue();
        if (ask.failure() == null) {
            assertThat(ask.remaining(0)).isBetween(0L, PERMITS);
            assertThat(ask.retryAfterNanos(0)).isNotNegative();
            assertThat(ask.resetAfterNanos(0)).isNotNegative();
        }
        return ask;
    }

    /** What comes of many that ask for a permit at a time: admitted, refused, failed. */
    private int[] manyAsked(Bundle bundle, int times) throws InterruptedException {
        AtomicInteger[] sums = {new AtomicInteger(), new AtomicInteger(), new AtomicInteger()};
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < THREADS; i++) {
            threads.add(new Thread(() -> {
                try {
                    for (int n = 0; n < times; n++) {
                        Ask ask = asked(bundle, ClientKey.GLOBAL, 1);
                        sums[ask.failure() != null ? 2 : ask.allowed() ? 0 : 1].incrementAndGet();
                    }
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
            }));
        }
        threads.forEach(Thread::start);
        for (Thread thread : threads) {
            thread.join();
        }
        int[] all = {sums[0].get(), sums[1].get(), sums[2].get()};
        assertThat(all[0] + all[1] + all[2]).isEqualTo(THREADS * times);
        return all;
    }

    @Test
    void whileRedisHangsEachIsAnsweredByItsDeadlineInItsWayAndNothingPilesUp() throws Exception {
        redis.pause();
        int times = 1_000;
        assertThat(manyAsked(bundle("local", OnFailure.LOCAL), times)).containsExactly(5, THREADS * times - 5, 0);
        assertThat(manyAsked(bundle("open", OnFailure.OPEN), times)).containsExactly(THREADS * times, 0, 0);
        assertThat(manyAsked(bundle("closed", OnFailure.CLOSED), times)).containsExactly(0, 0, THREADS * times);
        assertThat(causes)
                .as("who has answered: neither a timeout of the connection, nor anything else that takes long")
                .hasSize(3 * THREADS * times)
                .allMatch(cause -> cause.equals("Redis has not decided within " + DEADLINE)
                        || cause.equals("Redis gives no decisions at the moment"));
        // The breaker needs some dozens to see it, and lets five through now and then.
        assertThat(LiveObjects.of(Question.class)).as("questions that wait").isLessThan(200);

        redis.resume();
        answersAgain();
        Eventually.holds("nothing is left of them", () -> LiveObjects.of(Question.class) == 0);
    }

    @ParameterizedTest
    @CsvSource({
        "CONFIG SET maxmemory 1,         CONFIG SET maxmemory 0",
        "REPLICAOF 127.0.0.1 1,          REPLICAOF NO ONE",
        "ACL SETUSER default -evalsha,   ACL SETUSER default +evalsha"
    })
    void anErrorForAReplyIsAFailureAndNeverAFigure(String fault, String end) throws Exception {
        Bundle local = bundle("local", OnFailure.LOCAL);
        Bundle closed = bundle("closed", OnFailure.CLOSED);
        assertThat(asked(patient("local"), ClientKey.GLOBAL, 4).allowed()).isTrue();
        redis.command(fault.split(" ", -1));
        assertThat(asked(closed, ClientKey.GLOBAL, 1).failure()).isNotNull();
        // Half of the limit stands in, of which as much is used as of the limit: 2 of 5.
        assertThat(manyAsked(local, 10)).containsExactly(3, 10 * THREADS - 3, 0);
        assertThat(manyAsked(bundle("open", OnFailure.OPEN), 10)).containsExactly(10 * THREADS, 0, 0);
        redis.command(end.split(" ", -1));
        answersAgain();
        assertThat(asked(patient("local"), ClientKey.GLOBAL, 0).remaining(0)).isEqualTo(10 - 4 - 3);
    }
}
