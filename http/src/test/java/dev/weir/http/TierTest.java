package dev.weir.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.annotation.RateLimited;
import dev.weir.http.ApiKeyVerifier.VerifiedApiKey;
import dev.weir.http.Application.Answer;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Which limits hold for which tier. An API key here is its owner's tier. */
class TierTest {

    private final AtomicReference<String> tierOfUpgraded = new AtomicReference<>("");
    private final Application app = Application.with(
            builder -> builder.apiKeyVerifier(key -> switch (key) {
                case "none" -> new VerifiedApiKey("");
                case "upgraded" -> new VerifiedApiKey(tierOfUpgraded.get());
                case "forged" -> null;
                default -> new VerifiedApiKey(key);
            }),
            "weir.header-styles",
            "draft");

    @AfterEach
    void close() {
        app.close();
    }

    @RateLimited(name = "base", permits = 10, per = "1h")
    @RateLimited(name = "base-day", permits = 50, per = "1d")
    @RateLimited(name = "paid", tier = "premium", permits = 100, per = "1h")
    @RateLimited(name = "stranger", tier = "anonymous", permits = 2, per = "1h")
    static class AllTiers {}

    @RateLimited(name = "only-premium", tier = "premium", permits = 100, per = "1h")
    static class PremiumOnly {}

    @ParameterizedTest(name = "tier {0}, user {1} => {2}")
    @CsvSource(delimiter = '|', nullValues = "-", textBlock = """
            premium  | -     | "paid";q=100;w=3600
            none     | -     | "base";q=10;w=3600, "base-day";q=50;w=86400
            platinum | -     | "base";q=10;w=3600, "base-day";q=50;w=86400
            -        | alice | "base";q=10;w=3600, "base-day";q=50;w=86400
            premium  | alice | "paid";q=100;w=3600
            forged   | alice | "base";q=10;w=3600, "base-day";q=50;w=86400
            -        | -     | "stranger";q=2;w=3600
            forged   | -     | "stranger";q=2;w=3600
            """)
    void exactlyTheLimitsOfTheTierHoldElseThoseWithout(String key, String user, String policies) {
        FakeRequest request = FakeRequest.from("192.0.2.1").user(user);
        if (key != null) {
            request.apiKey(key);
        }
        assertThat(app.call(AllTiers.class, request).field("RateLimit-Policy")).isEqualTo(policies);
    }

    @Test
    void whereATierHasNoLimitsAndNoneIsForAllNothingIsLimited() {
        Answer answer = app.call(PremiumOnly.class, FakeRequest.from("192.0.2.1"));
        assertThat(answer.admitted()).isTrue();
        assertThat(answer.fields().names()).isEmpty();
    }

    @RateLimited(permits = 10, per = "1h")
    @RateLimited(permits = 100, per = "1h", tier = "premium")
    static class OneBudget {}

    @Test
    void whoChangesTierKeepsTheUsedFraction() {
        for (int i = 0; i < 5; i++) {
            assertThat(app.call(OneBudget.class, upgraded()).admitted()).isTrue();
        }
        tierOfUpgraded.set("premium");
        assertThat(left()).isEqualTo("49");
        tierOfUpgraded.set("");
        assertThat(left()).isEqualTo("3");
        tierOfUpgraded.set("premium");
        assertThat(left()).isEqualTo("38");
    }

    @Test
    void changingTierBackAndForthBuysNothing() {
        int admitted = 0;
        for (int i = 0; i < 200; i++) {
            tierOfUpgraded.set(i % 2 == 0 ? "" : "premium");
            admitted += app.call(OneBudget.class, upgraded()).admitted() ? 1 : 0;
        }
        assertThat(admitted).isLessThanOrEqualTo(100);
    }

    /** What is left after another second and another request. */
    private String left() {
        app.advance(Duration.ofSeconds(
                1)); // so that rounding by a nanosecond, which a change of limits costs, does not show
        String state = app.call(OneBudget.class, upgraded()).field("RateLimit");
        return state.replaceAll(".*;r=(\\d+).*", "$1");
    }

    private static FakeRequest upgraded() {
        return FakeRequest.from("192.0.2.1").apiKey("upgraded");
    }

    @RateLimited(name = "by-address", key = "ip", permits = 3, per = "1h")
    @RateLimited(name = "of-strangers", tier = "anonymous", permits = 1, per = "1h")
    static class StrangersApart {}

    @Test
    void whoIsNoStrangerAfterAuthenticationHasTheLimitsOfHisTierAll() {
        int admitted = 0;
        for (int i = 0; i < 10; i++) {
            FakeRequest request = FakeRequest.from("192.0.2.7");
            Exchange exchange = app.weir.exchange(request);
            exchange.judge(app.endpoint(StrangersApart.class), Point.BEFORE_AUTHENTICATION);
            assertThat(exchange.isAdmitted()).isTrue();
            request.user("alice");
            exchange.judge(app.endpoint(StrangersApart.class), Point.AFTER_AUTHENTICATION);
            admitted += exchange.isAdmitted() ? 1 : 0;
        }
        assertThat(admitted).isEqualTo(3);
    }
}
