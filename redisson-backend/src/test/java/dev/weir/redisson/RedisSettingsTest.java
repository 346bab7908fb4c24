package dev.weir.redisson;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weir.core.Ask;
import dev.weir.core.ClientKey;
import dev.weir.core.Limit;
import dev.weir.core.LimiterListener;
import dev.weir.core.Policies;
import dev.weir.core.Policy;
import dev.weir.core.Ticker;
import dev.weir.core.spi.Backend;
import dev.weir.core.spi.BackendContext;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.logging.Level;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import redis.embedded.RedisServer;

/** Settings that a real server does not accept: what is said names the setting, and tells no password and no secret. */
class RedisSettingsTest {

    private static final String PASSWORD = "p4ss:w@rd+";
    private static final String ENCODED = "p4ss%3Aw%40rd+";
    private static final String SECRET = "a secret of this test";

    private static final int PORT = SingleRedis.freePort();
    private static RedisServer server;

    @TempDir
    private Path folder;

    @BeforeAll
    static void start() throws Exception {
        server = SingleRedis.server(
                PORT,
                "requirepass \"" + PASSWORD + "\"",
                "user mute on >" + PASSWORD + " ~* &* +@all -@scripting",
                "user reader on >" + PASSWORD + " ~* &* +@all -set",
                "user idle on >" + PASSWORD + " ~* &* -@all");
        server.start();
    }

    @AfterAll
    static void stop() throws Exception {
        server.stop();
    }

    private static Backend open(ScheduledExecutorService scheduler, Map<String, String> settings) {
        Policies policies = new Policies();
        return new RedisBackendProvider()
                .limiter(new BackendContext(settings::get, policies, Ticker.system(), scheduler, LimiterListener.NONE));
    }

    private static Ask asked(Backend backend) throws InterruptedException {
        Policies policies = new Policies();
        policies.declare(new Policy("limit", Limit.of(10, Duration.ofDays(1))).withFallback(Patiently.FALLBACK));
        Ask ask = new Ask();
        ask.add(policies.current().bundle("bundle", List.of("limit")), ClientKey.GLOBAL);
        backend.decide(ask);
        assertThat(ask.await(10, TimeUnit.SECONDS)).isTrue();
        return ask;
    }

    private static void assertNoSecretIn(String text) {
        assertThat(text).doesNotContain("p4ss", "wr0ng", SECRET);
    }

    private static void assertSaid(Map<String, String> settings, String message) throws Exception {
        ScheduledExecutorService scheduler = Executors.newSingleThreadScheduledExecutor();
        try (Logged log = new Logged("dev.weir", "org.redisson");
                Backend backend = open(scheduler, settings)) {
            Eventually.holds(() -> !log.text("dev.weir", Level.SEVERE).isEmpty());
            assertThat(log.text("dev.weir", Level.SEVERE))
                    .contains(message)
                    .contains(". Nothing is decided until that changes");
            assertThat(asked(backend).failure()).hasMessage("Redis has not been reached yet");
            assertNoSecretIn(log.text("dev.weir", Level.ALL));
            assertNoSecretIn(log.text("org.redisson", Level.INFO));
        } finally {
            scheduler.shutdownNow();
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "redis://127.0.0.1:PORT          | Redis asks for a password, and weir.redis has none",
                "redis://:wr0ng@127.0.0.1:PORT   | Redis refuses the user or the password of weir.redis",
                "redis://kim:PASS@127.0.0.1:PORT | Redis refuses the user or the password of weir.redis",
                "redis://:PASS@127.0.0.1:PORT/99 | Redis has no such database as weir.redis asks for",
                "redis://:PASS@127.0.0.1:1       | Redis cannot be reached where weir.redis says (RedisConnectionException)",
                "redis://idle:PASS@127.0.0.1:PORT| Redis lets the user of weir.redis do too little",
            })
    void addressThatRedisDoesNotAcceptIsNamedWithoutItsPassword(String address, String message) throws Exception {
        String real = address.replace("PORT", Integer.toString(PORT)).replace("PASS", ENCODED);
        assertSaid(Map.of("weir.redis", real, "weir.secret", SECRET), message);
    }

