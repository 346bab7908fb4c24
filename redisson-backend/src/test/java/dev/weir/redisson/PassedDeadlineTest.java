package dev.weir.redisson;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.core.Algorithm;
import dev.weir.core.Ask;
import dev.weir.core.Bundle;
import dev.weir.core.ClientKey;
import dev.weir.core.KeyHasher;
import dev.weir.core.Limit;
import dev.weir.core.LimiterListener;
import dev.weir.core.Policies;
import dev.weir.core.Policy;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.redisson.Redisson;
import org.redisson.api.RedissonClient;
import org.redisson.config.Config;

/** Calls that a real Redis holds back until nobody waits for their answers any more: the deadline travels with them. */
@Timeout(120)
class PassedDeadlineTest {

    private static final KeyHasher HASHER = KeyHasher.withSecret(new byte[16]);
    private static final ClientKey ALICE = new ClientKey(ClientKey.Kind.USER, 1, 2);
    private static final ClientKey BOB = new ClientKey(ClientKey.Kind.USER, 3, 4);
    private static final ClientKey CAROL = new ClientKey(ClientKey.Kind.USER, 5, 6);

    private static SingleRedis redis;
    private static RedissonClient client;

    private RedisLimiter limiter;

    @BeforeAll
    static void startServer() throws Exception {
        redis = new SingleRedis();
        Config config = new Config();
        config.setThreads(2).setNettyThreads(2);
        config.useSingleServer()
                .setAddress("redis://127.0.0.1:" + redis.port)
                .setConnectionPoolSize(8)
                .setConnectionMinimumIdleSize(4)
                .setRetryAttempts(0)
                .setTimeout(60_000);
        client = Redisson.create(config);
    }

    @AfterAll
    static void stopServer() throws Exception {
        client.shutdown();
        redis.close();
    }

    @BeforeEach
    void start() {
        redis.client.getKeys().flushall();
        limiter = new RedisLimiter(client, "weir", HASHER, 10, Duration.ofMinutes(1), LimiterListener.NONE);
    }

    @AfterEach
    void release() {
        assertThat(redis.tell("CLIENT UNPAUSE")).isEqualTo("+OK");
    }

    private static void hold() {
        assertThat(redis.tell("CLIENT PAUSE 60000 WRITE")).isEqualTo("+OK");
    }

    /** How limits are judged: by buckets.lua, or by decide.lua. */
    private enum Judge {
        BUCKETS(Limit.of(10, Duration.ofDays(365))),
        ALL(Limit.of(10, Duration.ofDays(365)).withAlgorithm(Algorithm.SLIDING_WINDOW_LOG));

        private final Bundle bundle;

        Judge(Limit limit) {
            Policies policies = new Policies();
            policies.declare(new Policy("limit", limit));
            bundle = policies.current().bundle(name(), List.of("limit"));
        }
    }

    /** One that is under way, and what has become of it: empty if it was decided. */
    private record Asked(Ask question, CompletableFuture<Optional<Throwable>> answer) {
        Optional<Throwable> answered() throws Exception {
            return answer.get(30, TimeUnit.SECONDS);
        }
    }

    private Asked ask(Bundle bundle, ClientKey of, long cost, long deadlineNanos) {
        Asked asked = new Asked(new Ask(), new CompletableFuture<>());
        asked.question.add(bundle, of);
        asked.question.cost(0, cost);
        limiter.ask(asked.question, deadlineNanos, failure -> asked.answer.complete(Optional.ofNullable(failure)));
        return asked;
    }

    private long left(Bundle bundle, ClientKey of) throws Exception {
        Asked look = ask(bundle, of, 0, Question.NO_DEADLINE);
        assertThat(look.answered()).isEmpty();
        return look.question.remaining(0);
    }

    private static long in(Duration time) {
        return System.nanoTime() + time.toNanos();
    }

    private static String keyOf(ClientKey of, Bundle bundle) {
        RedisKeys keys = new RedisKeys("weir", HASHER);
        return keys.key(keys.client(of), bundle);
    }

    @ParameterizedTest
    @EnumSource
    void whoIsJudgedAfterItsDeadlineIsNotCharged(Judge judge) throws Exception {
        left(judge.bundle, CAROL); // from which the clock of the server is known
        hold();
        long deadline = in(Duration.ofMillis(500)); // by then it has left, on a busy machine
        Asked stuck = ask(judge.bundle, ALICE, 3, deadline);
        Eventually.holds("its deadline has passed", () -> Question.isPast(deadline));
        assertThat(stuck.answer).isNotDone();
        release();
        assertThat(stuck.answered().orElseThrow())
                .isInstanceOf(CancellationException.class)
                .hasMessage("Its deadline had passed when Redis came to it; it was not charged");
        assertThat(redis.client.getBucket(keyOf(ALICE, judge.bundle)).isExists())
                .isFalse();
        assertThat(left(judge.bundle, ALICE)).isEqualTo(10);
    }

    @ParameterizedTest
    @EnumSource
    void whoIsJudgedInTimeIsCharged(Judge judge) throws Exception {
        left(judge.bundle, CAROL);
        hold();
        Asked held = ask(judge.bundle, ALICE, 3, in(Duration.ofMinutes(1)));
        release();
        assertThat(held.answered()).isEmpty();
        assertThat(left(judge.bundle, ALICE)).isEqualTo(7);
    }

    @Test
    void whoeverHasMoreTimeThanOthersOfItsCallIsAskedAgainAndChargedOnce() throws Exception {
        Bundle bundle = Judge.BUCKETS.bundle;
        left(bundle, CAROL);
        hold();
        long first = in(Duration.ofMillis(200));
        Asked stuck = ask(bundle, BOB, 1, first);
        long second = in(Duration.ofSeconds(4));
        Asked soon = ask(bundle, ALICE, 4, second);
        Asked patient = ask(bundle, ALICE, 2, in(Duration.ofMinutes(1)));
        Eventually.holds("nobody waits for the first call any more", () -> Question.isPast(first));
        Asked last = ask(bundle, ALICE, 1, Question.NO_DEADLINE); // with which the second leaves
        Eventually.holds("one of the second is late", () -> Question.isPast(second));
        release();
        assertThat(stuck.answered()).isPresent();
        assertThat(soon.answered().orElseThrow())
                .hasMessage("Its deadline had passed when Redis came to it; it was not charged");
        assertThat(patient.answered()).isEmpty();
        assertThat(last.answered()).isEmpty();
        assertThat(patient.question.remaining(0)).isEqualTo(8);
        assertThat(last.question.remaining(0)).isEqualTo(7);
        assertThat(left(bundle, ALICE)).isEqualTo(7);
        assertThat(left(bundle, BOB)).isEqualTo(10);
    }

    @Test
    void beforeTheClockIsKnownWhoeverIsStuckIsChargedOnceAtMost() throws Exception {
        Bundle bundle = Judge.BUCKETS.bundle;
        new States(client, new RedisKeys("weir", HASHER), Duration.ofMinutes(1), Groups.of(client, 1)).warmUp();
        hold();
        long deadline = in(Duration.ofMillis(200));
        Asked stuck = ask(bundle, ALICE, 3, deadline);
        Eventually.holds("its deadline has passed", () -> Question.isPast(deadline));
        release();
        stuck.answered();
        assertThat(left(bundle, ALICE)).isBetween(7L, 10L);
    }
}
