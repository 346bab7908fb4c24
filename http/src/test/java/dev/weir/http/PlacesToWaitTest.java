package dev.weir.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.annotation.Algorithm;
import dev.weir.annotation.RateLimited;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Whatever becomes of requests, as many places to wait are left as were there before; no fewer, and no more. */
class PlacesToWaitTest {

    private static final int MAX = 3;

    private final Application app = Application.with(
            builder -> builder.keyResolver("tenant", request -> {
                throw new IllegalStateException("no tenant");
            }),
            "weir.max-waiting",
            "" + MAX,
            "weir.max-waiting-threads",
            "2");

    @RateLimited(name = "shaped", permits = 10, per = "1s", burst = 1, maxWait = "250ms", key = "ip")
    static class Shaped {}

    @RateLimited(
            name = "queue",
            permits = 10,
            per = "1s",
            burst = 10,
            algorithm = Algorithm.LEAKY_BUCKET_QUEUE,
            key = "ip")
    static class Queue {}

    @SuppressWarnings("unused")
    static class TwoPoints {
        @RateLimited(name = "first", permits = 10, per = "1s", burst = 1, maxWait = "1s", key = "ip")
        @RateLimited(name = "second", permits = 10, per = "1s", burst = 1, maxWait = "1s", key = "tenant")
        void method() {}
    }

    private static final Map<String, Consumer<Application>> PATHS = new TreeMap<>(Map.of(
            "admitted at once", app -> ask(app, "10.0.0.1"),
            "refused",
                    app -> {
                        for (int i = 0; i < 3; i++) {
                            ask(app, "10.0.0.1");
                        }
                        assertThat(ask(app, "10.0.0.1").answer().status()).isEqualTo(429);
                    },
            "waited",
                    app -> {
                        ask(app, "10.0.0.1");
                        assertThat(ask(app, "10.0.0.1").waits()).isTrue();
                    },
            "gave up",
                    app -> {
                        ask(app, "10.0.0.1");
                        Waiter gone = ask(app, "10.0.0.1");
                        gone.exchange.giveUp();
                        gone.exchange.giveUp();
                    },
            "gave up after its turn",
                    app -> {
                        ask(app, "10.0.0.1");
                        Waiter gone = ask(app, "10.0.0.1");
                        app.advance(Duration.ofMillis(100));
                        gone.exchange.giveUp();
                    },
            "interrupted",
                    app -> {
                        ask(app, "10.0.0.1");
                        Waiter.holding(app, Shaped.class, FakeRequest.from("10.0.0.1"))
                                .interrupt()
                                .answer();
                    },
            "waited with a thread",
                    app -> {
                        ask(app, "10.0.0.1");
                        Waiter holding = Waiter.holding(app, Shaped.class, FakeRequest.from("10.0.0.1"));
                        app.advance(Duration.ofMillis(100));
                        holding.answer();
                    },
            "failed", app -> judgeTwoPoints(app, Point.AFTER_AUTHENTICATION, FakeRequest.from("10.0.0.1")),
            "waited at one point, failed at the next",
                    app -> {
                        judgeTwoPoints(app, Point.BEFORE_AUTHENTICATION, FakeRequest.from("10.0.0.1"));
                        FakeRequest request = FakeRequest.from("10.0.0.1");
                        Waiter waits = judgeTwoPoints(app, Point.BEFORE_AUTHENTICATION, request);
                        app.advance(Duration.ofMillis(100));
                        assertThat(waits.answer().status()).isEqualTo(200);
                        judgeTwoPoints(app, Point.AFTER_AUTHENTICATION, request);
                    }));

    @AfterEach
    void close() {
        app.close();
    }

    static Iterable<String> paths() {
        return PATHS.keySet();
    }

    @ParameterizedTest
    @MethodSource("paths")
    void placesComeBack(String path) {
        for (int i = 0; i <= MAX; i++) {
            PATHS.get(path).accept(app);
            app.advance(Duration.ofSeconds(10));
        }
        assertThat(app.ticker.waiting()).isZero();
        assertPlaces(MAX);
    }

    @Test
    void queueHasNoMorePlacesThanThereAreToWaitIn() {
        assertThat(queue().answer().status()).isEqualTo(200);
        List<Waiter> waiters = new ArrayList<>();
        for (int i = 0; i < MAX; i++) {
            waiters.add(queue());
        }
        assertThat(waiters).allMatch(Waiter::waits);
        Waiter refused = queue();
        assertThat(refused.waits()).isFalse();
        assertThat(refused.answer().status()).isEqualTo(429);
    }

    @Test
    void ofThoseWhoHoldAThreadFewMayWait() {
        List<Waiter> holding = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            String client = "10.1.0." + i;
            ask(app, client);
            holding.add(Waiter.holding(app, Shaped.class, FakeRequest.from(client)));
        }
        for (Waiter refused : holding.subList(2, 4)) {
            assertThat(refused.answer().status()).isEqualTo(429);
            assertThat(refused.answer().field("Retry-After")).isEqualTo("1");
        }
        assertThat(holding.subList(0, 2)).allMatch(Waiter::waits);
        assertPlaces(1);
        app.advance(Duration.ofMillis(100));
        holding.subList(0, 2)
                .forEach(waiter -> assertThat(waiter.answer().status()).isEqualTo(200));
    }

    @ParameterizedTest
    @ValueSource(strings = {"weir.max-waiting", "weir.max-waiting-threads"})
    void whereNobodyMayWaitWhoIsOverTheLimitIsRefusedAtOnce(String setting) {
        try (Application nobody = Application.with(setting, "0")) {
            for (int status : new int[] {200, 429}) {
                FakeRequest request = FakeRequest.from("10.0.0.1");
                assertThat(nobody.call(Shaped.class, request).status()).isEqualTo(status);
            }
        }
    }

    /** Has as many wait as may, each a client of its own, and lets them go. */
    private void assertPlaces(int most) {
        List<Waiter> waiters = new ArrayList<>();
        for (int i = 0; i <= most; i++) {
            String client = "10.2.0." + i;
            ask(app, client);
            waiters.add(ask(app, client));
        }
        assertThat(waiters.stream().map(Waiter::waits).toList().subList(0, most))
                .as("those who find a place")
                .containsOnly(true);
        assertThat(waiters.get(most).waits()).as("one more").isFalse();
    }

    private static Waiter ask(Application app, String address) {
        return Waiter.freeing(app, Shaped.class, FakeRequest.from(address));
    }

    private Waiter queue() {
        return Waiter.freeing(app, Queue.class, FakeRequest.from("10.0.0.9"));
    }

    private static Waiter judgeTwoPoints(Application app, Point point, FakeRequest request) {
        return Waiter.freeing(app, app.endpoint(TwoPoints.class, "method", "x"), point, request);
    }
}
