package dev.weir.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.annotation.RateLimited;
import dev.weir.core.Ask;
import dev.weir.core.PolicySet;
import dev.weir.http.ApiKeyVerifier.VerifiedApiKey;
import dev.weir.http.Application.Answer;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Whose budget a request draws on. Each client has two permits an hour. */
class ClientKeyTest {

    private static final String ADDRESS = "192.0.2.1";
    private static final UnaryOperator<WeirBuilder> VERIFYING =
            builder -> builder.apiKeyVerifier(key -> key.startsWith("real") ? new VerifiedApiKey("") : null);

    @RateLimited(permits = 2, per = "1h")
    static class PerClient {}

    @RateLimited(permits = 2, per = "1h", key = "ip")
    static class PerAddress {}

    @RateLimited(permits = 2, per = "1h", key = "user")
    static class PerUser {}

    @RateLimited(permits = 2, per = "1h", key = "api-key")
    static class PerApiKey {}

    @RateLimited(permits = 2, per = "1h", key = "global")
    static class ForAll {}

    @RateLimited(permits = 2, per = "1h", key = "tenant")
    static class PerTenant {}

    @RateLimited(permits = 2, per = "1h", costBy = "size")
    static class BySize {}

    @Test
    void apiKeyComesBeforeUserBeforeAddress() {
        try (Application app = Application.with(VERIFYING)) {
            drain(app, PerClient.class, () -> from(ADDRESS).user("alice").apiKey("real-1"));
            assertRefused(app, PerClient.class, from("192.0.2.2").apiKey("real-1"));
            drain(app, PerClient.class, () -> from(ADDRESS).user("alice"));
            assertRefused(app, PerClient.class, from("192.0.2.2").user("alice"));
            drain(app, PerClient.class, () -> from(ADDRESS));
            drain(app, PerClient.class, () -> from("192.0.2.2"));
        }
    }

    @Test
    void eachKeyOfAnAnnotationCountsWhatItSays() {
        try (Application app = Application.with(VERIFYING)) {
            Supplier<FakeRequest> full = () -> from(ADDRESS).user("alice").apiKey("real-1");
            drain(app, PerAddress.class, full);
            assertRefused(app, PerAddress.class, from(ADDRESS));
            drain(app, PerUser.class, full);
            assertRefused(app, PerUser.class, from("192.0.2.2").user("alice"));
            drain(app, PerUser.class, () -> from(ADDRESS));
            drain(app, PerApiKey.class, full);
            drain(app, PerApiKey.class, () -> from(ADDRESS).user("alice"));
            assertRefused(app, PerApiKey.class, from(ADDRESS).user("bob"));
            drain(app, ForAll.class, full);
            assertRefused(app, ForAll.class, from("192.0.2.9"));
        }
    }

    @Test
    void noValueOfOneKindPosesAsAnother() {
        try (Application app = Application.with(builder -> builder.apiKeyVerifier(key -> new VerifiedApiKey(""))
                .keyResolver("tenant", request -> request.header("Tenant")))) {
            drain(app, PerClient.class, () -> from("192.0.2.2").apiKey(ADDRESS));
            drain(app, PerClient.class, () -> from("192.0.2.2").user(ADDRESS));
            drain(app, PerClient.class, () -> from(ADDRESS));
            drain(app, PerTenant.class, () -> from("192.0.2.2").header("Tenant", ADDRESS));
            drain(app, PerTenant.class, () -> from(ADDRESS));
        }
    }

    @Test
    void withoutAVerifierAKeyIsNoIdentityAcrossAddresses() {
        try (Application app = Application.with()) {
            drain(app, PerClient.class, () -> from(ADDRESS).apiKey("k"));
            drain(app, PerClient.class, () -> from("192.0.2.2").apiKey("k"));
            drain(app, PerClient.class, () -> from(ADDRESS));
        }
    }

    @Test
    void anAddressMayBringTenNewKeysAnHourAndKnownOnesGoOnCounting() {
        try (Application app = Application.with()) {
            for (int i = 0; i < 10; i++) {
                assertThat(app.call(PerClient.class, from(ADDRESS).apiKey("k" + i))
                                .field("X-RateLimit-Remaining"))
                        .isEqualTo("1");
            }
            assertThat(app.call(PerClient.class, from(ADDRESS).apiKey("k10")).admitted())
                    .isTrue();
            assertThat(app.call(PerClient.class, from(ADDRESS).apiKey("k11")).admitted())
                    .isTrue();
            assertRefused(app, PerClient.class, from(ADDRESS).apiKey("k12"));
            assertRefused(app, PerClient.class, from(ADDRESS));
            for (int i = 0; i < 10; i++) {
                assertThat(app.call(PerClient.class, from(ADDRESS).apiKey("k" + i))
                                .admitted())
                        .isTrue();
                assertRefused(app, PerClient.class, from(ADDRESS).apiKey("k" + i));
            }
            app.advance(Duration.ofMinutes(6));
            assertThat(app.call(PerClient.class, from(ADDRESS).apiKey("k13")).field("X-RateLimit-Remaining"))
                    .isEqualTo("1");
            assertRefused(app, PerClient.class, from(ADDRESS).apiKey("k14"));
        }
    }

