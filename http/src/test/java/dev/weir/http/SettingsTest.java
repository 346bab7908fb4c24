package dev.weir.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.weir.annotation.RateLimited;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Which source of a setting decides, and what is said about a bad one. */
class SettingsTest {

    private static final String HERE = SettingsTest.class.getName() + "$";
    private static final String LIMIT_ADVICE =
            "Write permits/period, and burst n if it differs from the permits. Example: 100/1m burst 50";

    @Test
    void initParamComesBeforeContextParamBeforeSystemProperty() {
        System.setProperty(Setting.TIERS.key(), " property ");
        try {
            Settings system = Settings.ofSystem();
            Settings context = system.after("context-param", Map.of("weir.tiers", "context"));
            Settings init = context.after("init-param", Map.of("weir.tiers", "init", "other", "not ours"));
            assertThat(system.get(Setting.TIERS)).isEqualTo("property");
            assertThat(context.get(Setting.TIERS)).isEqualTo("context");
            assertThat(init.get(Setting.TIERS)).isEqualTo("init");
            assertThat(init.find("other")).isNull();
        } finally {
            System.clearProperty(Setting.TIERS.key());
        }
    }

    @Test
    void whatNobodySetHasItsDefault() {
        assertThat(Settings.none().find("weir.deadline")).isNull();
        assertThat(Settings.none().get(Setting.DEADLINE)).isEqualTo("50ms");
        assertThat(Settings.none()
                        .after("init-param", Map.of("weir.deadline", "2s"))
                        .get(Setting.DEADLINE))
                .isEqualTo("2s");
    }

    /** Prints what a process with an environment of its own finds. */
    public static final class Child {
        public static void main(String[] args) {
            Settings settings = Settings.ofSystem();
            System.out.print(settings.get(Setting.TIERS) + " " + settings.get(Setting.IPV6_PREFIX) + " "
                    + settings.get(Setting.ASYNC));
        }
    }

    @Test
    void systemPropertyComesBeforeTheEnvironment() throws Exception {
        assertThat(printed(
                        Child.class, Map.of("WEIR_TIERS", "environment", "WEIR_IPV6_PREFIX", "48", "WEIR_ASYNC", "")))
                .isEqualTo("property 48 auto");
    }

    /** Prints what is found at a class whose key resolver only the environment names. */
    public static final class ResolvingChild {
        @RateLimited(permits = 7, per = "1m", key = "by-host")
        private static final class PerNamedHost {}

        public static void main(String[] args) {
            try (Weir weir = Weir.builder().build()) {
                Endpoints.Finding finding = weir.endpoints().ofClass(PerNamedHost.class);
                System.out.print(finding instanceof Endpoints.Finding.Limited ? "limited" : finding);
            }
        }
    }

    @Test
    void resolverThatTheEnvironmentNamesIsFoundInLowerCaseWithDashes() throws Exception {
        assertThat(printed(ResolvingChild.class, Map.of("WEIR_KEY_RESOLVER_BY_HOST", HERE + "ByHost")))
                .isEqualTo("limited");
    }

    private static String printed(Class<?> main, Map<String, String> environment) throws IOException {
        String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        ProcessBuilder child = new ProcessBuilder(
                java, "-cp", System.getProperty("java.class.path"), "-Dweir.tiers=property", main.getName());
        child.environment().putAll(environment);
        Process process = child.redirectError(ProcessBuilder.Redirect.INHERIT).start();
        return new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    }

    public static final class ByHost implements KeyResolver {
        @Override
        public String resolve(RequestView request) {
            return request.header("Host");
        }
    }

    public static final class Thrice implements CostResolver {
        @Override
        public long cost(RequestView request) {
            return 3;
        }
    }

    @RateLimited(name = "hosts", permits = 7, per = "1m", key = "host", costBy = "thrice")
    static class PerHost {}

    @Test
    void resolversMayBeNamedBySettings() {
        try (Application app = Application.with(
                "weir.key-resolver.host", HERE + "ByHost", "weir.cost-resolver.thrice", HERE + "Thrice")) {
            FakeRequest first = FakeRequest.from("192.0.2.1").header("Host", "a");
            assertThat(app.call(PerHost.class, first).field("X-RateLimit-Remaining"))
                    .isEqualTo("4");
            FakeRequest second = FakeRequest.from("192.0.2.2").header("Host", "a");
            assertThat(app.call(PerHost.class, second).field("X-RateLimit-Remaining"))
                    .isEqualTo("1");
        }
    }

