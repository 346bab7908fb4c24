package dev.weir.security;

import static dev.weir.security.Tally.admitted;
import static dev.weir.security.Tally.admittedFrom;
import static dev.weir.security.Tally.lines;
import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.annotation.RateLimited;
import dev.weir.http.ApiKeyVerifier;
import dev.weir.security.Answering.PerClient;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Part C: API keys that are made up, guessed, or sent in more than one way. */
class ApiKeyTest {

    private static final String SET = "`weir.api-key-verifier`";

    /** As many as an address may bring in an hour, and five requests for each and for the address itself. */
    private static final int NEW_KEYS = 10;

    @Path("/login")
    public static class Login {
        @POST
        @RateLimited(permits = 5, per = "1m")
        public String login() {
            return "in";
        }
    }

    /** Tiers are the verifier's to tell, so even a limit by address makes it look at keys. */
    @RateLimited(permits = 5, per = "1m", key = "ip")
    @RateLimited(tier = "premium", permits = 50, per = "1m", key = "ip")
    static class ByTier extends Answering {
        private static final long serialVersionUID = 1L;
    }

    /** Says yes to {@code real-…}, and counts how often it is asked. */
    private static final class Verifier implements ApiKeyVerifier {
        final AtomicInteger asked = new AtomicInteger();

        @Override
        public VerifiedApiKey verify(String apiKey) {
            asked.incrementAndGet();
            return apiKey.startsWith("real-") ? new VerifiedApiKey("premium") : null;
        }
    }

    private static Site.Plan site() {
        return Site.with()
                .servlet("/login", new PerClient())
                .servlet("/tier", new ByTier())
                .resources(Login.class);
    }

    private static Site site(ApiKeyVerifier verifier) {
        return site().weir(builder -> builder.apiKeyVerifier(verifier)).start();
    }

    private static String key(Object key) {
        return "X-API-Key: " + key;
    }

    @Test
    @Row(value = "C1", promise = "Made-up API keys buy no more budgets than the few that an address may bring")
    void madeUpKeysBuyAFewBudgetsAtMost() {
        for (String target : List.of("/login", "/api/login")) {
            try (Site site = site().start()) {
                assertThat(admitted(site, 1_800, target, i -> lines(key("made-up-" + i % 300))))
                        .as(target)
                        .isEqualTo(5 * (NEW_KEYS + 1));
                assertThat(admittedFrom("127.0.0.2", site, 10, target, i -> lines(key("made-up-1"))))
                        .as("another's budget with the same text for a key")
                        .isEqualTo(5);
            }
        }
    }

    @Test
    @Row(value = "C1", promise = "With a verifier, made-up API keys buy no budget at all", set = SET)
    void madeUpKeysBuyNothingWhereKeysAreVerified() {
        for (String target : List.of("/login", "/api/login", "/tier")) {
            try (Site site = site(new Verifier())) {
                assertThat(admitted(site, 300, target, i -> lines(key("made-up-" + i))))
                        .as(target)
                        .isEqualTo(5);
            }
        }
    }

    @Test
    @Row(
            value = "C2",
            promise =
                    "Wrong API keys are limited per address, and beyond that limit a guess that is right is answered like a wrong one",
            set = SET + "; how many: `weir.new-keys-per-address`")
    void guessingKeysEndsAtTheLimitOfTheAddress() {
        for (String target : List.of("/login", "/api/login", "/tier")) {
            Verifier verifier = new Verifier();
            try (Site site = site(verifier)) {
                assertThat(admitted(site, 300, target, i -> lines(key("made-up-" + i))))
                        .isEqualTo(5);
                assertThat(verifier.asked).as(target).hasValue(NEW_KEYS);
                assertThat(admitted(site, 20, target, i -> lines(key("real-" + i))))
                        .isZero();
                assertThat(verifier.asked).hasValue(NEW_KEYS);

                site.ticker.advance(Duration.ofMinutes(6)); // one permit more
                assertThat(Wire.send(site, "POST", target, key("made-up")).status())
                        .isEqualTo(200);
                assertThat(Wire.send(site, "POST", target, key("real-1")).header("RateLimit"))
                        .as("of the address' budget")
                        .endsWith(";r=3;t=36");
                assertThat(Wire.send(site, "POST", target, key("made-up")).header("RateLimit"))
                        .endsWith(";r=2;t=24");
                assertThat(verifier.asked).hasValue(NEW_KEYS + 1);
                assertThat(admittedFrom("127.0.0.2", site, 1, target, i -> lines(key("real-1"))))
                        .isOne();
                assertThat(verifier.asked).hasValue(NEW_KEYS + 2);
            }
        }
    }