    @Test
    void fillingTheLimiterMakesNoKeyKnown() {
        try (Application app = Application.with("weir.max-clients", "64")) {
            for (int i = 0; i < 4_000; i++) {
                FakeRequest flood = from("198.51." + i / 250 + "." + i % 250).apiKey("flood");
                app.call(PerClient.class, flood);
            }
            int admitted = 0;
            for (int i = 0; i < 200; i++) {
                admitted += app.call(PerClient.class, from("203.0.113.9").apiKey("made-up-" + i))
                                .admitted()
                        ? 1
                        : 0;
            }
            assertThat(admitted).isLessThanOrEqualTo(10 + 2);
        }
    }

    @Test
    void howManyNewKeysIsASetting() {
        try (Application app = Application.with("weir.new-keys-per-address", "1/1d")) {
            drain(app, PerClient.class, () -> from(ADDRESS).apiKey("first"));
            drain(app, PerClient.class, () -> from(ADDRESS).apiKey("second"));
            assertRefused(app, PerClient.class, from(ADDRESS).apiKey("third"));
        }
    }

    @Test
    void aKeyThatTheVerifierDoesNotKnowCountsAsNoneAndCostsAPermit() {
        try (Application app = Application.with(VERIFYING)) {
            drain(app, PerClient.class, () -> from(ADDRESS).apiKey("guess-1"));
            assertRefused(app, PerClient.class, from(ADDRESS));
            assertThat(newKeysLeft(app)).isEqualTo(7);
            app.call(PerClient.class, from(ADDRESS).apiKey("real-1"));
            assertThat(newKeysLeft(app)).isEqualTo(7);
        }
    }

    @Test
    void anAddressWithoutAPermitHasOnlyThoseKeysVerifiedThatWereReal() {
        try (Application app = Application.with(VERIFYING)) {
            app.call(PerClient.class, from(ADDRESS).apiKey("real-1"));
            for (int i = 0; i < 10; i++) {
                app.call(PerClient.class, from(ADDRESS).apiKey("guess-" + i));
            }
            assertThat(newKeysLeft(app)).isZero();
            assertThat(app.call(PerClient.class, from(ADDRESS).apiKey("real-1")).admitted())
                    .isTrue();
            assertRefused(app, PerClient.class, from(ADDRESS).apiKey("real-2"));
            drain(app, PerClient.class, () -> from("192.0.2.2").apiKey("real-2"));
            app.advance(Duration.ofMinutes(59));
            assertThat(newKeysLeft(app)).isEqualTo(9);
        }
    }

    private static long newKeysLeft(Application app) {
        PolicySet set = app.weir.policies().current();
        Ask look = new Ask();
        look.add(
                set.bundle("weir.new-api-keys", List.of("weir.new-api-keys")),
                new Identity(app.weir.clientRules(), from(ADDRESS)).address());
        look.cost(0, 0);
        app.weir.backend().decide(look);
        return look.remaining(0);
    }

    @ParameterizedTest
    @ValueSource(strings = {"two lines", "empty", "blank", "too long"})
    void whatIsNotOneKeyCountsAsNone(String what) {
        Supplier<FakeRequest> request = () -> switch (what) {
            case "two lines" -> from(ADDRESS).apiKey("real-1").apiKey("real-1");
            case "empty" -> from(ADDRESS).apiKey("");
            case "blank" -> from(ADDRESS).apiKey("  ");
            default -> from(ADDRESS).apiKey("real".repeat(128) + "x");
        };
        try (Application app = Application.with(VERIFYING)) {
            drain(app, PerClient.class, request);
            assertRefused(app, PerClient.class, from(ADDRESS));
            drain(app, PerClient.class, () -> from(ADDRESS).apiKey("real".repeat(128)));
            assertThat(newKeysLeft(app)).isEqualTo(10);
        }
    }

