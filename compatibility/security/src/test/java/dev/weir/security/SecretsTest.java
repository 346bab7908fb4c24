package dev.weir.security;

import static dev.weir.security.Tally.admitted;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weir.annotation.RateLimited;
import dev.weir.core.Ask;
import dev.weir.core.ClientKey;
import dev.weir.core.ClientKey.Kind;
import dev.weir.core.Decision;
import dev.weir.core.KeyHasher;
import dev.weir.core.LimiterListener;
import dev.weir.http.ApiKeyVerifier.VerifiedApiKey;
import dev.weir.http.Settings;
import dev.weir.http.Weir;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.Test;

/** Part F: what nobody may read, neither in logs nor in answers nor in keys. */
class SecretsTest {

    private static final String API_KEY = "sk-live-7Hq2vYx9";
    private static final String USER = "alice.liddell";
    private static final String TENANT = "acme-holding";
    private static final String SECRET = "the secret of this deployment";

    @RateLimited(permits = 5, per = "1m")
    @RateLimited(tier = "premium", permits = 6, per = "1m")
    @RateLimited(permits = 50, per = "1m", key = "tenant")
    static class Telling extends Answering {
        private static final long serialVersionUID = 1L;
        private static final Queue<String> TOLD = new ConcurrentLinkedQueue<>();

        /** What an error page or a debugger would print of the request. */
        @Override
        protected void service(HttpServletRequest request, HttpServletResponse response) {
            request.getAttributeNames()
                    .asIterator()
                    .forEachRemaining(name -> TOLD.add(name + " = " + request.getAttribute(name)));
            response.setStatus(200);
        }
    }

    /** Prints all that Weir hands to who listens, and keeps the keys. */
    private static final class Listening implements LimiterListener {
        final Queue<String> told = new ConcurrentLinkedQueue<>();
        final Set<ClientKey> keys = ConcurrentHashMap.newKeySet();

        @Override
        public void decided(Ask ask) {
            told.add(ask + " " + Decision.of(ask));
            for (int i = 0; i < ask.bundles(); i++) {
                told.add(ask.bundle(i) + " " + ask.client(i));
                keys.add(ask.client(i));
            }
        }

        @Override
        public void failed(Ask ask, Throwable cause) {
            told.add(ask + " " + cause);
        }
    }

    private static Site.Plan site(LimiterListener listener) {
        return Site.with()
                .setting("weir.secret", SECRET)
                .filterBefore("/*", new ContainerLogin())
                .servlet("/x", new Telling())
                .weir(builder -> builder.listener(listener).keyResolver("tenant", request -> request.header("Tenant")));
    }

    @Test
    @Row(
            value = "F1",
            promise =
                    "API keys, users, what resolvers return and the secret appear in no log line, header, body, exception of Weir's or"
                            + " printed object, neither plain nor as their SHA-256")
    void secretsAppearNowhere() throws Exception {
        List<String> told = new ArrayList<>();
        Telling.TOLD.clear();
        for (boolean verifies : List.of(true, false)) {
            Listening listener = new Listening();
            Site.Plan plan = site(listener);
            if (verifies) {
                plan.weir(builder -> builder.apiKeyVerifier(key -> {
                    if (key.endsWith("!")) {
                        throw new IllegalStateException("The store of keys is down");
                    }
                    return key.equals(API_KEY) ? new VerifiedApiKey("premium") : null;
                }));
            }
            try (WeirLog log = WeirLog.capture();
                    Site site = plan.start()) {
                for (int i = 0; i < 100; i++) {
                    String key = API_KEY + (i % 3 == 0 ? "" : i % 3 == 1 ? "-wrong" : "!");
                    told.add(Wire.send(site, "POST", "/x?api_key=" + API_KEY, "X-API-Key: " + key, "Tenant: " + TENANT)
                            .toString());
                    told.add(Wire.send(site, "POST", "/x", ContainerLogin.as(USER), "Tenant: " + TENANT)
                            .toString());
                }
                assertThat(log.text()).contains("dev.weir.refusals: Refused ");
                told.add(log.text());
                told.add(site.weir() + " " + site.weir().settings() + " "
                        + site.weir().policies() + " " + site.weir().backend());
            }
            told.addAll(listener.told);
        }
        told.addAll(Telling.TOLD);
        assertThat(told)
                .anyMatch(line -> line.contains("status=429"))
                .anyMatch(line -> line.contains("dev.weir.exchange"))
                .anyMatch(line -> line.contains("UNVERIFIED_API_KEY#"));
        for (String secret : List.of(API_KEY, API_KEY + "-wrong", API_KEY + "!", USER, TENANT, SECRET)) {
            for (String form : formsOf(secret)) {
                assertThat(told).as("%s as %s", secret, form).noneMatch(line -> line.contains(form));
            }
        }
    }

