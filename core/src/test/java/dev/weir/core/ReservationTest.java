package dev.weir.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Permits taken at an estimate are settled once: by what was used, by closing, or at the deadline. */
class ReservationTest {

    private static final Duration SECOND = Duration.ofSeconds(1);
    private static final Duration DEADLINE = Duration.ofMinutes(10);

    private final ManualTicker ticker = new ManualTicker();

    private RateLimiterBuilder ten(Algorithm algorithm) {
        return RateLimiter.builder()
                .limits(Limit.of(10, Duration.ofHours(1)).withAlgorithm(algorithm))
                .ticker(ticker);
    }

    private final RateLimiter limiter = ten(Algorithm.GCRA).build();

    private long left() {
        return limiter.peek("alice").remaining();
    }

    @ParameterizedTest
    @EnumSource
    void lessThanReservedComesBack(Algorithm algorithm) {
        RateLimiter any = ten(algorithm).build();
        Reservation reservation = any.reserve("alice", 7);
        assertThat(reservation.decision().remaining()).isEqualTo(3);
        assertThat(reservation.settle(2).remaining()).isEqualTo(8);
        assertThat(any.peek("alice").remaining()).isEqualTo(8);
    }

    @ParameterizedTest
    @EnumSource
    void moreThanReservedIsOwed(Algorithm algorithm) {
        RateLimiter any = ten(algorithm).build();
        assertThat(any.reserve("alice", 3).settle(5).remaining()).isEqualTo(5);
        assertThat(any.reserve("bob", 8).settle(14).remaining()).isZero();
        Decision next = any.tryAcquire("bob");
        assertThat(next.allowed()).isFalse();
        ticker.advance(next.retryAfter());
        assertThat(any.tryAcquire("bob").allowed()).isTrue();
    }

    @ParameterizedTest
    @EnumSource
    void cancelledReservationLeavesNoTrace(Algorithm algorithm) {
        RateLimiter any = ten(algorithm).build();
        any.tryAcquire("alice", algorithm == Algorithm.LEAKY_BUCKET_QUEUE ? 0 : 4);
        Decision before = any.peek("alice");
        Reservation reservation = any.reserve("alice", 6);
        assertThat(reservation.allowed()).isTrue();
        reservation.cancel();
        assertThat(any.peek("alice")).isEqualTo(before);
        assertThat(ticker.waiting()).as("deadlines").isZero();
    }

    // peers: guava#7130 (one huge cost, allowed as debt, locked everybody out)
    @Test
    void overrunIsTheBurstUnlessSaid() {
        limiter.reserve("alice", 10).settle(Long.MAX_VALUE);
        assertThat(limiter.tryAcquire("alice").retryAfter()).isEqualTo(Duration.ofMinutes(66)); // 11 times 6
        RateLimiter none = ten(Algorithm.GCRA).overrun(0).build();
        none.reserve("alice", 4).settle(1_000);
        assertThat(none.peek("alice").remaining()).isEqualTo(6);
        RateLimiter three = ten(Algorithm.GCRA).overrun(3).build();
        three.reserve("alice", 10).settle(1_000);
        assertThat(three.tryAcquire("alice").retryAfter()).isEqualTo(Duration.ofMinutes(24));
    }

    @ParameterizedTest
    @EnumSource
    void hugeOverrunOverflowsNothing(Algorithm algorithm) {
        RateLimiter any = ten(algorithm).overrun(Long.MAX_VALUE - 1).build();
        for (int i = 0; i < 3; i++) {
            Reservation reservation = any.reserve("alice", 1);
            Decision settled = reservation.settle(Long.MAX_VALUE);
            assertThat(settled.remaining()).isZero();
        }
        Decision refused = any.tryAcquire("alice");
        assertThat(refused.allowed()).isFalse();
        assertThat(refused.never()).isFalse();
        assertThat(refused.retryAfter()).isPositive();
        assertThat(any.peek("alice").resetAfter()).isPositive();
    }

    @Test
    void abandonedReservationIsChargedAsReservedAtItsDeadline() {
        RateLimiter daily = RateLimiter.builder()
                .limits(Limit.of(10, Duration.ofDays(1)))
                .ticker(ticker)
                .maxOpen(1)
                .build();
        Reservation abandoned = daily.reserve("alice", 7);
        ticker.advance(DEADLINE.minusNanos(1));
        assertThat(daily.reserve("bob", 1).allowed()).as("one is open").isFalse();
        ticker.advanceNanos(1);
        try (Reservation next = daily.reserve("bob", 1)) {
            assertThat(next.allowed()).isTrue();
        }
        assertThat(daily.peek("alice").remaining()).isEqualTo(3);
        abandoned.settle(0);
        abandoned.settle(100);
        abandoned.cancel();
        abandoned.close();
        assertThat(daily.peek("alice").remaining()).as("settled too late").isEqualTo(3);
    }

    @Test
    void deadlineIsWhatTheBuilderSays() {
        RateLimiter quick =
                ten(Algorithm.GCRA).reservationTimeout(Duration.ofNanos(5)).build();
        Reservation inTime = quick.reserve("alice", 5);
        ticker.advanceNanos(4);
        assertThat(inTime.settle(1).remaining()).isEqualTo(9);
        Reservation late = quick.reserve("alice", 5);
        ticker.advanceNanos(5);
        late.settle(1);
        assertThat(quick.peek("alice").remaining()).isEqualTo(4);
    }

    @Test
    void firstSettlementCounts() {
        Reservation reservation = limiter.reserve("alice", 8);
        reservation.settle(3);
        assertThat(reservation.settle(9).remaining())
                .as("still what the reservation said")
                .isEqualTo(2);
        reservation.cancel();
        reservation.close();
        assertThat(left()).isEqualTo(7);
    }