    @Test
    void theFieldOfApiKeysIsASetting() {
        try (Application app = Application.with(VERIFYING, "weir.api-key-header", "Key")) {
            drain(app, PerClient.class, () -> from(ADDRESS).header("key", "real-1"));
            drain(app, PerClient.class, () -> from(ADDRESS).apiKey("real-1"));
            assertRefused(app, PerClient.class, from(ADDRESS));
        }
    }

    @Test
    void aThousandAddressesOfOneSlash64AreOneClient() {
        try (Application app = Application.with()) {
            int[] next = {0};
            Supplier<FakeRequest> request = () -> from("2001:db8:1:2::" + Integer.toHexString(next[0]++));
            assertThat(app.admitted(PerClient.class, 1_000, request)).isEqualTo(2);
            for (int i = 0; i < 1_000; i++) {
                assertRefused(app, PerClient.class, request.get());
            }
            drain(app, PerClient.class, () -> from("2001:db8:1:3::1"));
        }
    }

    @ParameterizedTest
    @CsvSource({"1.2.3.4, ::ffff:1.2.3.4", "1.2.3.4, [::ffff:102:304]", "fe80::1%eth0, fe80::2", "-, -"})
    void twoWaysToWriteOneClient(String one, String other) {
        try (Application app = Application.with()) {
            String first = one.equals("-") ? null : one;
            String second = other.equals("-") ? "not an address" : other;
            drain(app, PerClient.class, () -> from(first));
            assertRefused(app, PerClient.class, from(second));
            drain(app, PerClient.class, () -> from("0.0.0.0"));
        }
    }

    @Test
    void whoHasNoCustomKeyIsCountedByAddress() {
        try (Application app =
                Application.with(builder -> builder.keyResolver("tenant", request -> request.header("Tenant")))) {
            drain(app, PerTenant.class, () -> from(ADDRESS).header("Tenant", "acme"));
            assertRefused(app, PerTenant.class, from("192.0.2.2").header("Tenant", "acme"));
            assertThat(app.call(PerTenant.class, from(ADDRESS).header("Tenant", " "))
                            .admitted())
                    .isTrue();
            assertThat(app.call(PerTenant.class, from(ADDRESS)).admitted()).isTrue();
            assertRefused(app, PerTenant.class, from(ADDRESS).header("Tenant", ""));
        }
    }

    @RateLimited(permits = 2, per = "1s", key = "tenant")
    @RateLimited(permits = 20, per = "1m", key = "tenant")
    @RateLimited(permits = 200, per = "1h", key = "tenant")
    static class PerTenantThrice {}

    @Test
    void aResolverOfSeveralLimitsIsAskedOnceForEachRequest() {
        AtomicInteger asked = new AtomicInteger();
        try (Application app =
                Application.with(builder -> builder.keyResolver("tenant", request -> "t" + asked.incrementAndGet()))) {
            for (int request = 1; request <= 3; request++) {
                assertThat(app.call(PerTenantThrice.class, from(ADDRESS)).admitted())
                        .isTrue();
                assertThat(asked).hasValue(request);
            }
        }
    }

    private static final class Broken extends RuntimeException {
        private static final long serialVersionUID = 1L;

        Broken() {
            super("a resolver is broken", null, false, false); // one line in the log, not a whole stack
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"key", "cost", "negative cost", "verifier"})
    void anErrorInWhatTheUserRegisteredIsAnswered503(String where) {
        UnaryOperator<WeirBuilder> broken = builder -> switch (where) {
            case "key" -> builder.keyResolver("tenant", request -> fail());
            case "cost" -> builder.costResolver("size", request -> fail().length());
            case "negative cost" -> builder.costResolver("size", request -> -1);
            default -> builder.apiKeyVerifier(key -> new VerifiedApiKey(fail()));
        };
        Class<?> type = switch (where) {
            case "key" -> PerTenant.class;
            case "verifier" -> PerClient.class;
            default -> BySize.class;
        };
        try (Application app = Application.with(broken)) {
            for (int i = 0; i < 5; i++) {
                Answer answer = app.call(type, from(ADDRESS).apiKey("k"));
                assertThat(answer.status()).isEqualTo(503);
                assertThat(answer.fields().lines("RateLimit")).isEmpty();
            }
        }
    }

    private static String fail() {
        throw new Broken();
    }

    /** Two pass, and no third. */
    private static void drain(Application app, Class<?> type, Supplier<FakeRequest> request) {
        assertThat(app.admitted(type, 3, request)).isEqualTo(2);
    }

    private static void assertRefused(Application app, Class<?> type, FakeRequest request) {
        assertThat(app.call(type, request).status()).isEqualTo(429);
    }

    private static FakeRequest from(String peer) {
        return FakeRequest.from(peer);
    }
}
