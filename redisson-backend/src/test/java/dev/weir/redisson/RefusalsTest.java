package dev.weir.redisson;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.core.Algorithm;
import dev.weir.core.Ask;
import dev.weir.core.Bundle;
import dev.weir.core.ClientKey;
import dev.weir.core.Limit;
import dev.weir.core.ManualTicker;
import dev.weir.core.Policies;
import dev.weir.core.Policy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** For how long a refusal holds, and what it tells, against what a real server would say that is told the time. */
class RefusalsTest {

    private static final ClientKey ALICE = ClientKey.GLOBAL;
    private static final long START_MICROS = 1_700_000_000_000_000L;
    private static final long MICRO = 1_000;

    private static SingleRedis redis;

    private final ManualTicker ticker = new ManualTicker(Long.MAX_VALUE - 1_000);
    private final Refusals refusals = new Refusals(ticker);
    private long micros = START_MICROS;

    @BeforeAll
    static void start() throws Exception {
        redis = new SingleRedis();
    }

    @AfterAll
    static void stop() throws Exception {
        redis.close();
    }

    @BeforeEach
    void empty() {
        redis.client.getKeys().flushall();
    }

    private static Bundle bundle(String name, Limit... limits) {
        Policies policies = new Policies();
        List<String> names = new ArrayList<>();
        for (Limit limit : limits) {
            names.add(name + "-" + names.size());
            policies.declare(new Policy(names.get(names.size() - 1), limit));
        }
        return policies.current().bundle(name, names);
    }

    /** One a second, five at once. */
    private static Bundle slow() {
        return bundle("slow", Limit.of(1, Duration.ofSeconds(1)).withBurst(5));
    }

    private static Ask ask(Bundle bundle, long cost) {
        Ask ask = new Ask();
        ask.add(bundle, ALICE);
        for (int i = 0; i < ask.limits(); i++) {
            ask.cost(i, cost);
        }
        return ask;
    }

    private void pass(long some) {
        micros += some;
        ticker.advanceNanos(some * MICRO);
    }

    private Ask decided(ToldTimeLimiter server, Ask ask) {
        server.decide(ask, micros);
        return ask;
    }

    /** Notes a refusal of {@code cost} permits, when all are used up. */
    private ToldTimeLimiter refused(Bundle bundle, long cost, boolean isExact) {
        ToldTimeLimiter server = new ToldTimeLimiter(redis.client, bundle);
        assertThat(decided(server, ask(bundle, 5)).allowed()).isTrue();
        Ask refused = decided(server, ask(bundle, cost));
        assertThat(refused.allowed()).isFalse();
        refusals.note(refused, ticker.read(), isExact);
        return server;
    }

    @Test
    void holdsUntilTheVeryMomentAtWhichTheCostFits() {
        Bundle slow = slow();
        ToldTimeLimiter server = refused(slow, 2, true);
        assertThat(refusals.refuse(ask(slow, 2))).isTrue();
        pass(1_999_999);
        assertThat(refusals.refuse(ask(slow, 2))).as("a microsecond before").isTrue();
        ticker.advanceNanos(999);
        assertThat(refusals.refuse(ask(slow, 2))).as("a nanosecond before").isTrue();
        ticker.advanceNanos(1);
        micros++;
        assertThat(refusals.refuse(ask(slow, 2))).isFalse();
        assertThat(decided(server, ask(slow, 2)).allowed()).isTrue();
    }

    @Test
    void countsFromWhenItWasAsked() {
        Bundle slow = slow();
        ToldTimeLimiter server = new ToldTimeLimiter(redis.client, slow);
        assertThat(decided(server, ask(slow, 5)).allowed()).isTrue();
        Ask refused = decided(server, ask(slow, 1));
        long sent = ticker.read();
        pass(600_000); // so long does the answer take
        refusals.note(refused, sent, true);
        pass(399_999);
        assertThat(refusals.refuse(ask(slow, 1))).isTrue();
        pass(1);
        assertThat(refusals.refuse(ask(slow, 1))).isFalse();
    }