    @Test
    void closingChargesWhatIsNotSettled() {
        try (Reservation reservation = limiter.reserve("alice", 6)) {
            assertThat(reservation.allowed()).isTrue();
        }
        assertThat(left()).isEqualTo(4);
        try (Reservation reservation = limiter.reserve("alice", 4)) {
            reservation.settle(1);
        }
        assertThat(left()).isEqualTo(3);
        assertThat(ticker.waiting()).as("deadlines").isZero();
    }

    @Test
    void refusedReservationSettlesNothing() {
        limiter.tryAcquire("alice", 5);
        for (int i = 0; i < 3; i++) {
            Reservation refused = limiter.reserve("alice", 6);
            assertThat(refused.allowed()).isFalse();
            assertThat(refused.settle(2)).isEqualTo(refused.decision());
            refused.cancel();
            refused.close();
        }
        assertThat(left()).isEqualTo(5);
        assertThat(limiter.reserve("alice", 11).decision().never()).isTrue();
    }

    @Test
    void settlementOfNullSettlesNothing() {
        try (Reservation reservation = limiter.reserve("alice", 6)) {
            assertThatThrownBy(() -> reservation.settle((Cost) null)).hasMessage("actual is null");
            assertThat(reservation.settle(2).remaining()).isEqualTo(8);
        }
    }

    @ParameterizedTest
    @EnumSource
    void reservationOfNothingTakesOneUntilItIsSettled(Algorithm algorithm) {
        RateLimiter any = ten(algorithm).build();
        Reservation reservation = any.reserve("alice", 0);
        assertThat(reservation.decision().remaining()).isEqualTo(9);
        assertThat(reservation.settle(4).remaining()).isEqualTo(6);
        any.reserve("alice", 0).settle(0);
        assertThat(any.peek("alice").remaining()).isEqualTo(6);
    }

    @ParameterizedTest
    @EnumSource(Algorithm.class)
    void whoOwesReservesNothingNotEvenNothing(Algorithm algorithm) {
        RateLimiter any = ten(algorithm).build();
        any.reserve("alice", 0).settle(20);
        for (int i = 0; i < 1_000; i++) {
            assertThat(any.reserve("alice", 0).allowed()).isFalse();
        }
    }

    @Test
    void eachUnitIsSettledOnItsOwn() {
        RateLimiter mixed = RateLimiter.of(
                ticker, Limit.of(5, SECOND), Limit.of(100, Duration.ofHours(1)).withUnit("bytes"));
        Reservation reservation = mixed.reserve("alice", Cost.of("requests", 1).and("bytes", 50));
        Decision settled = reservation.settle(Cost.of("bytes", 20));
        assertThat(settled.outcomes()).extracting(Outcome::remaining).containsExactly(4L, 80L);
        Reservation other = mixed.reserve("alice", Cost.of("bytes", 70));
        for (String unit : List.of("bits", "requests")) {
            assertThatThrownBy(() -> other.settle(Cost.of(unit, 1)))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage(
                            "The settlement names the unit \"" + unit + "\", but a cost of {bytes=70} was reserved");
        }
        assertThat(other.settle(Cost.of("bytes", 80)).outcomes())
                .as("an error settles nothing")
                .extracting(Outcome::remaining)
                .containsExactly(4L, 0L);
    }

    @Test
    void anotherThreadMaySettle() throws Exception {
        for (int i = 0; i < 100; i++) {
            Reservation reservation = limiter.reserve("client " + i, 10);
            List<Decision> decisions = Together.run(2, number -> reservation.settle(number + 2));
            long remaining = limiter.peek("client " + i).remaining();
            assertThat(remaining).isIn(7L, 8L);
            assertThat(decisions).anyMatch(decision -> decision.remaining() == remaining);
        }
        Reservation reservation = limiter.reserve("alice", 10);
        CompletableFuture.runAsync(() -> reservation.settle(1)).get(60, TimeUnit.SECONDS);
        assertThat(left()).isEqualTo(9);
    }

    @Test
    void enteringWaitsAndMayBeSettled() throws InterruptedException {
        RateLimiter moving =
                ten(Algorithm.GCRA).sleeper(Sleepers.moving(ticker)).build();
        moving.tryAcquire("alice", 10);
        try (Reservation turn = moving.enter("alice", Cost.of(5), Duration.ofHours(1))) {
            assertThat(turn.decision().waited()).isEqualTo(Duration.ofMinutes(30));
            assertThat(ticker.read()).isEqualTo(Duration.ofMinutes(30).toNanos());
            assertThat(turn.settle(2).remaining()).isEqualTo(3);
        }
        assertThatThrownBy(() -> moving.enter("alice", Cost.of(5), Duration.ofMinutes(1)))
                .isInstanceOf(RefusedException.class)
                .hasMessageContaining("to be tried again in PT12M");
        assertThat(moving.peek("alice").remaining()).isEqualTo(3);
    }

    // peers: redisson#7342 (what was given back vanished, or lifted the level above the burst)
    @ParameterizedTest
    @EnumSource
    void takingAndGivingBackAllDayNeitherLosesNorGains(Algorithm algorithm) {
        RateLimiter any = ten(algorithm).build();
        RateLimiter untouched = ten(algorithm).build();
        for (int i = 0; i < 9; i++) {
            Reservation reservation = any.reserve("alice", 1);
            ticker.advance(Duration.ofMinutes(1));
            reservation.cancel();
            ticker.advance(Duration.ofMinutes(5));
            assertThat(any.peek("alice").remaining())
                    .as("after %s", i)
                    .isEqualTo(untouched.peek("alice").remaining());
        }
    }
}