    @Test
    void whatCodeRegistersComesBeforeASetting() {
        try (Application app = Application.with(
                builder -> builder.costResolver("thrice", request -> 5),
                "weir.key-resolver.host",
                HERE + "ByHost",
                "weir.cost-resolver.thrice",
                HERE + "Thrice")) {
            assertThat(app.call(PerHost.class, FakeRequest.from("192.0.2.1")).field("X-RateLimit-Remaining"))
                    .isEqualTo("2");
        }
    }

    @Test
    void aSettingCannotRedefineAWordOfWeirs() {
        assertThat(problems("weir.key-resolver.ip", HERE + "ByHost"))
                .containsExactly("The key resolver \"ip\" is registered twice, or a word of Weir's own."
                        + " Choose another name");
    }

    @Test
    void unknownNamesAreMistakesWithASuggestion() {
        assertThat(problems("weir.header-style", "draft", "weir.zzz", "1"))
                .containsExactly(
                        "init-param weir.header-style is not a setting of Weir. Did you mean weir.header-styles?",
                        "init-param weir.zzz is not a setting of Weir.");
    }

    @ParameterizedTest(name = "{0} = {1}")
    @CsvSource(delimiter = '|', quoteCharacter = '`', nullValues = "-", textBlock = """
            weir.max-clients     | 0        | write a whole number from 1 on
            weir.max-clients     | 63       | write 64 or more
            weir.max-clients     | many     | write a whole number from 1 on
            weir.max-clients     | 9999999999999999999 | write a whole number from 1 on
            weir.sweep-every     | 30       | "30" is not a duration. Write a whole number and one of ns, us, ms, s, m, h, d. Example: 1s
            weir.sweep-every     | 0s       | must be longer than nothing
            weir.deadline        | -1s      | "-1s" is not a duration. Write a whole number and one of ns, us, ms, s, m, h, d. Example: 1s
            weir.on-failure      | ask      | write open, local or closed
            weir.fallback-share  | 1.5      | write a share above 0 to 1. Example: 0.25
            weir.nodes           | 0        | write 1 or more
            weir.deadline        | 0ms      | "0ms" is out of range. Write 1ms to 1h
            weir.forwarding-header | xff    | "xff" is not a forwarding header. Write none, forwarded or x-forwarded-for.
            weir.ipv6-prefix     | 129      | write the number of bits, 1 to 128
            weir.ipv6-prefix     | 0        | write a whole number from 1 on
            weir.api-key-header  | X Key    | not the name of a header field. Example: X-API-Key
            weir.api-key-header  | ``       | not the name of a header field. Example: X-API-Key
            weir.api-key-verifier | com.acme.Keys | there is no such class. Write its full name, nested ones with $
            weir.api-key-verifier | java.lang.String | the class does not implement dev.weir.http.ApiKeyVerifier
            weir.new-keys-per-address | 10  | "10" is not a limit: it has no "/". Write permits/period, and burst n if it differs from the permits. Example: 100/1m burst 50
            weir.new-keys-per-address | 1/1s, 9/1h | write one limit. Example: 10/1h
            weir.header-styles   | draft, x | "x" is not a header style. Write any of draft, x-epoch, x-delta, or none
            weir.header-styles   | ``       | "" is not a header style. Write any of draft, x-epoch, x-delta, or none
            weir.header-styles   | x-epoch, x-delta | "x-epoch, x-delta" would send X-RateLimit-Reset in two meanings. Write x-epoch or x-delta, not both
            weir.retry-jitter    | 11       | write a percentage from 0 to 10
            weir.key-resolver.tenant | com.acme.Tenant | there is no such class. Write its full name, nested ones with $
            weir.cost-resolver.size | java.lang.Object | the class does not implement dev.weir.http.CostResolver
            """)
    void badValueIsAnsweredWithNameValueAndFix(String name, String value, String fix) {
        assertThat(problems(name, value)).containsExactly("init-param " + name + " = \"" + value + "\": " + fix);
    }

