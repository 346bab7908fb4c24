package dev.weir.security;

import static dev.weir.security.Tally.admitted;
import static dev.weir.security.Tally.admittedFrom;
import static dev.weir.security.Tally.lines;
import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.annotation.RateLimited;
import dev.weir.core.Ask;
import dev.weir.core.Bundle;
import dev.weir.core.Limit;
import dev.weir.core.spi.Backend;
import dev.weir.http.ApiKeyVerifier.VerifiedApiKey;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Parts E and F: what of its clients a fleet writes into its Redis. */
class SharedKeysTest {

    private static SharedRedis redis;

    @BeforeAll
    static void start() throws Exception {
        redis = new SharedRedis();
    }

    @AfterAll
    static void stop() throws Exception {
        redis.close();
    }

    @BeforeEach
    void clear() {
        redis.clear();
    }

    @RateLimited(
            permits = 5,
            per = "1m",
            key = "api-key",
            name = "a-name-as-long-as-names-may-be-which-are-sixty-four-characters-x")
    static class Keyed extends Counting {
        private static final long serialVersionUID = 1L;
    }

    @Test
    @Row(
            value = "E4",
            promise = "In Redis keys have 128 bytes at most, however long API keys, names and the prefix are")
    void keysInRedisAreShort() throws Exception {
        for (boolean verifier : new boolean[] {false, true}) {
            try (Site site = redis.site()
                            .setting("weir.redis-prefix", "p".repeat(32))
                            .weir(builder -> {
                                if (verifier) {
                                    builder.apiKeyVerifier(key -> new VerifiedApiKey(""));
                                }
                            })
                            .server(server -> server.getConnectors()[0]
                                    .getConnectionFactory(HttpConnectionFactory.class)
                                    .getHttpConfiguration()
                                    .setRequestHeaderSize(1 << 18))
                            .servlet("/keyed", new Keyed())
                            .start();
                    Wire wire = Wire.to(site)) {
                SharedRedis.reached(site.weir().backend());
                for (int i = 0; i < 100; i++) {
                    String key = "k".repeat(i % 2 == 0 ? 1 << 16 : 500) + i;
                    assertThat(wire.ask("GET", "/keyed", "X-API-Key: " + key).status())
                            .isIn(200, 429);
                }
            }
        }
        assertThat(redis.states()).hasSizeGreaterThan(20);
        assertThat(redis.keys())
                .allSatisfy(
                        key -> assertThat(key.getBytes(StandardCharsets.UTF_8)).hasSizeLessThanOrEqualTo(128));
    }

    @RateLimited(permits = 5, per = "1m", key = "odd")
    static class Odd extends Counting {
        private static final long serialVersionUID = 1L;
    }

    @Test
    @Row(
            value = "E5",
            promise =
                    "In Redis keys are of letters, digits, _, :, - and one pair of braces, around a digest; no byte is a client's choice",
            set = "`weir.redis-prefix`, of letters, digits, `.`, `_` and `-`, unless it is to be weir")
    void oddClientsHavePlainKeysInRedis() throws Exception {
        List<String> odd = List.of(
                "\0",
                "\r\nSET x 1\r\n",
                "{",
                "}",
                "{}",
                "{a}",
                "}{",
                "a b",
                "\uD83D\uDE00",
                "\uD83D",
                "\u00ff",
                "'\"; return 1 --",
                "]] redis.call('FLUSHALL') [[",
                "*",
                ":",
                "weir:secret");
        try (Site site = redis.site()
                .weir(builder ->
                        builder.keyResolver("odd", request -> odd.get(Integer.parseInt(request.header("Odd")))))
                .servlet("/odd", new Odd())
                .start()) {
            SharedRedis.reached(site.weir().backend());
            for (int i = 0; i < odd.size(); i++) {
                assertThat(admitted(site, 7, "/odd", "Odd: " + i))
                        .as(odd.get(i))
                        .isEqualTo(5);
            }
        }
        assertThat(redis.states())
                .hasSameSizeAs(odd)
                .allMatch(key -> key.matches("weir:\\{[A-Za-z0-9_-]{22}}:[A-Za-z0-9_-]{11}"));
        assertThat(redis.keys()).allMatch(key -> key.matches("[A-Za-z0-9_:{}-]+"));
    }

