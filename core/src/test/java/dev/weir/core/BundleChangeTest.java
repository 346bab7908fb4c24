package dev.weir.core;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigInteger;
import java.time.Duration;
import java.util.List;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;

/**
 * Limits that change while clients have state: what was spent stays spent, and no change gives a burst.
 */
// peers: redisson#2618, redisson#6499, bucket4j#133, bucket4j#261, bucket4j#419
class BundleChangeTest {

    private static final Duration SECOND = Duration.ofSeconds(1);
    private static final Duration MINUTE = Duration.ofMinutes(1);
    private static final Duration HOUR = Duration.ofHours(1);

    private final ManualTicker ticker = new ManualTicker(Long.MAX_VALUE - 5);
    private final LocalLimiter limiter = Asks.limiter(ticker);

    @Example
    void usedFractionStaysUsed() {
        Bundle before = Asks.bundle("x", Limit.of(100, MINUTE));
        Bundle lowered = Asks.bundle("x", Limit.of(10, SECOND).withBurst(20));
        Bundle raised = Asks.bundle("x", Limit.of(1_000, HOUR));
        assertThat(remaining(before, 50)).containsExactly(50L);
        assertThat(remaining(lowered, 0)).containsExactly(10L);
        assertThat(remaining(raised, 0)).containsExactly(500L);
        assertThat(remaining(before, 0)).containsExactly(50L);
    }

    @Example
    void newLimitHoldsFromTheNextRequestAndLocksNobodyOutForLongerThanItWould() {
        Bundle hourly = Asks.bundle("x", Limit.of(10, HOUR));
        Bundle secondly = Asks.bundle("x", Limit.of(10, SECOND));
        assertThat(remaining(hourly, 10)).containsExactly(0L);
        Ask refused = Asks.decide(limiter, secondly, Asks.ALICE);
        assertThat(refused.allowed()).isFalse();
        assertThat(refused.retryAfterNanos(0)).isEqualTo(100_000_000);
        assertThat(refused.resetAfterNanos(0)).isEqualTo(1_000_000_000);
        ticker.advance(SECOND);
        assertThat(remaining(secondly, 10)).containsExactly(0L);
    }

    @Property(tries = 500)
    void debtIsTheSameFractionRoundedUp(
            @ForAll("limits") Limit before, @ForAll("limits") Limit after, @ForAll long seed) {
        Gcra old = Gcra.of(before);
        Gcra next = Gcra.of(after);
        long ahead = Math.floorMod(seed, old.burstTolerance + 1);
        BigInteger debt = BigInteger.valueOf(next.carryOver(ahead, old));
        BigInteger exact = BigInteger.valueOf(ahead).multiply(BigInteger.valueOf(next.burstTolerance));
        BigInteger scaled = debt.multiply(BigInteger.valueOf(old.burstTolerance));
        assertThat(scaled).isBetween(exact, exact.add(BigInteger.valueOf(old.burstTolerance - 1)));
    }

    @Property(tries = 300)
    void takingTurnsBetweenOldAndNewRulesRefillsNothing(
            @ForAll("limits") Limit one,
            @ForAll("limits") Limit other,
            @ForAll @IntRange(min = 1, max = 12) int taken) {
        LocalLimiter fresh = Asks.limiter(new ManualTicker());
        List<Bundle> versions = List.of(Asks.bundle("x", one), Asks.bundle("x", other));
        double spent = 0; // in bursts, each worth as much under either version
        for (int i = 0; i < 60; i++) {
            Bundle version = versions.get(i % 2);
            long cost =
                    i < 2 ? Math.min(taken, version.policies().get(0).limit().burst()) : 1;
            if (Asks.allowed(fresh, version, Asks.ALICE, cost)) {
                spent += (double) cost / version.policies().get(0).limit().burst();
            }
        }
        assertThat(spent).isLessThan(1 + 1e-9);
    }