    @ParameterizedTest
    @ValueSource(strings = {"-1", "x", "5%", ""})
    void jitterThatIsNoPercentageIsAnsweredWithNameAndValue(String value) {
        assertThat(problems("weir.retry-jitter", value))
                .singleElement()
                .asString()
                .startsWith("init-param weir.retry-jitter = \"" + value + "\": write a ");
    }

    @RateLimited(permits = 1, per = "1000s")
    static class Rare {}

    @Test
    void jitterOf10LengthensTheWaitByATenthAtMost() {
        try (Application app = Application.with("weir.retry-jitter", "10")) {
            app.call(Rare.class, FakeRequest.from("192.0.2.1"));
            for (int i = 0; i < 100; i++) {
                String retryAfter =
                        app.call(Rare.class, FakeRequest.from("192.0.2.1")).field("Retry-After");
                assertThat(Integer.parseInt(retryAfter)).isBetween(1_000, 1_100);
            }
        }
    }

    @Test
    void badProxiesAreAllNamed() {
        assertThat(problems("weir.trusted-proxies", "10.0.0.0/33, proxy.example"))
                .singleElement()
                .asString()
                .startsWith("init-param weir.trusted-proxies = \"10.0.0.0/33, proxy.example\": The trusted proxies")
                .contains("\"10.0.0.0/33\"", "\"proxy.example\"");
    }

    @Test
    void unknownBackEndIsAnsweredWithThoseThatAreThere() {
        assertThat(problems("weir.backend", "redos"))
                .containsExactly("init-param weir.backend = \"redos\" is not a back end. Found: local, held."
                        + " Add the jar that has it, or write one of these");
    }

    @Test
    void badDefaultLimitsAreAnsweredWithNameAndValue() {
        try (Application app = Application.with("weir.default-limits", "100")) {
            DeploymentException thrown = catchThrowableOfType(
                    DeploymentException.class, () -> app.weir.endpoints().defaults());
            assertThat(thrown)
                    .hasMessage("Weir cannot start: init-param weir.default-limits = \"100\": \"100\" is not a limit:"
                            + " it has no \"/\". " + LIMIT_ADVICE);
        }
    }

    @Test
    void theSecretIsNeverShown() {
        DeploymentException thrown = failure(builder -> builder, "weir.secret", "hunter2", "weir.deadline", "x");
        assertThat(thrown.problems())
                .contains("init-param weir.secret = (not shown): The secret has 7 bytes, must have 16 or more."
                        + " Make one with: openssl rand -base64 32");
        assertThat(thrown).hasMessageNotContaining("hunter2");
        try (Application app = Application.with("weir.secret", "a secret of enough bytes")) {
            assertThat(app.weir.settings().toString() + app.weir + app.weir.clientRules())
                    .doesNotContain("a secret of enough bytes");
        }
    }

    @Test
    void allMistakesAreReportedTogetherThoseOfCodeToo() {
        DeploymentException thrown = failure(
                builder -> builder.keyResolver("ip", request -> "x")
                        .costResolver("size", request -> 1)
                        .costResolver("size", request -> 2)
                        .keyResolver("two words", request -> "x"),
                "weir.deadline",
                "soon",
                "weir.ipv6-prefix",
                "99999");
        assertThat(thrown)
                .hasMessage(String.join(
                        "\n ",
                        "Weir cannot start, for 5 reasons:",
                        "1. The key resolver \"ip\" is registered twice, or a word of Weir's own. Choose another name",
                        "2. The cost resolver \"size\" is registered twice, or a word of Weir's own."
                                + " Choose another name",
                        "3. The key resolver \"two words\" has a name with other characters than"
                                + " A-Z a-z 0-9 . _ -, or not 1 to 64 of them",
                        "4. init-param weir.ipv6-prefix = \"99999\": write the number of bits, 1 to 128",
                        "5. init-param weir.deadline = \"soon\": \"soon\" is not a duration."
                                + " Write a whole number and one of ns, us, ms, s, m, h, d. Example: 1s"));
    }

    private static List<String> problems(String... settings) {
        return failure(builder -> builder, settings).problems();
    }

    private static DeploymentException failure(UnaryOperator<WeirBuilder> more, String... settings) {
        return catchThrowableOfType(
                DeploymentException.class,
                () -> Application.with(more, settings).close());
    }
}