    @Test
    @Row(
            value = "C2",
            promise =
                    "Who holds a key and shares an address with a guesser goes on as before, as long as an hour never passes without a"
                            + " request",
            set = SET)
    void holdersOfKeysBehindAGuessersAddressGoOn() {
        Verifier verifier = new Verifier();
        try (Site site = site(verifier)) {
            assertThat(admitted(site, 50, "/login", i -> lines(key("real-" + i))))
                    .isEqualTo(50);
            for (int i = 0; i < 5 * 60; i += 50) {
                admitted(site, 100, "/login", guess -> lines(key("made-up-" + guess)));
                assertThat(admitted(site, 50, "/login", holder -> lines(key("real-" + holder))))
                        .as("after %d minutes of guessing", i)
                        .isEqualTo(50);
                assertThat(admitted(site, 10, "/login", key("real-late")))
                        .as("a key not seen before")
                        .isZero();
                site.ticker.advance(Duration.ofMinutes(50));
            }
            admitted(site, 100, "/login", guess -> lines(key("made-up-" + guess)));
            site.ticker.advance(Duration.ofHours(1));
            assertThat(admitted(site, 6, "/login", key("real-late")))
                    .as("when the guesser has gone")
                    .isEqualTo(5);
        }
    }

    @Test
    @Row(
            value = "C2",
            promise = "Guessing with many requests at once gains at most one guess for each of them that is under way",
            set = SET)
    void guessingInParallelGainsNoMoreThanIsUnderWay() throws Exception {
        int threads = 8;
        Verifier verifier = new Verifier();
        try (Site site = site(verifier)) {
            ExecutorService guessers = Executors.newFixedThreadPool(threads);
            CountDownLatch start = new CountDownLatch(threads);
            List<Future<Integer>> admitted = IntStream.range(0, threads)
                    .mapToObj(thread -> guessers.submit(() -> {
                        start.countDown();
                        start.await();
                        return admitted(site, 100, "/login", i -> lines(key("made-up-" + thread + "-" + i)));
                    }))
                    .toList();
            int sum = 0;
            for (Future<Integer> each : admitted) {
                sum += each.get();
            }
            guessers.shutdown();
            assertThat(sum).isEqualTo(5);
            assertThat(verifier.asked.get()).isBetween(NEW_KEYS, NEW_KEYS + threads - 1);
        }
    }

    @Test
    @Row(
            value = "C3",
            promise =
                    "A key is the field's whole text and stands there once; any other spelling of it, or a second line, counts as no key",
            set = SET + ", which must say yes to one spelling of a key only")
    void otherSpellingsOfAKeyOpenNoOtherBudget() {
        for (String field : List.of("X-API-Key", "Authorization")) {
            String real = field + ": Bearer k";
            List<String[]> spellings = List.of(
                    lines(field + ": bearer k"),
                    lines(field + ": BEARER k"),
                    lines(field + ": Bearer  k"),
                    lines(field + ":  Bearer\tk"),
                    lines(field + ": x Bearer k"),
                    lines(field + ": Bearer k, Bearer k"),
                    lines(field + ": \"Bearer k\""),
                    lines(field + ": k"),
                    lines(real, real),
                    lines(real, field.toLowerCase(Locale.ROOT) + ": Bearer l"));
            try (Site site = site().setting("weir.api-key-header", field)
                    .weir(builder -> builder.apiKeyVerifier(
                            key -> Set.of("Bearer k").contains(key) ? new ApiKeyVerifier.VerifiedApiKey("") : null))
                    .start()) {
                assertThat(admitted(site, 100, "/login", i -> spellings.get(i % spellings.size())))
                        .as("the address' own budget")
                        .isEqualTo(5);
                assertThat(admittedFrom(
                                "127.0.0.2",
                                site,
                                10,
                                "/login",
                                i -> lines(i % 2 == 0 ? real : field.toUpperCase(Locale.ROOT) + ":   Bearer k  ")))
                        .as("one key, with the white space around it that HTTP takes away")
                        .isEqualTo(5);
            }
        }
    }

    @Test
    @Row(value = "C4", promise = "API keys are read from one header field; the query and cookies have no say")
    void keysInTheQueryOrInCookiesAreNotRead() {
        Verifier verifier = new Verifier();
        try (Site site = site(verifier)) {
            int admitted = 0;
            int without = 0;
            for (int i = 0; i < 40; i++) {
                String target = "/login?api_key=real-" + i + "&apikey=real-" + i + "&X-API-Key=real-" + i;
                String cookie = "Cookie: X-API-Key=real-" + i + "; api_key=real-" + i;
                admitted +=
                        Wire.send(site, "POST", target, key("real-x"), cookie).status() == 200 ? 1 : 0;
                without += Wire.send(site, "POST", target, cookie).status() == 200 ? 1 : 0;
            }
            assertThat(admitted).as("the key's own budget").isEqualTo(5);
            assertThat(without).as("the address' own budget").isEqualTo(5);
        }
    }
}
