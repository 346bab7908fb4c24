package dev.weir.security;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weir.annotation.RateLimited;
import dev.weir.core.Limit;
import dev.weir.core.Policy;
import dev.weir.http.ApiKeyVerifier.VerifiedApiKey;
import dev.weir.http.DeploymentException;
import dev.weir.http.RequestView;
import dev.weir.security.Answering.PerClient;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.logging.Level;
import org.junit.jupiter.api.Test;

/** Part F: what clients send does not come out again, neither in logs nor in fields; and answers tell nothing of keys. */
class TextTest {

    private static final List<String> NASTY = List.of(
            "marker\r\nWARNING: forged line",
            "marker\u001b[2J\u001b]0;owned\u0007",
            "marker%0d%0aSet-Cookie:%20a=b",
            "marker${jndi:ldap://evil.example/a}",
            "marker\u2028\u0085\u202e\ud800",
            "marker" + "x".repeat(10_000));

    private static final Clock NOW = Clock.fixed(Instant.ofEpochSecond(1_700_000_000), ZoneOffset.UTC);

    @RateLimited(permits = 1, per = "1h", key = "nasty")
    static class ByNasty extends Answering {
        private static final long serialVersionUID = 1L;
    }

    @Path("/{id}")
    public static class Things {
        @POST
        @RateLimited(permits = 1, per = "1h", key = "nasty")
        public String thing(@PathParam("id") String id) {
            return "ok";
        }
    }

    @RateLimited(permits = 1, per = "1m", name = "a\r\nSet-Cookie: b")
    static class BadName extends Answering {
        private static final long serialVersionUID = 1L;
    }

    @RateLimited(permits = 1, per = "1m", unit = "a\";r=1\r\nSet-Cookie: b")
    static class BadUnit extends Answering {
        private static final long serialVersionUID = 1L;
    }

    @RateLimited(permits = 1, per = "1m", tier = "a\r\nb")
    static class BadTier extends Answering {
        private static final long serialVersionUID = 1L;
    }

    /** One of the nasty texts, or an exception that quotes it, as those of parsers do. */
    private static String nasty(RequestView request) {
        String wanted = request.header("Nasty");
        String text = NASTY.get(Integer.parseInt(wanted == null ? "0" : wanted.replace("!", "")));
        if (wanted != null && wanted.endsWith("!")) {
            throw new IllegalArgumentException("For input string: " + text, new IllegalStateException(text));
        }
        return text;
    }

    private static Site site() {
        return Site.with()
                .filterBefore("/*", new ContainerLogin())
                .servlet("/x/*", new ByNasty())
                .servlet("/client/*", new PerClient())
                .resources(Things.class)
                .weir(builder -> builder.keyResolver("nasty", TextTest::nasty).clock(NOW))
                .start();
    }

    /** Whatever a client can choose, nasty wherever the server lets it through; admitted, refused, and not judged. */
    private static List<Wire.Answer> provoke(Site site) {
        List<Wire.Answer> answers = new ArrayList<>();
        for (int i = 0; i < NASTY.size(); i++) {
            String text = NASTY.get(i).substring(0, Math.min(NASTY.get(i).length(), 40));
            String printable = text.replaceAll("[^ -~]", "");
            String path = "marker$%7Bjndi:a%7D?q=%0d%0a%1bmarker$%7Bjndi:a%7D";
            for (String target : List.of("/x/", "/api/", "/client/")) {
                for (int repeat = 0; repeat < 8; repeat++) {
                    answers.add(Wire.send(
                            site,
                            "POST",
                            target + path,
                            "Nasty: " + i + (repeat > 5 ? "!" : ""),
                            "X-API-Key: " + printable,
                            "X-Forwarded-For: " + printable,
                            "Forwarded: for=" + printable,
                            "User-Agent: " + printable,
                            "Origin: " + printable));
                    answers.add(Wire.send(site, "POST", target + "marker", "Nasty: " + i, ContainerLogin.as(text)));
                }
            }
            site.ticker.advance(Duration.ofSeconds(61));
        }
        return answers;
    }

    @Test
    @Row(
            value = "F5",
            promise =
                    "Nothing that clients send is logged; where an exception of a resolver quotes it, it is escaped, in one line, and cut")
    void logsCannotBeForged() {
        try (WeirLog log = WeirLog.capture();
                Site site = site()) {
            provoke(site);
            assertThat(log.messages(Level.INFO))
                    .isNotEmpty()
                    .allSatisfy(line -> assertThat(line)
                            .matches("Refused [A-Z_]+#[0-9a-f]{16} by [A-Za-z0-9._ -]+ \\(.*\\)")
                            .doesNotContain("marker")
                            .hasSizeLessThanOrEqualTo(256));
            assertThat(log.warnings()).isNotEmpty().noneMatch(line -> line.contains("marker"));
            assertThat(log.text().lines().filter(line -> line.contains("marker")))
                    .isNotEmpty()
                    .allSatisfy(line -> assertThat(line)
                            .matches("(Caused by: )?java\\.lang\\.Illegal(Argument|State)Exception: [ -~]*")
                            .doesNotContain("${")
                            .hasSizeLessThan(300));
            assertThat(log.text()).doesNotContain("\u001b").doesNotContainPattern("(?m)^WARNING: forged");
        }
    }

