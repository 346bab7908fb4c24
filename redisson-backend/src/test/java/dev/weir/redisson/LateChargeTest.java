package dev.weir.redisson;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.core.Ask;
import dev.weir.core.Bundle;
import dev.weir.core.ClientKey;
import dev.weir.core.Fallback;
import dev.weir.core.KeyHasher;
import dev.weir.core.Limit;
import dev.weir.core.LimiterListener;
import dev.weir.core.OnFailure;
import dev.weir.core.Policies;
import dev.weir.core.Policy;
import dev.weir.core.Ticker;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Decisions that a real Redis has made, of which this process hears only after their deadline. */
@Timeout(60)
class LateChargeTest {

    private static final long PERMITS = 10;
    /* Long enough for a question to have left by then on a busy machine. */
    private static final Duration SOON = Duration.ofMillis(500);

    private final AtomicLong lost = new AtomicLong();
    private SingleRedis redis;
    private LateReplies limiter;
    private Guard guard;

    @BeforeEach
    void start() throws Exception {
        redis = new SingleRedis();
        limiter = new LateReplies(new RedisLimiter(
                redis.client,
                "weir",
                KeyHasher.withSecret(new byte[16]),
                1_000,
                Duration.ofMinutes(1),
                LimiterListener.NONE));
        guard = new Guard(limiter, new Nodes("none", false), Ticker.system(), 1_000, new LimiterListener() {
            @Override
            public void chargedLate(Ask ask) {
                lost.addAndGet(ask.cost(0));
            }
        });
        left(); // what is to be loaded is loaded before the first deadline runs
    }

    @AfterEach
    void stop() throws Exception {
        guard.close();
        redis.close();
    }

    private static Bundle bundle(OnFailure mode, Duration deadline, Limit limit) {
        Policies policies = new Policies();
        policies.declare(new Policy("limit", limit).withFallback(new Fallback(mode, deadline, 0.5)));
        return policies.current().bundle("bundle", List.of("limit"));
    }

    private static Bundle soon(OnFailure mode) {
        return bundle(mode, SOON, Limit.of(PERMITS, Duration.ofDays(1)));
    }

    private static Ask ask(Bundle bundle, long cost) {
        Ask ask = new Ask();
        ask.add(bundle, ClientKey.GLOBAL);
        ask.cost(0, cost);
        return ask;
    }

    private Ask answered(Ask ask) throws InterruptedException {
        guard.decide(ask);
        assertThat(ask.await(30, TimeUnit.SECONDS)).isTrue();
        return ask;
    }

    /** Has {@code ask} decided in Redis, answered here at its deadline, and told of the decision then. */
    private void decidedTooLate(Ask ask) throws InterruptedException {
        limiter.late = true;
        answered(ask);
        Eventually.holds("Redis has decided", () -> limiter.underWay() == 1);
        limiter.late = false;
        limiter.letThrough();
    }

    private long left() throws InterruptedException {
        Ask look = answered(
                ask(bundle(OnFailure.CLOSED, Duration.ofMinutes(1), Limit.of(PERMITS, Duration.ofDays(1))), 0));
        assertThat(look.failure()).isNull();
        return look.remaining(0);
    }

    @Test
    void whoWasRefusedMeanwhileHasLostWhatItTookAndThatIsCounted() throws Exception {
        Ask failed = ask(soon(OnFailure.CLOSED), 3);
        decidedTooLate(failed);
        assertThat(failed.failure()).isNotNull();
        assertThat(lost).hasValue(3);
        assertThat(left()).as("charged once").isEqualTo(PERMITS - 3);

        Ask tooMuch = ask(soon(OnFailure.LOCAL), 6);
        decidedTooLate(tooMuch);
        assertThat(tooMuch.allowed()).as("by half of the limit").isFalse();
        assertThat(lost).hasValue(3 + 6);
        assertThat(left()).isEqualTo(PERMITS - 3 - 6);

        Ask refusedThere = ask(soon(OnFailure.CLOSED), 2);
        decidedTooLate(refusedThere);
        assertThat(lost).as("nothing was taken").hasValue(3 + 6);
        assertThat(left()).isEqualTo(1);
    }

    @Test
    void whatWasLostComesBackWithinTheTimeOfTheLimit() throws Exception {
        Limit fast = Limit.of(PERMITS, Duration.ofSeconds(1));
        decidedTooLate(ask(bundle(OnFailure.CLOSED, SOON, fast), PERMITS));
        assertThat(lost).hasValue(PERMITS);
        Bundle patient = bundle(OnFailure.CLOSED, Duration.ofMinutes(1), fast);
        Eventually.holds("all is there again", () -> answered(ask(patient, 0)).remaining(0) == PERMITS);
    }

    @Test
    void whoWasAdmittedMeanwhileIsChargedOnce() throws Exception {
        Ask admitted = ask(soon(OnFailure.LOCAL), 3);
        decidedTooLate(admitted);
        assertThat(admitted.allowed()).isTrue();
        assertThat(left()).as("not by both").isEqualTo(PERMITS - 3);
        assertThat(lost).hasValue(0);

        Ask free = ask(soon(OnFailure.OPEN), 2);
        decidedTooLate(free);
        assertThat(free.allowed()).isTrue();
        assertThat(lost).as("it was admitted, and is charged").hasValue(0);
        assertThat(left()).isEqualTo(PERMITS - 3 - 2);
    }

    @Test
    void whoWasAdmittedMeanwhileIsChargedAlsoIfTheDecisionNeverGetsHere() throws Exception {
        Ask admitted = ask(soon(OnFailure.LOCAL), 3);
        limiter.late = true;
        answered(admitted);
        assertThat(admitted.allowed()).isTrue();
        Eventually.holds("Redis has decided", () -> limiter.underWay() == 1);
        limiter.late = false;
        limiter.lose();
        assertThat(left())
                .as("whether it was charged nobody knows: at worst by both")
                .isBetween(PERMITS - 6, PERMITS - 3);
        assertThat(lost).hasValue(0);
    }

    @Test
    void whatWasHeldIsGivenBack() throws Exception {
        Ask held = ask(soon(OnFailure.CLOSED), 4);
        held.hold();
        decidedTooLate(held);
        Eventually.holds("it is given back", () -> left() == PERMITS);
        assertThat(lost).hasValue(0);
    }
}
