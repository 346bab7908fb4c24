package dev.weir.redisson;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weir.core.Algorithm;
import dev.weir.core.Ask;
import dev.weir.core.Bundle;
import dev.weir.core.ClientKey;
import dev.weir.core.KeyHasher;
import dev.weir.core.Limit;
import dev.weir.core.LimiterListener;
import dev.weir.core.Policies;
import dev.weir.core.Policy;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.AfterParameterizedClassInvocation;
import org.junit.jupiter.params.BeforeParameterizedClassInvocation;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.redisson.api.RBucket;
import org.redisson.api.RedissonClient;
import org.redisson.api.options.KeysScanOptions;
import org.redisson.api.stream.StreamAddArgs;
import org.redisson.client.codec.ByteArrayCodec;

/** Something else at a key of ours: nothing is decided, that is said, and it is left as it is. */
@ParameterizedClass
@MethodSource("dev.weir.redisson.ServerProgram#all")
class ForeignDataTest {

    private static final KeyHasher HASHER =
            KeyHasher.withSecret("a secret of this test".getBytes(StandardCharsets.UTF_8));
    private static final ClientKey ALICE = new ClientKey(ClientKey.Kind.USER, 1, 2);

    private static SingleRedis redis;

    @Parameter
    private ServerProgram program;

    @BeforeParameterizedClassInvocation
    static void start(ServerProgram program) throws Exception {
        redis = new SingleRedis(program);
    }

    @AfterParameterizedClassInvocation
    static void stop() throws Exception {
        redis.close();
    }

    @BeforeEach
    void empty() {
        redis.client.getKeys().flushall();
    }

    private static RedisLimiter limiter() {
        return new RedisLimiter(redis.client, "weir", HASHER, 1_000, Duration.ofMinutes(10), LimiterListener.NONE);
    }

    private static Bundle bundle(String name, Limit... limits) {
        Policies policies = new Policies();
        List<String> names = new ArrayList<>();
        for (Limit limit : limits) {
            names.add("limit-" + (names.size() + 1));
            policies.declare(new Policy(names.get(names.size() - 1), limit));
        }
        return policies.current().bundle(name, names);
    }

    private static Bundle ten(String name) {
        return bundle(name, Limit.of(10, Duration.ofDays(1)));
    }

    private static Ask asked(RedisLimiter limiter, Bundle... bundles) throws InterruptedException {
        Ask ask = new Ask();
        for (Bundle bundle : bundles) {
            ask.add(bundle, ALICE);
        }
        return decided(limiter, ask);
    }

    private static Ask holding(Bundle bundle) {
        Ask ask = new Ask();
        ask.add(bundle, ALICE);
        ask.hold();
        return ask;
    }

    private static Ask decided(RedisLimiter limiter, Ask ask) throws InterruptedException {
        limiter.decide(ask);
        assertThat(ask.await(10, TimeUnit.SECONDS)).isTrue();
        return ask;
    }

    private static List<String> keys(String pattern) {
        List<String> keys = new ArrayList<>();
        redis.client
                .getKeys()
                .getKeys(KeysScanOptions.defaults().pattern(pattern))
                .forEach(keys::add);
        return keys;
    }

    private static RBucket<byte[]> bucket(String key) {
        return redis.client.getBucket(key, ByteArrayCodec.INSTANCE);
    }

    private static void assertRefusedToTouch(RedisLimiter limiter, Bundle bundle, String key, String what)
            throws Exception {
        byte[] before = bucket(key).dump();
        long lives = bucket(key).remainTimeToLive();
        Ask ask = asked(limiter, bundle);
        String client = key.substring(key.indexOf('{') + 1, key.indexOf('}'));
        assertThat(ask.failure())
                .as(what)
                .hasMessageStartingWith("Something else stands in Redis where a client's state under bundle \"bundle\"")
                .hasMessageContaining(key.replace(client, "*"))
                .hasMessageNotContaining(client)
                .hasNoCause();
        assertThat(bucket(key).dump()).as(what).isEqualTo(before);
        assertThat(bucket(key).remainTimeToLive()).as(what).isEqualTo(lives);
    }

