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
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.lifecycle.AfterContainer;
import net.jqwik.api.lifecycle.BeforeContainer;

/**
 * Processes that borrow ahead: in every window of length t all of them together admit at most B + t / T and what may be out on loan,
 * whoever dies with permits; and again so from the moment on at which Redis has forgotten everything. By brute force over random
 * histories, on a real server that is told the time.
 */
class LoansPropertyTest {

    private static final long START_MICROS = 1_700_000_000_000_000L;
    private static final int NODES = 3;

    private static SingleRedis redis;

    private final ManualTicker ticker = new ManualTicker();
    private final List<Loans> nodes = new ArrayList<>();
    private final List<Long> admitted = new ArrayList<>();
    private final List<Integer> costs = new ArrayList<>();
    /* How often Redis had lost its memory by then. */
    private final List<Integer> memory = new ArrayList<>();
    private int flushes;
    private long micros;
    private long borrowed;

    @BeforeContainer
    static void start() throws Exception {
        redis = new SingleRedis();
    }

    @AfterContainer
    static void stop() throws Exception {
        redis.close();
    }

    @Property(tries = 60, seed = "7")
    void noWindowHoldsMoreThanTheLimitAndWhatMayBeOnLoan(
            @ForAll @IntRange(min = 20, max = 400) int burst,
            @ForAll @IntRange(min = 50, max = 2_000) int permits,
            @ForAll @DoubleRange(min = 0.05, max = 1) double maxError,
            @ForAll long history) {
        Limit limit = new Limit(permits, Duration.ofSeconds(1), burst, Algorithm.GCRA, Limit.REQUESTS, false);
        play(limit, maxError, new Random(history));
        double interval = 1e6 / permits;
        long share = (long) (maxError * burst);
        for (int from = 0; from < admitted.size(); from++) {
            long sum = 0;
            for (int to = from; to < admitted.size() && memory.get(to).equals(memory.get(from)); to++) {
                sum += costs.get(to);
                double most = burst + share + (admitted.get(to) - admitted.get(from)) / interval;
                assertThat((double) sum).as("from %d to %d", from, to).isLessThanOrEqualTo(most + 1e-6);
            }
        }
    }

    private void play(Limit limit, double maxError, Random random) {
        redis.client.getKeys().flushall();
        admitted.clear();
        costs.clear();
        memory.clear();
        nodes.clear();
        micros = START_MICROS;
        Policies policies = new Policies();
        policies.declare(new Policy("limit", limit).withMaxError(maxError));
        Bundle bundle = policies.current().bundle("bundle", List.of("limit"));
        ToldTimeLimiter elsewhere = new ToldTimeLimiter(redis.client, bundle);
        for (int i = 0; i < NODES; i++) {
            nodes.add(node(elsewhere));
        }
        for (int step = 0; step < 1_200; step++) {
            int dice = random.nextInt(400);
            if (dice == 0) {
                nodes.set(random.nextInt(NODES), node(elsewhere)); // and what it had on loan is nobody's
            } else if (dice == 1) {
                redis.client.getKeys().flushall();
                flushes++;
            } else if (dice == 2) {
                pass(random.nextInt(1_500_000));
            } else if (dice < 100) {
                pass(random.nextInt(20_000));
            } else {
                ask(elsewhere, bundle, nodes.get(random.nextInt(NODES)), random.nextInt(8) == 0 ? 3 : 1);
            }
        }
        assertThat(borrowed).as("admitted by what was borrowed").isPositive();
    }

    private Loans node(ToldTimeLimiter elsewhere) {
        return new Loans(new Lender(elsewhere.lending(() -> micros), ticker), ticker);
    }

    private void pass(long some) {
        micros += some;
        ticker.advance(Duration.ofNanos(some * 1_000));
    }

    private void ask(ToldTimeLimiter elsewhere, Bundle bundle, Loans node, int cost) {
        Ask ask = new Ask();
        ask.add(bundle, ClientKey.GLOBAL);
        ask.cost(0, cost);
        boolean lent = node.admit(ask);
        if (!lent) {
            elsewhere.decide(ask, micros);
        }
        if (lent || ask.allowed()) {
            borrowed += lent ? 1 : 0;
            admitted.add(micros);
            costs.add(cost);
            memory.add(flushes);
        }
    }
}