    @ParameterizedTest
    @CsvSource({
        "mute, NOPERM this user has no permissions to run the 'evalsha'",
        "reader, ERR Error running script",
    })
    void userWhoMayDoTooLittleIsToldWhatIsNeeded(String user, String said) throws Exception {
        String address = "redis://" + user + ":" + ENCODED + "@127.0.0.1:" + PORT;
        assertSaid(
                Map.of("weir.redis", address, "weir.secret", SECRET),
                "Limits cannot be kept in this Redis. It must be 6.2 or later, a master with memory left, and let us run scripts"
                        + " with TIME, GET, SET, PTTL and INFO. It says: " + said);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "redis://127.0.0.1:PORT        | -     | 0  | Redis asks for a password, and weir.redis-config has none",
                "redis://:wr0ng@127.0.0.1:PORT | -     | 0  | Redis refuses the user or the password of weir.redis-config",
                "redis://127.0.0.1:PORT        | wr0ng | 0  | Redis refuses the user or the password of weir.redis-config",
                "redis://127.0.0.1:PORT        | PASS  | 99 | Redis has no such database as weir.redis-config asks for"
            })
    void fileThatRedisDoesNotAcceptIsNamedWithoutItsPassword(
            String address, String password, int database, String message) throws Exception {
        String text = "singleServerConfig:\n  address: \""
                + address.replace("PORT", Integer.toString(PORT))
                + "\"\n  database: " + database + "\n  retryAttempts: 0\n"
                + (password.equals("-") ? "" : "  password: \"" + password.replace("PASS", PASSWORD) + "\"\n");
        assertSaid(Map.of("weir.redis-config", file(text), "weir.secret", SECRET), message);
    }

    @Test
    void fileWithoutAServerIsNamed() throws Exception {
        assertSaid(
                Map.of("weir.redis-config", file("singleServerConfig:\n  password: \"p4ss\"\n"), "weir.secret", SECRET),
                "Redisson accepts no such configuration as that of weir.redis-config (NullPointerException)");
    }

    @Test
    void fileThatCannotBeReadIsNamedByItsLineAndNotQuoted() throws Exception {
        String file = file("singleServerConfig:\n  password: \"p4ss\n  address: :p4ss@:\n");
        ScheduledExecutorService scheduler = Executors.newSingleThreadScheduledExecutor();
        try {
            assertThatThrownBy(() -> open(scheduler, Map.of("weir.redis-config", file, "weir.secret", SECRET)))
                    .hasMessageStartingWith("weir.redis-config = \"" + file + "\" cannot be read as a configuration of")
                    .hasMessageContaining(" in line ")
                    .satisfies(failure -> {
                        StringWriter text = new StringWriter();
                        failure.printStackTrace(new PrintWriter(text));
                        assertNoSecretIn(text.toString());
                    });
        } finally {
            scheduler.shutdownNow();
        }
    }

    @ParameterizedTest
    @CsvSource({"''", "default"})
    void rightPasswordIsDecodedAndNeverTold(String user) throws Exception {
        String address = "redis://" + user + ":" + ENCODED + "@127.0.0.1:" + PORT + "/3";
        ScheduledExecutorService scheduler = Executors.newSingleThreadScheduledExecutor();
        try (Logged log = new Logged("dev.weir", "org.redisson");
                Backend backend = open(scheduler, Map.of("weir.redis", address, "weir.secret", SECRET))) {
            Eventually.holds(() -> asked(backend).failure() == null);
            assertThat(log.text("dev.weir", Level.SEVERE)).isEmpty();
            assertNoSecretIn(log.text("dev.weir", Level.ALL));
            assertNoSecretIn(log.text("org.redisson", Level.INFO));
            assertNoSecretIn(backend.toString());
        } finally {
            scheduler.shutdownNow();
        }
    }

    @Test
    void eachTroubleIsSaidOnceAndTheNextOneToo() throws Exception {
        int port = SingleRedis.freePort();
        RedisServer late = SingleRedis.server(port, "requirepass " + SECRET.replace(' ', '-'));
        ScheduledExecutorService scheduler = Executors.newSingleThreadScheduledExecutor();
        try (Logged log = new Logged("dev.weir", "org.redisson");
                Backend backend = open(
                        scheduler, Map.of("weir.redis", "redis://:wr0ng@127.0.0.1:" + port, "weir.secret", SECRET))) {
            Eventually.holds(() -> !log.text("dev.weir", Level.SEVERE).isEmpty());
            assertThat(asked(backend).failure()).isNotNull();
            late.start();
            Eventually.holds(() -> log.text("dev.weir", Level.SEVERE).contains("refuses the user or the password"));
            assertThat(log.messages(Level.SEVERE))
                    .doesNotHaveDuplicates()
                    .first()
                    .asString()
                    .startsWith("Redis cannot be reached where weir.redis says");
            assertNoSecretIn(log.text("dev.weir", Level.ALL));
        } finally {
            late.stop();
            scheduler.shutdownNow();
        }
    }

    private String file(String text) throws IOException {
        Path file = Files.createTempFile(folder, "redisson", ".yaml");
        return Files.writeString(file, text).toString();
    }
}