    @Test
    void otherTypesAreLeftAlone() throws Exception {
        RedisLimiter limiter = limiter();
        Bundle bundle = ten("bundle");
        asked(limiter, bundle);
        String key = keys("weir:{*").get(0);
        Map<String, BiConsumer<RedissonClient, String>> types = new LinkedHashMap<>();
        types.put("list", (client, name) -> client.getList(name).add("theirs"));
        types.put("set", (client, name) -> client.getSet(name).add("theirs"));
        types.put("hash", (client, name) -> client.getMap(name).put("their", "own"));
        types.put(
                "sorted set", (client, name) -> client.getScoredSortedSet(name).add(1, "theirs"));
        types.put("stream", (client, name) -> client.getStream(name).add(StreamAddArgs.entry("their", "own")));
        types.forEach((type, make) -> {
            redis.client.getKeys().delete(key);
            make.accept(redis.client, key);
            try {
                assertRefusedToTouch(limiter, bundle, key, type);
            } catch (Exception e) {
                throw new AssertionError(type, e);
            }
        });
        redis.client.getKeys().delete(key);
        assertThat(asked(limiter, bundle).remaining(0)).as("begins anew").isEqualTo(9);
    }

    @Test
    void otherTextsAreLeftAlone() throws Exception {
        RedisLimiter limiter = limiter();
        Bundle bundle = ten("bundle");
        asked(limiter, bundle);
        String key = keys("weir:{*").get(0);
        for (String text :
                List.of("", "1", "12345678", "0123456789abcdef", "{\"tokens\": 7, \"at\": 1}", "x".repeat(8_192))) {
            bucket(key).set(text.getBytes(StandardCharsets.UTF_8));
            assertRefusedToTouch(limiter, bundle, key, text);
        }
    }

    @ParameterizedTest
    @EnumSource(
            value = Algorithm.class,
            names = {"GCRA", "FIXED_WINDOW", "SLIDING_WINDOW_COUNTER", "SLIDING_WINDOW_LOG"})
    void damagedStatesAreLeftAlone(Algorithm algorithm) throws Exception {
        Bundle bundle = bundle("bundle", Limit.of(10, Duration.ofDays(1)).withAlgorithm(algorithm));
        RedisLimiter limiter = limiter();
        Ask held = holding(bundle);
        for (boolean ledger : new boolean[] {false, true}) {
            assertThat((ledger ? decided(limiter, held) : asked(limiter, bundle)).failure())
                    .isNull();
            String key = keys("weir:{*").get(0);
            byte[] whole = bucket(key).get();
            Map<String, UnaryOperator<byte[]>> damages = new LinkedHashMap<>();
            for (int bytes = 0; bytes < whole.length; bytes += 4) {
                int left = bytes;
                damages.put("first " + left + " bytes", value -> Arrays.copyOf(value, left));
            }
            damages.put("more", value -> Arrays.copyOf(value, value.length + 8));
            damages.put("more than a pair more", value -> Arrays.copyOf(value, value.length + 48));
            for (double number : new double[] {Double.NaN, Double.POSITIVE_INFINITY, 0.5, -1e300}) {
                damages.put("ledger of " + number, value -> with(value, 1, number));
                damages.put("word " + number, value -> with(value, 2, number));
            }
            for (Map.Entry<String, UnaryOperator<byte[]>> damage : damages.entrySet()) {
                bucket(key).set(damage.getValue().apply(whole.clone()));
                assertRefusedToTouch(limiter, bundle, key, damage.getKey());
            }
            bucket(key).set(whole);
            assertThat(asked(limiter, bundle).remaining(0)).isEqualTo(ledger ? 6 : 8);
        }
        limiter.settle(held);
    }

    private static byte[] with(byte[] value, int place, double number) {
        ByteBuffer.wrap(value).putDouble(place * Double.BYTES, number);
        return value;
    }

