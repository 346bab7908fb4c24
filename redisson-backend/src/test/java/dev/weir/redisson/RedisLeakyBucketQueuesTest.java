package dev.weir.redisson;

import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weir.core.KeyHasher;
import dev.weir.core.LeakyBucketQueues;
import dev.weir.core.QueuePlace;
import dev.weir.core.QueueStatus;
import dev.weir.core.QueuedRequest;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.NullSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.redisson.api.RScript;
import org.redisson.api.RedissonClient;
import org.redisson.client.codec.StringCodec;

/** Queues that a fleet shares, over a real server, on its clock. */
class RedisLeakyBucketQueuesTest {

    private static final Duration SECOND = ofSeconds(1);

    private static SingleRedis redis;

    private RedisLeakyBucketQueues queues;

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
        queues = queues(redis.client);
    }

    private static RedisLeakyBucketQueues queues(RedissonClient client) {
        return RedisLeakyBucketQueues.of(client, "weir", KeyHasher.withSecret(ToldQueues.SECRET));
    }

    @Test
    void twoClientsShareAQueueAndNoTurnIsGivenTwice() {
        RedissonClient second = SingleRedis.client(redis.port);
        try {
            RedisLeakyBucketQueues there = queues(second);
            answer(queues.configure("mails", 200, 1, ofSeconds(60)));
            List<CompletionStage<QueuePlace>> asked = new ArrayList<>();
            for (int i = 0; i < 100; i++) {
                asked.add(queues.submit("mails", "here-" + i));
                asked.add(there.submit("mails", "there-" + i));
            }
            assertThat(asked).allMatch(place -> answer(place).allowed());
            assertThat(answer(there.submit("mails")).answer()).isEqualTo(QueuePlace.Answer.FULL);
            List<QueuedRequest> queued = answer(there.queued("mails"));
            assertThat(queued).hasSize(200).isEqualTo(answer(queues.queued("mails")));
            for (int n = 0; n < 200; n++) {
                Instant turn = queued.get(0).turnAt().plusSeconds(60L * n);
                assertThat(queued.get(n).turnAt()).isEqualTo(turn);
            }
            QueueStatus status = answer(there.status("mails")).orElseThrow();
            assertThat(status.total()).isEqualTo(201);
            assertThat(status.rejected()).isEqualTo(1);
        } finally {
            second.shutdown();
        }
    }

    @Test
    void queueDrainsAtItsRateByTheClockOfRedis() {
        answer(queues.configure("drain", 20, 100, SECOND));
        Instant first = now();
        for (int i = 0; i < 20; i++) {
            answer(queues.submit("drain"));
        }
        Instant last = now();
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
        QueueStatus status;
        do {
            assertThat(System.nanoTime() - deadline).as("a minute").isNegative();
            Instant before = now();
            status = answer(queues.status("drain")).orElseThrow();
            long atLeast = Math.min(20, Math.max(0, last.until(before, ChronoUnit.MILLIS) / 10 - 20));
            long atMost = Math.min(20, first.until(now(), ChronoUnit.MILLIS) / 10);
            assertThat(status.processed()).isBetween(atLeast, atMost);
        } while (status.size() > 0);
        assertThat(status.processed()).isEqualTo(20);
        assertThat(status.lastLeak()).isAfterOrEqualTo(first.plusMillis(200));
    }

    @Test
    void deletedQueueIsUnknownAndStartsAnew() {
        answer(queues.configure("mails", 10, 10, SECOND));
        answer(queues.submit("mails"));
        assertThat(answer(queues.delete("mails"))).isTrue();
        assertThat(answer(queues.delete("mails"))).isFalse();
        assertThat(answer(queues.submit("mails", "id")))
                .isEqualTo(LeakyBucketQueues.of().submit("mails", "id"));
        assertThat(answer(queues.status("mails"))).isEmpty();
        assertThat(answer(queues.queued("mails"))).isEmpty();
        assertThat(keys()).isEmpty();
        assertThat(answer(queues.configure("mails", 10, 10, SECOND)).total()).isZero();
    }

    @Test
    void queueOfMoreTurnsThanAPageIsListedWhole() {
        answer(queues.configure("mails", 5_000, 1, ofSeconds(60)));
        List<String> ids = new ArrayList<>();
        while (ids.size() < 1_050) {
            List<CompletionStage<QueuePlace>> asked = new ArrayList<>();
            for (int i = 0; i < 50; i++) {
                asked.add(queues.submit("mails"));
            }
            asked.forEach(place -> ids.add(answer(place).requestId()));
        }
        assertThat(answer(queues.queued("mails")))
                .extracting(QueuedRequest::requestId)
                .containsExactlyInAnyOrderElementsOf(ids);
    }

    @Test
    void keyTellsNothingAndLivesForItsStatedLife() {
        answer(queues.configure("mails", 10, 1, Duration.ofDays(50)));
        assertThat(keys()).singleElement().asString().matches("weir:queue:\\{[A-Za-z0-9_-]{22}}");
        String key = keys().get(0);
        long day = TimeUnit.DAYS.toMillis(1);
        assertThat(redis.client.getBucket(key).remainTimeToLive()).isBetween(29 * day, 30 * day);
        redis.client.getBucket(key).expire(Duration.ofDays(1));
        answer(queues.status("mails"));
        assertThat(redis.client.getBucket(key).remainTimeToLive()).as("renewed").isBetween(29 * day, 30 * day);
        answer(queues.submit("mails"));
        assertThat(redis.client.getBucket(key).remainTimeToLive())
                .as("behind its last turn")
                .isBetween(79 * day, 80 * day);
        answer(queues.delete("mails"));
        assertThat(keys()).isEmpty();
    }

    @Test
    void forgottenScriptIsLoadedAgainInTheSameCall() {
        answer(queues.configure("mails", 10, 1, SECOND));
        redis.client.getScript().scriptFlush();
        assertThat(answer(queues.submit("mails")).allowed()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"string", "list", "hash", "damaged"})
    void somebodyElsesDataIsAnErrorThatNamesTheQueueAndLeftAlone(String theirs) {
        answer(queues.configure("mails", 10, 1, SECOND));
        String key = keys().get(0);
        if (!theirs.equals("damaged")) {
            redis.client.getKeys().delete(key);
        }
        switch (theirs) {
            case "string" -> redis.client.getBucket(key, StringCodec.INSTANCE).set("theirs");
            case "list" -> redis.client.getList(key, StringCodec.INSTANCE).add("theirs");
            case "hash" -> redis.client.getMap(key, StringCodec.INSTANCE).put("their", "value");
            default -> redis.client.getList(key, StringCodec.INSTANCE).add(0, "theirs");
        }
        byte[] before = redis.client.getBucket(key).dump();
        List<CompletionStage<?>> calls = List.of(
                queues.configure("mails", 10, 1, SECOND),
                queues.submit("mails"),
                queues.status("mails"),
                queues.queued("mails"),
                queues.delete("mails"));
        String type = theirs.equals("damaged") ? "list" : theirs;
        for (CompletionStage<?> call : calls) {
            assertThatThrownBy(() -> answer(call))
                    .hasCauseInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("The queue \"mails\" cannot be kept in Redis: at its key " + key
                            + " stands a " + type + " of somebody else's");
        }
        assertThat(redis.client.getBucket(key).dump()).isEqualTo(before);
    }

    @Test
    void redisThatIsGoneFailsTheStageAndNamesTheQueue() throws Exception {
        RedissonClient gone = SingleRedis.client(redis.port);
        RedisLeakyBucketQueues there = queues(gone);
        gone.shutdown();
        assertThatThrownBy(() -> answer(there.submit("mails")))
                .hasCauseInstanceOf(IllegalStateException.class)
                .hasMessageContaining("Redis has not answered for the queue \"mails\"");
    }

    @Test
    void whoBlocksOnOneStageInAnotherKeepsNoAnswerFromComing() {
        answer(queues.configure("mails", 1_000, 1, SECOND));
        List<CompletableFuture<Optional<QueueStatus>>> all = new ArrayList<>();
        for (int i = 0; i < 50; i++) { // more than Redisson has threads
            all.add(queues.submit("mails")
                    .thenApply(place -> {
                        assertThat(Thread.currentThread().getName()).doesNotContain("redisson");
                        return answer(queues.status("mails"));
                    })
                    .toCompletableFuture());
        }
        assertThat(all).allMatch(stage -> answer(stage).isPresent());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "-1|1|PT1S|capacity is -1, must be from 0 to 1000000",
                "1000001|1|PT1S|capacity is 1000001, must be from 0 to 1000000",
                "1|0|PT1S|permits is 0, must be from 1 to 10^15",
                "1|1000000000000001|PT1S|permits is 1000000000000001, must be from 1 to 10^15",
                "1|1|PT0S|period is PT0S, must be from 1 microsecond to 2^60 nanoseconds (36 years)",
                "1|1000000000000000|PT1S|1000000000000000 permits per PT1S are too many to be kept within one part in a million",
                "100|1|PT87600H|A burst of 100 at 1 permits per PT87600H takes longer to refill than"
            })
    void figuresOutOfRangeAreNamedAsByTheLocalQueues(int capacity, long permits, Duration period, String message) {
        assertRefused(message, () -> queues.configure("test", capacity, permits, period));
        assertRefused(message, () -> LeakyBucketQueues.of().configure("test", capacity, permits, period));
        assertThat(keys()).isEmpty();
    }

    @ParameterizedTest
    @NullSource
    @ValueSource(strings = "")
    void namesMayNotBeEmpty(String name) {
        String found = name == null ? "null" : "empty";
        assertRefused("bucket is " + found, () -> queues.configure(name, 1, 1, SECOND));
        assertRefused("bucket is " + found, () -> queues.submit(name));
        assertRefused("bucket is " + found, () -> queues.submit(name, "id"));
        assertRefused("bucket is " + found, () -> queues.status(name));
        assertRefused("bucket is " + found, () -> queues.queued(name));
        assertRefused("bucket is " + found, () -> queues.delete(name));
        assertRefused("requestId is " + found, () -> queues.submit("test", name));
        assertRefused("bucket is 257 characters long", () -> queues.submit("x".repeat(257)));
        assertRefused("requestId is 257 characters long", () -> queues.submit("test", "x".repeat(257)));
    }

    @Test
    void prefixesAreOfFewCharacters() {
        KeyHasher hasher = KeyHasher.withRandomSecret();
        assertRefused(
                "prefix = \"a:b\": write 1 to 32 of the characters A-Z a-z 0-9 . _ -",
                () -> RedisLeakyBucketQueues.of(redis.client, "a:b", hasher));
    }

    private static void assertRefused(String message, Runnable call) {
        assertThatIllegalArgumentException().isThrownBy(call::run).withMessageContaining(message);
    }

    /** What Redis' clock says. */
    private static Instant now() {
        List<Object> time = redis.client
                .getScript(StringCodec.INSTANCE)
                .eval(RScript.Mode.READ_WRITE, "return redis.call('TIME')", RScript.ReturnType.LIST);
        return Instant.ofEpochSecond(Long.parseLong((String) time.get(0)))
                .plus(Long.parseLong((String) time.get(1)), ChronoUnit.MICROS);
    }

    private static List<String> keys() {
        List<String> keys = new ArrayList<>();
        redis.client.getKeys().getKeys().forEach(keys::add);
        return keys;
    }

    private static <T> T answer(CompletionStage<T> stage) {
        return stage.toCompletableFuture().orTimeout(60, TimeUnit.SECONDS).join();
    }
}