    @Test
    @Row(value = "F6", promise = "Nothing that clients send gets into a field or a body")
    void answersHoldNothingOfTheRequest() {
        try (WeirLog log = WeirLog.capture();
                Site site = site()) {
            List<Wire.Answer> answers = provoke(site);
            assertThat(answers).extracting(Wire.Answer::status).containsOnly(200, 429, 503);
            assertThat(answers).allSatisfy(answer -> {
                assertThat(answer.headers().toString()).doesNotContain("marker").doesNotContain("jndi");
                assertThat(answer.body()).doesNotContain("marker").hasSizeLessThan(512);
            });
            assertThat(log.text()).isNotEmpty();
        }
    }

    @Test
    @Row(value = "F6", promise = "Names, units and tiers that would break out of a field stop the deployment")
    void textThatBreaksOutOfAFieldStopsTheDeployment() {
        for (Answering bad : List.of(new BadName(), new BadUnit(), new BadTier())) {
            assertThatThrownBy(() -> Site.with().servlet("/x", bad).start().close())
                    .as(bad.getClass().getSimpleName())
                    .rootCause()
                    .isInstanceOf(DeploymentException.class)
                    .hasMessageContaining(bad.getClass().getSimpleName());
        }
        for (String setting :
                List.of("weir.api-key-header", "weir.header-styles", "weir.default-limits", "weir.forwarding-header")) {
            assertThatThrownBy(() -> Site.with()
                            .setting(setting, "X-A\r\nSet-Cookie: b")
                            .start()
                            .close())
                    .as(setting)
                    .isInstanceOfAny(DeploymentException.class, IllegalStateException.class)
                    .hasStackTraceContaining("Weir cannot start: init-param " + setting);
        }
        for (String text : List.of("a\r\nb", "a\nb", "a\"b", "a;b", "a b", "\u00e9", "", "a".repeat(65))) {
            Limit limit = Limit.of(1, Duration.ofMinutes(1));
            assertThatThrownBy(() -> new Policy(text, limit)).as(text).isInstanceOf(IllegalArgumentException.class);
            assertThatThrownBy(() -> limit.withUnit(text)).as(text).isInstanceOf(IllegalArgumentException.class);
        }
    }

    @Test
    @Row(
            value = "F7",
            promise =
                    "Whether a wrong key was looked up, was too long or was not there at all, the answer is the same to the last field; so it"
                            + " is for a right key that is not looked up any more",
            set = "`weir.api-key-verifier`")
    void answersDoNotTellWhichKeysExist() {
        String right = "X-API-Key: right";
        List<List<String>> claims = List.of(
                List.of(),
                List.of("X-API-Key: wrong"),
                List.of("X-API-Key:"),
                List.of("X-API-Key: " + "x".repeat(600)),
                List.of("X-API-Key: wrong", "X-API-Key: wrong"),
                List.of(right, right));
        for (String target : List.of("/client/x", "/api/key/x")) {
            List<String> expected = answers(target, List.of(), 0);
            assertThat(expected)
                    .anyMatch(answer -> answer.startsWith("200"))
                    .anyMatch(answer -> answer.startsWith("429"));
            for (List<String> claim : claims) {
                assertThat(answers(target, claim, 0)).as("%s %s", target, claim).isEqualTo(expected);
            }
            List<String> late = answers(target, List.of("X-API-Key: wrong"), 10);
            assertThat(answers(target, List.of(right), 10)).as(target).isEqualTo(late);
        }
    }

    @Path("/key")
    public static class ByKey {
        @POST
        @Path("/x")
        @RateLimited(permits = 5, per = "1m")
        public String get() {
            return "ok";
        }
    }

    /** Twelve answers to the same request, as a client sees them, after so many guesses from its address. */
    private static List<String> answers(String target, List<String> headers, int guesses) {
        List<String> answers = new ArrayList<>();
        try (Site site = Site.with()
                .servlet("/client/*", new PerClient())
                .resources(ByKey.class)
                .weir(builder ->
                        builder.clock(NOW).apiKeyVerifier(key -> key.equals("right") ? new VerifiedApiKey("") : null))
                .start()) {
            for (int i = 0; i < guesses; i++) {
                Wire.send(site, "POST", target, "X-API-Key: guess-" + i);
            }
            site.ticker.advance(Duration.ofSeconds(12)); // one permit of the address' budget
            for (int i = 0; i < 12; i++) {
                Wire.Answer answer = Wire.send(site, "POST", target, headers.toArray(String[]::new));
                Map<String, List<String>> fields = new TreeMap<>(answer.headers());
                fields.remove("Date");
                answers.add(answer.status() + " " + fields + " " + answer.body());
            }
        }
        return answers;
    }
}