    @Test
    void damagedStatesUnderOtherRulesAreLeftAlone() throws Exception {
        RedisLimiter before = limiter();
        asked(before, ten("bundle"));
        String key = keys("weir:{*").get(0);
        byte[] whole = bucket(key).get();
        bucket(key).set(Arrays.copyOf(whole, whole.length - 8));
        assertRefusedToTouch(limiter(), bundle("bundle", Limit.of(100, Duration.ofDays(1))), key, "other rules");
    }

    @Test
    void whoseKeyIsGoneIsNew() throws Exception {
        RedisLimiter limiter = limiter();
        Bundle bundle = ten("bundle");
        asked(limiter, bundle);
        redis.client.getKeys().delete(keys("weir:{*").get(0));
        assertThat(asked(limiter, bundle).remaining(0)).isEqualTo(9);
    }

    @Test
    void bundleOfTheForeignKeyIsNamedAndTheOtherIsNotCharged() throws Exception {
        RedisLimiter limiter = limiter();
        Bundle own = ten("own");
        Bundle shared = ten("shared");
        asked(limiter, shared);
        String key = keys("weir:{*").get(0);
        bucket(key).set(new byte[] {1, 2, 3});
        assertThat(asked(limiter, own, shared).failure()).hasMessageContaining("bundle \"shared\"");
        assertThat(keys("weir:{*")).containsExactly(key);
        assertThat(asked(limiter, own).remaining(0)).isEqualTo(9);
    }

    @Test
    void settlingLeavesForeignDataAlone() throws Exception {
        for (int i = 0; i < 2; i++) {
            redis.client.getKeys().flushall();
            RedisLimiter limiter =
                    new RedisLimiter(redis.client, "weir", HASHER, 1, Duration.ofMinutes(10), LimiterListener.NONE);
            Ask held = holding(ten("bundle"));
            assertThat(decided(limiter, held).failure()).isNull();
            String key = keys("weir:{*").get(0);
            if (i == 0) {
                bucket(key).delete();
                redis.client.getList(key).add("theirs");
            } else {
                bucket(key).set("theirs".getBytes(StandardCharsets.UTF_8));
            }
            byte[] theirs = bucket(key).dump();
            held.actual(0, 9);
            limiter.settle(held);
            // Only one may be open at a time: another can be when this one has been settled.
            Eventually.holds(() -> decided(limiter, holding(ten("another"))).allowed());
            assertThat(bucket(key).dump()).isEqualTo(theirs);
        }
    }

    @Test
    void foreignDataWhereRulesBelongIsLeftAlone() throws Exception {
        Bundle bundle = ten("bundle");
        asked(limiter(), bundle);
        String rules = keys("weir:rules:*").get(0);
        redis.client.getKeys().flushall();
        redis.client.getList(rules).add("theirs");
        byte[] theirs = bucket(rules).dump();
        RedisLimiter limiter = limiter();
        for (int i = 0; i < 3; i++) {
            assertThat(asked(limiter, bundle).failure())
                    .hasMessageStartingWith("Something else stands in Redis where rules belong, and was left alone")
                    .hasMessageContaining(rules);
        }
        assertThat(bucket(rules).dump()).isEqualTo(theirs);
        assertThat(keys("weir:{*")).isEmpty();
        bucket(rules).delete();
        assertThat(asked(limiter, bundle).remaining(0)).isEqualTo(9);
    }

    @Test
    void foreignFingerprintIsLeftAlone() {
        redis.client.getList("weir:secret").add("theirs");
        byte[] theirs = bucket("weir:secret").dump();
        assertThatThrownBy(() -> ServerCheck.warnings(redis.client, "weir", HASHER))
                .isInstanceOf(ServerCheck.UnfitException.class)
                .hasMessageStartingWith("Something else stands in Redis where the fingerprint of weir.secret belongs");
        assertThat(bucket("weir:secret").dump()).isEqualTo(theirs);
        assertThat(ServerCheck.warnings(redis.client, "other", HASHER)).isEmpty();
    }
}