    @Test
    @Row(value = "F1", promise = "A secret that stops the deployment is not shown in the message")
    void aSecretThatIsTooShortIsNotShown() {
        assertThatThrownBy(() -> Weir.builder()
                        .settings(Settings.none().after("test", Map.of("weir.secret", "hunter2")))
                        .build())
                .hasMessageContaining("weir.secret")
                .hasMessageNotContaining("hunter2");
    }

    @Test
    @Row(
            value = "F2",
            promise =
                    "Keys of clients are made under a secret, so a list of guesses matches none of them; another secret makes other keys",
            set = "`weir.secret`, or each process has a random one")
    void keysCannotBeGuessedWithoutTheSecret() throws Exception {
        Listening listener = new Listening();
        try (Site site = site(listener)
                .weir(builder -> builder.apiKeyVerifier(key -> new VerifiedApiKey("")))
                .start()) {
            assertThat(admitted(site, 1, "/x", "X-API-Key: " + API_KEY, "Tenant: " + TENANT))
                    .isOne();
            assertThat(admitted(site, 1, "/x", ContainerLogin.as(USER))).isOne();
        }
        KeyHasher same = KeyHasher.withSecret(SECRET.getBytes(StandardCharsets.UTF_8));
        KeyHasher other = KeyHasher.withSecret("another secret of a deployment".getBytes(StandardCharsets.UTF_8));
        assertThat(listener.keys)
                .contains(
                        same.hash(Kind.API_KEY, API_KEY),
                        same.hash(Kind.USER, USER),
                        same.hash(Kind.CUSTOM, "tenant", TENANT))
                .doesNotContain(
                        other.hash(Kind.API_KEY, API_KEY),
                        other.hash(Kind.USER, USER),
                        other.hash(Kind.CUSTOM, "tenant", TENANT),
                        KeyHasher.withRandomSecret().hash(Kind.API_KEY, API_KEY));
        for (String guess : List.of(API_KEY, USER, TENANT)) {
            for (String algorithm : List.of("SHA-256", "SHA-1", "MD5")) {
                ByteBuffer digest = ByteBuffer.wrap(digest(algorithm, guess));
                long high = digest.getLong();
                long low = digest.getLong();
                assertThat(listener.keys).noneMatch(key -> key.high() == high || key.low() == low);
            }
        }
    }

    @Test
    @Row(value = "F2", promise = "Without a secret each process has a random one, and a short one stops the deployment")
    void theSecretIsRandomOrLong() {
        assertThat(KeyHasher.withRandomSecret().hash(Kind.USER, USER))
                .isNotEqualTo(KeyHasher.withRandomSecret().hash(Kind.USER, USER));
        assertThatThrownBy(() -> KeyHasher.withSecret(new byte[15])).isInstanceOf(IllegalArgumentException.class);
    }

    /** As it is, and as whoever stores it carelessly would write it. */
    static List<String> formsOf(String text) throws Exception {
        byte[] plain = text.getBytes(StandardCharsets.UTF_8);
        List<String> forms = new ArrayList<>(List.of(text));
        forms.add(Base64.getEncoder().withoutPadding().encodeToString(plain));
        forms.add(HexFormat.of().formatHex(plain));
        for (String algorithm : List.of("SHA-256", "SHA-1", "MD5")) {
            byte[] digest = digest(algorithm, text);
            String hex = HexFormat.of().formatHex(digest);
            forms.addAll(List.of(hex, hex.toUpperCase(Locale.ROOT), hex.substring(0, 16)));
            forms.add(Base64.getEncoder().withoutPadding().encodeToString(digest));
            forms.add(Base64.getUrlEncoder().withoutPadding().encodeToString(digest));
        }
        return forms;
    }

    private static byte[] digest(String algorithm, String text) throws Exception {
        return MessageDigest.getInstance(algorithm).digest(text.getBytes(StandardCharsets.UTF_8));
    }
}