    @Example
    void limitThatIsClosedForAWhileIsNotRefilledByThat() {
        Bundle open = Asks.bundle("x", Limit.of(10, HOUR));
        Bundle closed = Asks.bundle("x", Limit.of(0, HOUR));
        assertThat(remaining(open, 10)).containsExactly(0L);
        assertThat(Asks.decide(limiter, closed, Asks.ALICE).retryAfterNanos(0)).isEqualTo(Ask.NEVER);
        ticker.advance(Duration.ofMinutes(6).plusNanos(2)); // each change costs up to a unit
        assertThat(remaining(open, 0)).containsExactly(1L);
    }

    @Example
    void removedLimitTakesNothingOfTheOthersWithIt() {
        Bundle both = bundle(new Policy("fast", Limit.of(10, SECOND)), new Policy("slow", Limit.of(100, HOUR)));
        Bundle slow = bundle(new Policy("slow", Limit.of(100, HOUR)));
        assertThat(remaining(both, 4, 40)).containsExactly(6L, 60L);
        assertThat(remaining(slow, 0)).containsExactly(60L);
    }

    @Example
    void addedLimitStartsFromTheLargestFractionUsed() {
        Bundle one = bundle(new Policy("slow", Limit.of(100, HOUR)));
        Bundle three = bundle(
                new Policy("fast", Limit.of(10, SECOND)),
                new Policy("slow", Limit.of(100, HOUR)),
                new Policy("bytes", Limit.of(999_999_999, SECOND)));
        assertThat(remaining(one, 40)).containsExactly(60L);
        assertThat(remaining(three, 0, 0, 0)).containsExactly(6L, 60L, 599_999_999L);
    }

    @Example
    void limitsAreRecognisedByNameWhateverTheirOrder() {
        Policy fast = new Policy("fast", Limit.of(10, SECOND));
        Policy slow = new Policy("slow", Limit.of(100, HOUR));
        assertThat(remaining(bundle(fast, slow), 4, 10)).containsExactly(6L, 90L);
        assertThat(remaining(bundle(slow, fast), 0, 0)).containsExactly(90L, 6L);
        Policy renamed = new Policy("hourly", Limit.of(200, HOUR));
        ticker.advanceNanos(2); // a change costs up to a unit of the first limit
        assertThat(remaining(bundle(renamed, fast), 0, 0)).containsExactly(180L, 6L);
    }

    /* Each admitted request is a share of a burst; at one moment the shares of all versions add up to one at most. */
    @Example
    void threadsWithOldAndNewRulesNeverAdmitMoreThanOneBurst() throws Exception {
        for (int round = 0; round < 100; round++) {
            LocalLimiter fresh = Asks.limiter(new ManualTicker(round));
            Bundle old = bundle(new Policy("a", Limit.of(30, MINUTE)));
            Bundle now = round % 2 == 0
                    ? bundle(new Policy("a", Limit.of(60, HOUR)))
                    : bundle(new Policy("a", Limit.of(60, HOUR)), new Policy("b", Limit.of(60, HOUR)));
            List<Integer> halves = Together.run(4, number -> {
                int spent = 0; // in sixtieths of a burst
                for (int i = 0; i < 40; i++) {
                    boolean isOld = (number + i) % 2 == 0;
                    spent += Asks.allowed(fresh, isOld ? old : now, Asks.ALICE) ? isOld ? 2 : 1 : 0;
                }
                return spent;
            });
            assertThat(halves.stream().mapToInt(Integer::intValue).sum()).isBetween(57, 60);
        }
    }

    @Provide
    Arbitrary<Limit> limits() {
        return AnyLimit.open();
    }

    private static Bundle bundle(Policy... policies) {
        return new Bundle("x", List.of(policies));
    }

    private List<Long> remaining(Bundle bundle, long... costs) {
        Ask ask = Asks.decide(limiter, bundle, Asks.ALICE, costs);
        assertThat(ask.allowed()).isTrue();
        return SlowModel.Answer.of(ask).remaining();
    }
}