    private static final String API_KEY = "sk-live-7Hq2vYx9";
    private static final String USER = "alice.liddell";
    private static final String ADDRESS = "127.0.0.77";

    @RateLimited(permits = 5, per = "1m")
    @RateLimited(permits = 20, per = "1h", key = "ip")
    static class Mixed extends Counting {
        private static final long serialVersionUID = 1L;
    }

    @Test
    @Row(
            value = "F1",
            promise =
                    "No key, value or command that Redis gets has an API key, a user, an address or the secret, plain or as SHA-256")
    @Row(value = "F4", promise = "Neither keys nor values in Redis show a user's name, an address or an API key")
    void redisIsToldOfNobody() throws Exception {
        List<String> told = new ArrayList<>();
        try (RedisMonitor monitor = new RedisMonitor(redis)) {
            for (boolean verifies : List.of(true, false)) {
                Site.Plan plan =
                        redis.site().filterBefore("/*", new ContainerLogin()).servlet("/x", new Mixed());
                if (verifies) {
                    plan.weir(builder -> builder.apiKeyVerifier(key -> new VerifiedApiKey("")));
                }
                try (Site site = plan.start()) {
                    SharedRedis.reached(site.weir().backend());
                    int admitted = admittedFrom(
                            ADDRESS,
                            site,
                            100,
                            "/x",
                            i -> i % 3 == 0
                                    ? lines("X-API-Key: " + API_KEY)
                                    : i % 3 == 1 ? lines(ContainerLogin.as(USER)) : lines());
                    assertThat(admitted).isPositive().isLessThan(50);
                }
            }
            assertThat(redis.states()).hasSizeGreaterThan(3);
            for (String key : redis.keys()) {
                told.add(key);
                told.add(new String(redis.bucket(key).get(), StandardCharsets.ISO_8859_1));
            }
            for (RedisMonitor.Command command : monitor.commands()) {
                told.addAll(command.words());
            }
        }
        assertThat(told).anyMatch(word -> word.equalsIgnoreCase("EVALSHA"));
        for (String secret : List.of(API_KEY, USER, ADDRESS, SharedRedis.SECRET)) {
            List<String> forms = new ArrayList<>(SecretsTest.formsOf(secret));
            for (String algorithm : List.of("SHA-256", "SHA-1", "MD5")) {
                byte[] digest = MessageDigest.getInstance(algorithm).digest(secret.getBytes(StandardCharsets.UTF_8));
                forms.add(new String(digest, 0, 8, StandardCharsets.ISO_8859_1));
            }
            for (String form : forms) {
                assertThat(told).as("%s as %s", secret, form).noneMatch(word -> word.contains(form));
            }
        }
        String bytes = new String(new byte[] {127, 0, 0, 77}, StandardCharsets.ISO_8859_1);
        assertThat(told)
                .as("the address' own bytes")
                .noneMatch(word -> word.contains(bytes) || word.contains("7f00004d"));
    }

    @Test
    @Row(
            value = "F2",
            promise = "Under another secret all keys in Redis are others, so no list of guesses matches them")
    void anotherSecretMakesOtherKeysInRedis() throws Exception {
        Bundle bundle = MemoryTest.bundle(Limit.of(5, Duration.ofHours(1)));
        List<Set<String>> keys = new ArrayList<>();
        for (String secret : List.of(SharedRedis.SECRET, "another secret than that", SharedRedis.SECRET)) {
            redis.clear();
            try (Backend node = redis.node(secret)) {
                for (int i = 0; i < 20; i++) {
                    Ask ask = SharedRedis.ask(bundle, MemoryTest.address(i));
                    node.decide(ask);
                    assertThat(ask.await(10, TimeUnit.SECONDS)).isTrue();
                    assertThat(ask.allowed()).isTrue();
                }
            }
            keys.add(redis.states());
        }
        assertThat(keys.get(0)).hasSize(20).isEqualTo(keys.get(2));
        Set<String> parts = new TreeSet<>();
        keys.get(0).forEach(key -> parts.addAll(List.of(key.split("[:{}]+"))));
        parts.remove("weir");
        assertThat(keys.get(1)).hasSize(20).noneMatch(key -> parts.stream().anyMatch(key::contains));
    }
}
