package dev.weir.core;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Assume;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/**
 * Token bucket, leaky bucket as a meter, and the generic cell rate algorithm in both of its forms give the same answers to the
 * same requests, and so do the limiters that are named after them.
 */
class TextbookIdentityTest {

    private static final List<Algorithm> BUCKETS =
            List.of(Algorithm.TOKEN_BUCKET, Algorithm.LEAKY_BUCKET, Algorithm.GCRA);

    @Property(tries = 300)
    void sameParametersGiveIdenticalDecisions(@ForAll("histories") History history) {
        Limit limit = history.limit();
        Assume.that(!limit.isClosed());
        ManualTicker ticker = new ManualTicker(history.startNanos());
        List<RateLimiter> limiters = BUCKETS.stream()
                .map(algorithm -> RateLimiter.of(ticker, limit.withAlgorithm(algorithm)))
                .toList();
        Map<Integer, List<Textbook>> textbooks = new HashMap<>();
        SlowModel reserved = new SlowModel(history.startNanos());
        Bundle bundle = Asks.bundle("x", limit);
        BigInteger now = BigInteger.ZERO;
        for (History.Event event : history.events()) {
            now = History.later(now, event);
            ticker.advanceNanos(event.stepNanos());
            reserved.decide(Asks.ask(bundle, Asks.client(event.client()), event.cost()), now);
            if (reserved.metReservedNumber()) {
                return; // from here on a limiter may be two units stricter
            }
            List<String> said = new ArrayList<>();
            for (RateLimiter limiter : limiters) {
                Decision decision = limiter.tryAcquire("client " + event.client(), event.cost());
                said.add(decision.allowed() + ", " + decision.remaining() + " left");
            }
            BigInteger units = now.shiftLeft(SlowModel.bits(limit));
            for (Textbook book : textbooks.computeIfAbsent(event.client(), client -> Textbook.all(limit))) {
                boolean allowed = event.cost() <= limit.burst() && book.take(units, event.cost());
                said.add(allowed + ", " + book.remaining(units) + " left");
            }
            assertThat(said).as("%s", event).hasSize(7).containsOnly(said.get(0));
        }
    }

    @Property(tries = 100)
    void limitersOfThreeNamesGiveTheSameAnswersInFull(@ForAll("histories") History history) {
        ManualTicker ticker = new ManualTicker(history.startNanos());
        LocalLimiter limiter = Asks.limiter(ticker);
        for (History.Event event : history.events()) {
            ticker.advanceNanos(event.stepNanos());
            List<SlowModel.Answer> answers = BUCKETS.stream()
                    .map(algorithm -> SlowModel.Answer.of(Asks.decide(
                            limiter,
                            Asks.bundle(algorithm.name(), history.limit().withAlgorithm(algorithm)),
                            Asks.client(event.client()),
                            event.cost())))
                    .toList();
            assertThat(answers).as("%s", event).containsOnly(answers.get(0));
        }
    }

    @Provide
    Arbitrary<History> histories() {
        return History.withIdleTimes();
    }
}