    @Test
    void whatCostsLessIsAskedAndWhatCostsMoreIsRefusedForLonger() {
        Bundle slow = slow();
        refused(slow, 2, true);
        assertThat(refusals.refuse(ask(slow, 1))).isFalse();
        assertThat(refusals.refuse(ask(slow, 0))).isFalse();
        Ask dearer = ask(slow, 4);
        assertThat(refusals.refuse(dearer)).isTrue();
        assertThat(dearer.retryAfterNanos(0)).isEqualTo(Duration.ofSeconds(4).toNanos());
        Ask tooDear = ask(slow, 6);
        assertThat(refusals.refuse(tooDear)).isTrue();
        assertThat(tooDear.retryAfterNanos(0)).isEqualTo(Ask.NEVER);
    }

    @Test
    void whatCanNeverBeIsRefusedForEver() {
        Bundle slow = slow();
        refused(slow, 6, true);
        ticker.advance(Duration.ofDays(300));
        Ask tooDear = ask(slow, 7);
        assertThat(refusals.refuse(tooDear)).isTrue();
        assertThat(tooDear.retryAfterNanos(0)).isEqualTo(Ask.NEVER);
        assertThat(tooDear.remaining(0)).isEqualTo(5);
        assertThat(refusals.refuse(ask(slow, 5))).isFalse();
    }

    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "LEAKY_BUCKET_QUEUE")
    void refusesOnlyWhatTheServerWouldRefuseAndTellsNoLongerWait(Algorithm algorithm) {
        Random random = new Random(algorithm.ordinal());
        int remembered = 0;
        for (int history = 0; history < 30; history++) {
            redis.client.getKeys().flushall();
            int burst = 1 + random.nextInt(20);
            Limit of = Limit.of(1 + random.nextInt(50), Duration.ofMillis(1 + random.nextInt(5_000)));
            Limit limit = (algorithm.isBucket() ? of.withBurst(burst) : of).withAlgorithm(algorithm);
            Bundle bundle = bundle("random-" + history, limit);
            ToldTimeLimiter server = new ToldTimeLimiter(redis.client, bundle);
            boolean taken = false;
            for (int step = 0; step < 60; step++) {
                pass(random.nextInt((int) (limit.period().toNanos() / MICRO / (1 + random.nextInt(20)))));
                int cost = random.nextInt(Math.toIntExact(limit.burst()) + 2);
                Ask here = ask(bundle, cost);
                boolean refusedHere = refusals.refuse(here);
                Ask there = decided(server, ask(bundle, cost));
                if (refusedHere) {
                    remembered++;
                    assertThat(there.allowed()).as("%s, cost %d", limit, cost).isFalse();
                    sameFigures(limit, here, there, taken);
                } else if (!there.allowed()) {
                    refusals.note(there, ticker.read(), true);
                    taken = false;
                } else {
                    taken |= cost > 0;
                }
            }
        }
        assertThat(remembered).as("refused from memory").isGreaterThan(30);
    }

    /** {@code taken}: since it was noted. */
    private static void sameFigures(Limit limit, Ask here, Ask there, boolean taken) {
        assertThat(here.retryAfterNanos(0)).isLessThanOrEqualTo(there.retryAfterNanos(0));
        if (limit.algorithm().isBucket() && there.retryAfterNanos(0) == Ask.NEVER) {
            assertThat(here.retryAfterNanos(0)).isEqualTo(Ask.NEVER);
        } else if (limit.algorithm().isBucket() && !taken) {
            assertThat(there.retryAfterNanos(0) - here.retryAfterNanos(0)).isLessThanOrEqualTo(MICRO);
            assertThat(there.resetAfterNanos(0) - here.resetAfterNanos(0)).isBetween(-MICRO, MICRO);
            assertThat(here.remaining(0)).isEqualTo(there.remaining(0));
        } else {
            assertThat(here.remaining(0)).isLessThanOrEqualTo(limit.burst());
        }
    }

    @Test
    void whatOthersTakeMeanwhileMakesTheWaitOnlyLonger() {
        Bundle slow = slow();
        ToldTimeLimiter server = refused(slow, 3, true);
        pass(1_000_000);
        assertThat(decided(server, ask(slow, 1)).allowed()).as("somebody else").isTrue();
        pass(1_999_999);
        assertThat(refusals.refuse(ask(slow, 3))).isTrue();
        assertThat(decided(server, ask(slow, 3)).allowed()).isFalse();
    }

    // https://github.com/envoyproxy/ratelimit/issues/185
    @Test
    void newVersionOfTheLimitsIsAskedAtOnce() {
        Bundle slow = slow();
        refused(slow, 1, true);
        assertThat(refusals.refuse(ask(slow(), 1)))
                .as("same figures, declared anew")
                .isFalse();
        assertThat(refusals.refuse(ask(bundle("slow", Limit.of(100, Duration.ofSeconds(1))), 1)))
                .isFalse();
        assertThat(refusals.refuse(ask(slow, 1)))
                .as("who still asks by the old")
                .isTrue();
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void holdsForATenthOfASecondWhereSomethingMayBeGivenBack(boolean isExact) {
        Bundle slow = slow();
        refused(slow, 5, isExact);
        assertThat(refusals.refuse(ask(slow, 5))).isTrue();
        pass(99_999);
        assertThat(refusals.refuse(ask(slow, 5))).isTrue();
        pass(1);
        assertThat(refusals.refuse(ask(slow, 5))).isEqualTo(isExact);
    }

    @Test
    void whoWouldWaitIsNeverRefusedFromMemory() {
        Bundle slow = slow();
        refused(slow, 1, true);
        Ask patient = ask(slow, 1);
        patient.patience(0, 1);
        assertThat(refusals.refuse(patient)).isFalse();

        Bundle other = bundle("other", Limit.of(1, Duration.ofDays(1)));
        ToldTimeLimiter server = new ToldTimeLimiter(redis.client, other);
        assertThat(decided(server, ask(other, 1)).allowed()).isTrue();
        Ask waits = ask(other, 1);
        waits.patience(0, 1_000);
        assertThat(decided(server, waits).allowed()).isFalse();
        refusals.note(waits, ticker.read(), true);
        assertThat(refusals.refuse(ask(other, 1)))
                .as("that refusal is of who waits")
                .isFalse();
    }

    @Test
    void severalBundlesInOneAskAreRefusedTogetherAndNotApart() {
        Bundle mine = slow();
        Bundle everybodys = bundle("everybodys", Limit.of(10, Duration.ofSeconds(10)));
        ToldTimeLimiter server = new ToldTimeLimiter(redis.client, mine, everybodys);
        assertThat(decided(server, ask(mine, 5)).allowed()).isTrue();
        Ask both = both(mine, everybodys);
        assertThat(decided(server, both).allowed()).isFalse();
        refusals.note(both, ticker.read(), true);

        pass(400_000);
        Ask again = both(mine, everybodys);
        assertThat(refusals.refuse(again)).isTrue();
        Ask there = decided(server, both(mine, everybodys));
        for (int i = 0; i < 2; i++) {
            assertThat(again.retryAfterNanos(i)).as("retry %d", i).isEqualTo(there.retryAfterNanos(i));
            assertThat(again.remaining(i)).as("remaining %d", i).isEqualTo(there.remaining(i));
            assertThat(again.violated(i)).isEqualTo(i == 0);
        }
        assertThat(refusals.refuse(ask(everybodys, 1))).isFalse();
        assertThat(refusals.refuse(both(everybodys, mine)))
                .as("another question")
                .isFalse();
        Ask ofAnother = ask(mine, 1);
        ofAnother.cost(ofAnother.add(everybodys, new ClientKey(ClientKey.Kind.USER, 1, 2)), 1);
        assertThat(refusals.refuse(ofAnother)).as("another client's, too").isFalse();
        Ask cheaper = both(mine, everybodys);
        cheaper.cost(0, 0);
        assertThat(refusals.refuse(cheaper))
                .as("what stood in the way is not asked for")
                .isFalse();
        pass(600_000);
        assertThat(refusals.refuse(both(mine, everybodys))).isFalse();
    }

    private static Ask both(Bundle one, Bundle other) {
        Ask ask = ask(one, 1);
        ask.cost(ask.add(other, ALICE), 1);
        return ask;
    }

    @Test
    void noMoreThanItsBoundAreRemembered() {
        Refusals few = new Refusals(ticker, 100);
        Bundle slow = slow();
        ToldTimeLimiter server = new ToldTimeLimiter(redis.client, slow);
        assertThat(decided(server, ask(slow, 5)).allowed()).isTrue();
        for (int i = 0; i < 100_000; i++) {
            Ask stranger = new Ask();
            stranger.add(slow, new ClientKey(ClientKey.Kind.USER, i, i));
            stranger.answer(0, 0, 1_000_000_000, 5_000_000_000L);
            stranger.complete(false);
            few.note(stranger, ticker.read(), true);
        }
        assertThat(few.size()).isLessThanOrEqualTo(100);
    }
}
