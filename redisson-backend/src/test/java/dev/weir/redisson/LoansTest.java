package dev.weir.redisson;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.core.Algorithm;
import dev.weir.core.Ask;
import dev.weir.core.Bundle;
import dev.weir.core.ClientKey;
import dev.weir.core.Limit;
import dev.weir.core.Policies;
import dev.weir.core.Policy;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Permits that processes borrow ahead from a real Redis. */
@Timeout(180)
class LoansTest {

    private static final long BURST = 4_000;
    private static final double MAX_ERROR = 0.1;
    private static final long SHARE = 400;

    private static SingleRedis redis;

    private Borrower node;
    private Borrower other;

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
        node = new Borrower(redis.client);
        other = new Borrower(redis.client);
    }

    private static LoansOut loans() {
        LoansOut loans = LoansOut.in(redis.client);
        assertThat(loans).as("loans in Redis").isNotNull();
        return loans;
    }

    /** How many the nodes are admitted together until none is admitted any more. */
    private static int taken(Bundle bundle, Borrower... nodes) throws InterruptedException {
        int taken = 0;
        boolean any = true;
        while (any) {
            any = false;
            for (Borrower each : nodes) {
                boolean admitted = each.decided(Borrower.ask(bundle)).allowed();
                taken += admitted ? 1 : 0;
                any |= admitted;
            }
            assertThat(taken).as("admitted without end").isLessThan(2 * (int) BURST);
        }
        return taken;
    }

    private static long secondsSince(long nanoTime) {
        return 1 + TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - nanoTime);
    }

    @Test
    void nothingIsLentInTheFirstSecondThatRedisKnowsOf() throws Exception {
        Bundle bundle = Borrower.bundle(BURST, MAX_ERROR);
        node.untilItBorrows(bundle);
        LoansOut loans = loans();
        assertThat(loans.permits()).isPositive();
        assertThat(loans.areAllOfLater()).as(loans.toString()).isTrue();
    }

    @Test
    void aHotClientCostsACommandForFewerThanOneAdmittedAskInTwenty() throws Exception {
        int asks = 200_000;
        Bundle bundle = Borrower.bundle(Limit.of(4_000_000, Duration.ofSeconds(1)), 0.05);
        node.untilItBorrows(bundle);
        for (int i = 0; i < asks / 10; i++) { // until it is seen how many it uses
            node.decided(Borrower.ask(bundle));
        }
        long before = CommandCount.of(redis.port);
        for (int i = 0; i < asks; i++) {
            assertThat(node.decided(Borrower.ask(bundle)).allowed()).isTrue();
        }
        assertThat(CommandCount.of(redis.port) - before).as("commands").isLessThan(asks / 20);
    }

    @Test
    void twoNodesTogetherNeverHaveMoreOnLoanThanTheShare() throws Exception {
        Bundle bundle = Borrower.bundle(Limit.of(100_000, Duration.ofSeconds(1)).withBurst(BURST), MAX_ERROR);
        AtomicBoolean ends = new AtomicBoolean();
        List<Thread> threads = new ArrayList<>();
        for (Borrower each : List.of(node, other)) {
            threads.add(new Thread(() -> {
                try {
                    while (!ends.get()) {
                        each.decided(Borrower.ask(bundle));
                    }
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
            }));
        }
        threads.forEach(Thread::start);
        try {
            List<LoansOut> seen = new ArrayList<>();
            Eventually.holds("both have borrowed, many times", () -> {
                LoansOut loans = LoansOut.in(redis.client);
                if (loans != null) {
                    assertThat(loans.permits()).as("permits on loan").isLessThanOrEqualTo(SHARE);
                    seen.add(loans);
                }
                return seen.stream()
                                .filter(known -> known.all().size() == 2 && known.permits() > 0)
                                .count()
                        >= 20;
            });
        } finally {
            ends.set(true);
            for (Thread thread : threads) {
                thread.join();
            }
        }
    }

    @Test
    void whatAKilledNodeHasOnLoanStaysSpentAndAfterItsTermTheShareIsLentAgain() throws Exception {
        Bundle bundle = Borrower.bundle(BURST, MAX_ERROR);
        long start = System.nanoTime();
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx128m",
                        "-XX:TieredStopAtLevel=1",
                        "-cp",
                        System.getProperty("java.class.path"),
                        Borrower.class.getName(),
                        Integer.toString(redis.port),
                        Long.toString(BURST),
                        Double.toString(MAX_ERROR))
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        int admitted;
        LoansOut left;
        try {
            String said = new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))
                    .readLine();
            assertThat(said).matches("admitted \\d+");
            admitted = Integer.parseInt(said.substring("admitted ".length()));
            left = loans();
        } finally {
            process.destroyForcibly(); // SIGKILL: it gives nothing back
            assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
        }
        long dead = left.all().get(0).node();
        long lost = left.all().get(0).permits() - 1; // one was used
        assertThat(lost).isBetween(1L, SHARE);
        long until = left.all().get(0).untilMicros();

        int here = node.untilItBorrows(bundle);
        LoansOut after = loans();
        assertThat(after.all().stream().filter(loan -> loan.node() == dead && loan.untilMicros() > after.nowMicros()))
                .allSatisfy(loan -> assertThat(after.permits()).isLessThanOrEqualTo(SHARE));
        Eventually.holds("its term is over", () -> loans().nowMicros() > until);
        here += node.untilItBorrows(bundle);
        assertThat(loans().all()).noneMatch(loan -> loan.node() == dead);
        here += taken(bundle, node, other);
        assertThat((long) admitted + here)
                .as("all together, without what was lost")
                .isBetween(BURST - lost - SHARE, BURST - lost + secondsSince(start));
    }

    @Test
    void whenRedisHasForgottenAllNothingIsLentForATermAndTheBoundHoldsAnew() throws Exception {
        Bundle bundle = Borrower.bundle(BURST, MAX_ERROR);
        node.untilItBorrows(bundle);
        other.untilItBorrows(bundle);
        redis.client.getKeys().flushall();
        long start = System.nanoTime();
        long taken = 0;
        for (long more = 1; more > 0; taken += more) {
            more = 0;
            for (int i = 0; i < 50; i++) {
                more += node.decided(Borrower.ask(bundle)).allowed() ? 1 : 0;
                more += other.decided(Borrower.ask(bundle)).allowed() ? 1 : 0;
            }
            assertThat(taken).as("admitted without end").isLessThan(2 * BURST);
            LoansOut loans = LoansOut.in(redis.client);
            assertThat(loans == null || loans.areAllOfLater())
                    .as(String.valueOf(loans))
                    .isTrue();
        }
        assertThat(taken).isBetween(BURST - SHARE, BURST + SHARE + secondsSince(start));
    }

    /** What a plain ask of the same client would get. */
    private void isOnlyAskedOfRedis(Ask ask, Bundle bundle) throws InterruptedException {
        node.untilItBorrows(bundle);
        assertThat(node.usesLoan(ask)).isFalse();
    }

    @Test
    void whoHoldsOrWaitsOrAsksOfTwoBundlesUsesNoLoan() throws Exception {
        Bundle bundle = Borrower.bundle(BURST, MAX_ERROR);
        Ask holds = Borrower.ask(bundle);
        holds.hold();
        isOnlyAskedOfRedis(holds, bundle);
        Ask waits = Borrower.ask(bundle);
        waits.patience(0, 1);
        isOnlyAskedOfRedis(waits, bundle);
        Ask both = Borrower.ask(bundle);
        both.add(Borrower.bundle(BURST, MAX_ERROR), new ClientKey(ClientKey.Kind.USER, 1, 2));
        isOnlyAskedOfRedis(both, bundle);
        Ask looks = Borrower.ask(bundle);
        looks.cost(0, 0);
        isOnlyAskedOfRedis(looks, bundle);
        Ask dear = Borrower.ask(bundle);
        dear.cost(0, SHARE + 1);
        isOnlyAskedOfRedis(dear, bundle);
    }

    @ParameterizedTest
    @EnumSource
    void whereNoErrorIsAllowedNothingIsEverBorrowed(Algorithm algorithm) throws Exception {
        Limit limit = Limit.of(BURST, Duration.ofDays(1)).withAlgorithm(algorithm);
        borrowsNothing(Borrower.bundle(limit, 0));
    }

    @Test
    void turnsOfAQueueAreNeverLent() throws Exception {
        Bundle queue =
                Borrower.bundle(Limit.of(BURST, Duration.ofSeconds(1)).withAlgorithm(Algorithm.LEAKY_BUCKET_QUEUE), 1);
        assertThat(Loans.areLent(queue)).isFalse();
        borrowsNothing(queue);
    }

    @Test
    void nothingIsLentWhereTheShareIsLessThanOnePermit() throws Exception {
        borrowsNothing(Borrower.bundle(9, 0.1));
    }

    @Test
    void theStrictestOfSeveralLimitsSaysWhatErrorIsAllowed() throws Exception {
        Policies policies = new Policies();
        policies.declare(new Policy("lax", Limit.of(BURST, Duration.ofDays(1))).withMaxError(1));
        policies.declare(new Policy("strict", Limit.of(BURST, Duration.ofDays(2))));
        borrowsNothing(policies.current().bundle("lent", List.of("lax", "strict")));
    }

    private void borrowsNothing(Bundle bundle) throws InterruptedException {
        for (int i = 0; i < 300; i++) {
            Ask ask = Borrower.ask(bundle);
            assertThat(node.usesLoan(ask)).isFalse();
            node.decided(ask);
        }
        assertThat(LoansOut.in(redis.client)).as("asked to lend").isNull();
    }
}
