package dev.weir.redisson;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.core.Ask;
import dev.weir.core.Bundle;
import dev.weir.core.ClientKey;
import dev.weir.core.Limit;
import dev.weir.core.LimiterListener;
import dev.weir.core.LocalLimiter;
import dev.weir.core.ManualTicker;
import dev.weir.core.Policies;
import dev.weir.core.Policy;
import dev.weir.core.Ticker;
import dev.weir.core.spi.Backend;
import dev.weir.core.spi.BackendContext;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.logging.Level;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.redisson.api.RScoredSortedSet;
import org.redisson.api.RScript;
import org.redisson.client.codec.StringCodec;

/** How many processes share the limits, and what each may admit by itself for that. */
@Timeout(120)
class NodesTest {

    private static final ClientKey ALICE = new ClientKey(ClientKey.Kind.USER, 1, 2);
    private static final ClientKey BOB = new ClientKey(ClientKey.Kind.USER, 1, 3);
    private static final int K = 3;

    private SingleRedis redis;
    private final Hurried scheduler = new Hurried();
    private final Policies policies = new Policies();
    private final Bundle twelveAnHour = twelveAnHour();

    @BeforeEach
    void start() throws Exception {
        redis = new SingleRedis();
    }

    @AfterEach
    void stop() throws Exception {
        scheduler.shutdownNow();
        redis.close();
    }

    /** Comes back a thousand times as often as it is told to. */
    private static final class Hurried extends ScheduledThreadPoolExecutor {
        Hurried() {
            super(1);
            setRemoveOnCancelPolicy(true);
        }

        @Override
        public ScheduledFuture<?> scheduleWithFixedDelay(Runnable task, long first, long delay, TimeUnit unit) {
            return super.scheduleWithFixedDelay(
                    task, unit.toNanos(first) / 1_000, unit.toNanos(delay) / 1_000, TimeUnit.NANOSECONDS);
        }
    }

    private Bundle twelveAnHour() {
        policies.declare(new Policy("limit", Limit.of(12, Duration.ofHours(1))));
        return policies.current().bundle("bundle", List.of("limit"));
    }

    private RScoredSortedSet<String> processes() {
        return redis.client.getScoredSortedSet(Nodes.key("weir"), StringCodec.INSTANCE);
    }

    /** One that looks when the test says so. */
    private Nodes counted() throws Exception {
        ScheduledThreadPoolExecutor idle = new ScheduledThreadPoolExecutor(1);
        Nodes nodes = new Nodes("weir", true);
        nodes.countIn(redis.client, idle);
        idle.shutdownNow();
        look(nodes);
        return nodes;
    }

    private static void look(Nodes nodes) throws Exception {
        nodes.look().toCompletableFuture().get(30, TimeUnit.SECONDS);
    }

    private static int admitted(Backend backend, Bundle bundle, ClientKey client) throws Exception {
        int admitted = 0;
        for (int i = 0; i < 2 * bundle.policies().get(0).limit().permits(); i++) {
            Ask ask = new Ask();
            ask.add(bundle, client);
            backend.decide(ask);
            assertThat(ask.await(30, TimeUnit.SECONDS)).isTrue();
            admitted += ask.allowed() ? 1 : 0;
        }
        return admitted;
    }

    private Backend open(ScheduledExecutorService looks, Map<String, String> settings) {
        return RedisBackendProvider.over(redis.client)
                .open(new BackendContext(settings::get, policies, Ticker.system(), looks, LimiterListener.NONE));
    }

    private static Map<String, String> settings(String... more) {
        return more.length == 0
                ? Map.of("weir.secret", "a secret of this test")
                : Map.of("weir.secret", "a secret of this test", more[0], more[1]);
    }

    private String removals() {
        return redis.client
                .getScript(StringCodec.INSTANCE)
                .eval(
                        RScript.Mode.READ_WRITE,
                        "return redis.call('INFO', 'commandstats'):match('cmdstat_zrem:(calls=%d+)')",
                        RScript.ReturnType.VALUE);
    }

    /* Two looks of each after all were there: that the second was sent shows that the answer to the first has been noted. */
    private void untilAllHaveSeenAll() {
        Eventually.holds("all are counted", () -> processes().size() == K);
        for (int i = 0; i < 2; i++) {
            double latest = processes().lastScore();
            Eventually.holds("all have looked", () -> processes().firstScore() > latest);
        }
    }

    /** Scenario 33: given the fallback on K of K nodes, then each enforces limit / K. */
    @Test
    void eachOfKNodesThatLoseTheirRedisAdmitsItsKthOfTheLimitThoughNobodySaidHowManyThereAre() throws Exception {
        List<Backend> nodes = new ArrayList<>();
        try {
            for (int i = 0; i < K; i++) {
                nodes.add(open(scheduler, settings()));
            }
            untilAllHaveSeenAll();
            redis.server.stop();
            for (Backend node : nodes) {
                assertThat(admitted(node, twelveAnHour, ALICE)).isEqualTo(12 / K);
            }
        } finally {
            nodes.forEach(Backend::close);
        }
    }

    @Test
    void whoClosesIsNoLongerCounted() {
        Backend stays = open(scheduler, settings());
        Backend leaves = open(scheduler, settings());
        try (stays) {
            Eventually.holds("both are counted", () -> processes().size() == 2);
            leaves.close();
            Eventually.holds("one has gone", () -> processes().size() == 1);
        }
        Eventually.holds("both have gone", () -> processes().size() == 0);
        assertThat(removals()).as("gone by themselves, not by being forgotten").isEqualTo("calls=2");
        assertThat(scheduler.getQueue()).isEmpty();
    }

