package dev.weir.redisson;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.core.Ask;
import dev.weir.core.Bundle;
import dev.weir.core.ClientKey;
import dev.weir.core.Limit;
import dev.weir.core.ManualTicker;
import dev.weir.core.Policies;
import dev.weir.core.Policy;
import dev.weir.redisson.Lender.Lent;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What processes are lent, and what they may use on, by a real server that is told the time. */
class LenderTest {

    private static final long START_MICROS = 1_700_000_000_000_000L;
    private static final long TERM_MICROS = Lender.TERM.toNanos() / 1_000;
    private static final long BURST = 1_000;
    private static final long MOST = 100;

    private static SingleRedis redis;

    private final ManualTicker ticker = new ManualTicker();
    private final Bundle bundle = bundle();
    private final ToldTimeLimiter server = new ToldTimeLimiter(redis.client, bundle);
    private final Lender node = new Lender(server.lending(() -> this.micros), ticker);
    private final Lender other = new Lender(server.lending(() -> this.micros), ticker);
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
    void learn() {
        redis.client.getKeys().flushall();
        assertThat(borrow(node, 0, 10).waitNanos()).isEqualTo(Lender.TERM.toNanos());
        pass(TERM_MICROS);
    }

    /** One permit in a thousand seconds. */
    private static Bundle bundle() {
        Policies policies = new Policies();
        policies.declare(new Policy("limit", Limit.of(BURST, Duration.ofSeconds(BURST * 1_000))));
        return policies.current().bundle("bundle", List.of("limit"));
    }

    private void pass(long some) {
        micros += some;
        ticker.advanceNanos(some * 1_000);
    }

    private Lent borrow(Lender who, long has, long wanted) {
        return who.borrow(bundle, ClientKey.GLOBAL, new long[] {MOST}, new long[] {has}, new long[] {wanted})
                .toCompletableFuture()
                .join();
    }

    private long left() {
        Ask look = new Ask();
        look.add(bundle, ClientKey.GLOBAL);
        look.cost(0, 0);
        server.decide(look, micros);
        return look.remaining(0);
    }

    @Test
    void nothingIsLentUntilTheTermIsOverSinceLoansAreKnown() {
        redis.client.getKeys().flushall();
        assertThat(borrow(node, 0, 10).permits()).containsExactly(0L);
        pass(TERM_MICROS - 1);
        Lent early = borrow(other, 0, 10);
        assertThat(early.permits()).containsExactly(0L);
        assertThat(early.waitNanos()).isEqualTo(1_000);
        pass(1);
        assertThat(borrow(other, 0, 10).permits()).containsExactly(10L);
    }

    @Test
    void whatWasStuckUntilItWasAskedForAgainComesToNothing() {
        long asked = micros;
        Lender stuck = new Lender(server.lending(() -> this.micros, () -> asked), ticker);
        pass(250_001);
        assertThat(borrow(stuck, 0, 10).permits()).containsExactly(0L);
        assertThat(left()).isEqualTo(BURST);
    }

    @Test
    void whatIsLentIsTakenAtOnce() {
        Lent lent = borrow(node, 0, 40);
        assertThat(lent.permits()).containsExactly(40L);
        assertThat(left()).isEqualTo(BURST - 40);
    }

    @Test
    void noMoreIsLentThanTheShareOfAllTogether() {
        assertThat(borrow(node, 0, 70).permits()).containsExactly(70L);
        assertThat(borrow(other, 0, 70).permits()).as("the half fits no more").containsExactly(17L);
        assertThat(borrow(other, 17, 70).permits()).containsExactly(8L);
        assertThat(borrow(other, 25, 5).permits()).containsExactly(5L);
        assertThat(borrow(other, 30, 1).permits()).containsExactly(0L);
        assertThat(borrow(node, 70, 1).permits()).containsExactly(0L);
        pass(TERM_MICROS);
        assertThat(borrow(other, 0, 100).permits()).as("when all is over").containsExactly(100L);
    }

    @Test
    void whatIsLeftOfALoanMayBeUsedOnWithTheNext() {
        borrow(node, 0, 40);
        pass(TERM_MICROS - 1);
        Lent next = borrow(node, 15, 10);
        assertThat(next.keeps()).isTrue();
        assertThat(next.permits()).containsExactly(10L);
        pass(TERM_MICROS - 1); // 25 are out for as long
        assertThat(borrow(other, 0, 80).permits()).containsExactly(40L);
        assertThat(left()).isEqualTo(BURST - 90);
    }

    @Test
    void aLoanThatIsOverIsNotUsedOn() {
        borrow(node, 0, 40);
        pass(TERM_MICROS);
        Lent next = borrow(node, 40, 10);
        assertThat(next.keeps()).isFalse();
        assertThat(next.permits()).containsExactly(10L);
    }

    @Test
    void aLoanToldTwiceIsNotUsedTwice() {
        borrow(node, 0, 40);
        assertThat(borrow(node, 10, 5).keeps()).isTrue();
        assertThat(borrow(node, 40, 5).keeps()).as("it has 15 by now").isFalse();
    }

    @Test
    void moreThanWasLentIsNotUsedOn() {
        borrow(node, 0, 40);
        assertThat(borrow(node, 41, 5).keeps()).isFalse();
    }

    @Test
    void anothersLoanIsNotUsedOn() {
        borrow(node, 0, 40);
        Lent posing = borrow(other, 40, 5);
        assertThat(posing.keeps()).isFalse();
        assertThat(borrow(node, 40, 0).keeps()).isTrue();
    }

    @Test
    void nobodyIsLentWhatTheLimitDoesNotHave() {
        Ask ask = new Ask();
        ask.add(bundle, ClientKey.GLOBAL);
        ask.cost(0, BURST - 30);
        server.decide(ask, micros);
        assertThat(borrow(node, 0, 100).permits()).containsExactly(25L);
        assertThat(borrow(node, 25, 8).permits()).containsExactly(4L);
        assertThat(left()).isEqualTo(1);
    }
}