    @Test
    void whoeverFindsItsRedisByItselfIsCountedToo() {
        Map<String, String> settings =
                Map.of("weir.secret", "a secret of this test", "weir.redis", "redis://127.0.0.1:" + redis.port);
        Backend backend = new RedisBackendProvider()
                .open(new BackendContext(settings::get, policies, Ticker.system(), scheduler, LimiterListener.NONE));
        try (backend) {
            Eventually.holds("it is counted", () -> processes().size() == 1);
        }
        assertThat(scheduler.getQueue()).isEmpty();
    }

    @Test
    void whoHasNotBeenSeenForHalfAMinuteIsForgottenAndSoAreAll() throws Exception {
        Nodes nodes = counted();
        double now = processes().lastScore();
        processes().add(now - Nodes.REMEMBERED.toMillis(), "killed long ago");
        processes().add(now - Nodes.REMEMBERED.toMillis() / 2, "killed just now");
        look(nodes);
        assertThat(nodes.seen()).isEqualTo(2);
        assertThat(processes().contains("killed long ago")).isFalse();
        assertThat(processes().remainTimeToLive()).isBetween(1L, Nodes.REMEMBERED.toMillis());
    }

    @Test
    void whileRedisIsAwayTheLastCountHolds() throws Exception {
        Nodes first = counted();
        Nodes second = counted();
        look(first);
        redis.server.stop();
        look(first);
        assertThat(first.seen()).isEqualTo(2);
        first.close();
        second.close();
    }

    /** A limiter that answers or fails, as the test says. */
    private static final class Moody implements SharedLimiter {
        private final LocalLimiter limiter = new LocalLimiter(100, new ManualTicker(), LimiterListener.NONE);
        boolean fails = true;

        @Override
        public void decide(Ask ask) {
            limiter.decide(ask);
        }

        @Override
        public void ask(Ask question, long deadlineNanos, Consumer<@Nullable Throwable> done) {
            if (fails) {
                done.accept(new IllegalStateException("gone"));
            } else {
                limiter.decide(question);
                done.accept(null);
            }
        }

        @Override
        public CompletionStage<Void> probe() {
            return !fails
                    ? CompletableFuture.completedFuture(null)
                    : CompletableFuture.failedFuture(new IllegalStateException("gone"));
        }

        @Override
        public CompletionStage<Void> owe(Bundle bundle, ClientKey client, long[] permits, long id) {
            return CompletableFuture.completedFuture(null);
        }

        @Override
        public void close() {
            limiter.close();
        }
    }

    @Test
    void aStandInOfFewerNodesGivesWayToOneOfAllAfterAnAnswer() throws Exception {
        Moody moody = new Moody();
        Nodes nodes = new Nodes("weir", false);
        try (Guard guard = new Guard(moody, nodes, new ManualTicker(), 1_000, LimiterListener.NONE)) {
            assertThat(admitted(guard, twelveAnHour, ALICE)).isEqualTo(12);
            for (int i = 1; i < K; i++) {
                counted();
            }
            nodes.countIn(redis.client, scheduler);
            Eventually.holds("the others are seen", () -> nodes.seen() == K);
            moody.fails = false;
            Eventually.holds("it answers again", () -> {
                admitted(guard, twelveAnHour, ClientKey.GLOBAL);
                return !guard.isDegraded();
            });
            moody.fails = true;
            assertThat(admitted(guard, twelveAnHour, BOB)).isEqualTo(12 / K);
        }
    }

    @Test
    void aCountThatNobodyKnowsIsWarnedOfOnceItMatters() throws Exception {
        redis.server.stop();
        try (Logged log = new Logged("dev.weir");
                Backend backend = open(scheduler, settings())) {
            assertThat(log.messages(Level.WARNING)).noneMatch(message -> message.contains("weir.nodes"));
            assertThat(admitted(backend, twelveAnHour, ALICE)).isEqualTo(12);
            assertThat(log.messages(Level.WARNING).stream().filter(message -> message.contains("weir.nodes")))
                    .containsExactly(
                            "WEIR-104: How many processes share the limits is not known, since Redis has not been reached yet:"
                                    + " until it is, each admits by itself as much as the whole limits allow. Say it with weir.nodes."
                                    + " See docs/checks.md#weir-104");
        }
    }

    @Test
    void whoSaysHowManyThereAreOrWhichShareIsNotWarned() throws Exception {
        redis.server.stop();
        for (String said : new String[] {"weir.nodes", "weir.fallback-share"}) {
            try (Logged log = new Logged("dev.weir");
                    Backend backend = open(scheduler, settings(said, "1"))) {
                assertThat(admitted(backend, twelveAnHour, ALICE)).isEqualTo(12);
                assertThat(log.messages(Level.WARNING)).noneMatch(message -> message.contains("weir.nodes"));
            }
        }
    }

    @Test
    void somebodyElsesDataInThePlaceOfTheCountIsLeftAloneAndSaid() throws Exception {
        redis.client.getBucket(Nodes.key("weir"), StringCodec.INSTANCE).set("not ours");
        Nodes nodes = counted();
        try (Logged log = new Logged("dev.weir")) {
            assertThat(nodes.seen()).isEqualTo(1);
            assertThat(log.messages(Level.WARNING)).singleElement().asString().contains("WRONGTYPE");
        }
        assertThat(redis.client
                        .getBucket(Nodes.key("weir"), StringCodec.INSTANCE)
                        .get())
                .isEqualTo("not ours");
    }
}
