package dev.weir.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.weir.annotation.OnFailure;
import dev.weir.annotation.RateLimited;
import dev.weir.core.Fallback;
import dev.weir.core.Policy;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Delayed;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What whoever runs an application says of one policy, and what is said about mistakes in that. */
class PolicySettingsTest {

    @RateLimited(
            name = "com.acme.search",
            permits = 10,
            per = "1m",
            onFailure = OnFailure.OPEN,
            deadline = "10ms",
            fallbackShare = 0.5,
            maxError = 0.1)
    static class Search {}

    @RateLimited(name = "com.acme.search", permits = 10, per = "1m")
    static class SearchToo {}

    @RateLimited(permits = 10, per = "1m")
    static class Unnamed {}

    private static Policy policy(Application app, Class<?> type, String name) {
        assertThat(app.endpoint(type)).isNotNull();
        Policy policy = app.weir.policies().current().policy(name);
        assertThat(policy).as(name).isNotNull();
        return policy;
    }

    @Test
    void withoutASettingTheAnnotationHolds() {
        try (Application app = Application.with("weir.policy.com.acme.other.max-error", "1")) {
            Policy search = policy(app, Search.class, "com.acme.search");
            assertThat(search.fallback())
                    .isEqualTo(new Fallback(dev.weir.core.OnFailure.OPEN, Duration.ofMillis(10), 0.5));
            assertThat(search.maxError()).isEqualTo(0.1);
        }
    }

    @Test
    void settingOfAPolicyWinsOverItsAnnotation() {
        try (Application app = Application.with(
                "weir.policy.com.acme.search.on-failure",
                "closed",
                "weir.policy.com.acme.search.deadline",
                " 2s ",
                "weir.policy.com.acme.search.fallback-share",
                "0.25",
                "weir.policy.com.acme.search.max-error",
                "0.05",
                "weir.deadline",
                "1s")) {
            Policy search = policy(app, Search.class, "com.acme.search");
            assertThat(search.fallback())
                    .isEqualTo(new Fallback(dev.weir.core.OnFailure.CLOSED, Duration.ofSeconds(2), 0.25));
            assertThat(search.maxError()).isEqualTo(0.05);
        }
    }

    @Test
    void eachSettingIsForItself() {
        try (Application app = Application.with("weir.policy.com.acme.search.deadline", "2s")) {
            assertThat(policy(app, Search.class, "com.acme.search").fallback())
                    .isEqualTo(new Fallback(dev.weir.core.OnFailure.OPEN, Duration.ofSeconds(2), 0.5));
        }
    }

    @Test
    void placesThatASettingMakesAgreeShareABudget() {
        try (Application app = Application.with(
                "weir.policy.com.acme.search.on-failure",
                "open",
                "weir.policy.com.acme.search.deadline",
                "2s",
                "weir.policy.com.acme.search.fallback-share",
                "1",
                "weir.policy.com.acme.search.max-error",
                "0")) {
            assertThat(policy(app, Search.class, "com.acme.search"))
                    .isEqualTo(policy(app, SearchToo.class, "com.acme.search"));
        }
    }

    @Test
    void policiesThatNobodyHasNamedHaveSettingsToo() {
        String name = Unnamed.class.getName().replace('$', '-') + "-1m";
        try (Application app = Application.with("weir.policy." + name + ".on-failure", "closed")) {
            assertThat(policy(app, Unnamed.class, name).fallback().onFailure())
                    .isEqualTo(dev.weir.core.OnFailure.CLOSED);
        }
    }

    @Test
    void soHaveDefaultLimitsAndWeirsOwn() {
        try (Application app = Application.with(
                "weir.default-limits",
                "3/1h, 9/1d",
                "weir.policy.default-1h.max-error",
                "0.5",
                "weir.policy.weir.new-api-keys.on-failure",
                "closed")) {
            app.weir.endpoints().defaults();
            var policies = app.weir.policies().current();
            assertThat(policies.policy("default-1h").maxError()).isEqualTo(0.5);
            assertThat(policies.policy("default-1d").maxError()).isZero();
            assertThat(policies.policy("weir.new-api-keys").fallback().onFailure())
                    .isEqualTo(dev.weir.core.OnFailure.CLOSED);
        }
    }

    @ParameterizedTest(name = "weir.nodes = {0}, weir.fallback-share = {1}")
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            ``  | ``  | 0
            4   | ``  | 0.25
            4   | 0.5 | 0.5
            ``  | 0.5 | 0.5
            """)
    void withoutAShareItIsByTheNodesOrElseByThoseThatAreSeen(String nodes, String share, double expected) {
        try (Application app = Application.with("weir.nodes", nodes, "weir.fallback-share", share)) {
            assertThat(policy(app, SearchToo.class, "com.acme.search")
                            .fallback()
                            .share())
                    .isEqualTo(expected);
        }
        try (Application app = Application.with()) {
            assertThat(policy(app, SearchToo.class, "com.acme.search")
                            .fallback()
                            .share())
                    .isZero();
        }
    }

    /** Prints what a process with an environment of its own makes of the annotation above. */
    public static final class Child {
        public static void main(String[] args) {
            try (Weir weir = Weir.builder().build()) {
                weir.endpoints().ofClass(Search.class);
                Policy policy = weir.policies().current().policy("com.acme.search");
                System.out.print(
                        policy.fallback().onFailure() + " " + policy.fallback().deadline());
            } catch (DeploymentException e) {
                System.out.print(e.problems());
            }
        }
    }

    @Test
    void systemPropertyComesBeforeTheEnvironment() throws Exception {
        assertThat(printed(Map.of(
                        "WEIR_POLICY_COM_ACME_SEARCH_ON_FAILURE",
                        "closed",
                        "WEIR_POLICY_COM_ACME_SEARCH_DEADLINE",
                        "not even read")))
                .isEqualTo("CLOSED PT3S");
    }

    @Test
    void badValuesOfTheEnvironmentAreMistakes() throws Exception {
        assertThat(printed(Map.of("WEIR_POLICY_COM_ACME_SEARCH_MAX_ERROR", "5%", "WEIR_POLICY_OF_OTHERS", "x")))
                .isEqualTo(
                        "[environment variable WEIR_POLICY_COM_ACME_SEARCH_MAX_ERROR = \"5%\": write a part of the burst from 0 to 1."
                                + " Example: 0.05]");
    }

    private static String printed(Map<String, String> environment) throws IOException {
        String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        ProcessBuilder child = new ProcessBuilder(
                java,
                "-cp",
                System.getProperty("java.class.path"),
                "-Dweir.policy.com.acme.search.deadline=3s",
                Child.class.getName());
        child.environment().putAll(environment);
        Process process = child.redirectError(ProcessBuilder.Redirect.INHERIT).start();
        return new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(delimiter = '|', textBlock = """
            weir.policy.search.dead-line   | Did you mean weir.policy.search.deadline?
            weir.policy.a.b.onfailure      | Did you mean weir.policy.a.b.on-failure?
            weir.policy.search.permits     | Write weir.policy., the policy's name, and .on-failure, .deadline, .fallback-share or .max-error
            weir.policy.search             | Write weir.policy., the policy's name, and .on-failure, .deadline, .fallback-share or .max-error
            weir.policy.deadline           | Write weir.policy., the policy's name, and .on-failure, .deadline, .fallback-share or .max-error
            weir.policy.my search.deadline | Write weir.policy., the policy's name, and .on-failure, .deadline, .fallback-share or .max-error
            """)
    void unknownWordsAreMistakesWithASuggestion(String name, String fix) {
        assertThat(problems(name, "1")).containsExactly("init-param " + name + " is not a setting of Weir. " + fix);
    }

    @ParameterizedTest(name = "{0} = {1}")
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            weir.policy.a.on-failure     | ask | write open, local or closed
            weir.policy.a.deadline       | 2h  | "2h" is out of range. Write 1ms to 1h
            weir.policy.a.fallback-share | 0   | write a share above 0 to 1. Example: 0.25
            weir.policy.a.fallback-share | ``  | write a share above 0 to 1. Example: 0.25
            weir.policy.a.max-error      | 1.1 | write a part of the burst from 0 to 1. Example: 0.05
            weir.policy.a.max-error      | NaN | write a part of the burst from 0 to 1. Example: 0.05
            """)
    void badValueIsAnsweredWithNameValueAndFix(String name, String value, String fix) {
        assertThat(problems(name, value)).containsExactly("init-param " + name + " = \"" + value + "\": " + fix);
    }

    private static List<String> problems(String name, String value) {
        return catchThrowableOfType(
                        DeploymentException.class,
                        () -> Application.with(name, value).close())
                .problems();
    }

    private static final class Heard extends Handler implements AutoCloseable {
        private final Logger logger = Logger.getLogger("dev.weir");
        private final List<String> messages = new CopyOnWriteArrayList<>();

        Heard() {
            logger.addHandler(this);
        }

        @Override
        public void publish(LogRecord entry) {
            messages.add(entry.getMessage());
        }

        @Override
        public void flush() {}

        @Override
        public void close() {
            logger.removeHandler(this);
        }
    }

    @Test
    void namesThatNoPolicyHasAreWarnedOfOnceAllHaveBeenDeclared() {
        ScheduledThreadPoolExecutor scheduler = new ScheduledThreadPoolExecutor(1);
        scheduler.setRemoveOnCancelPolicy(true);
        try (Heard heard = new Heard()) {
            try (Application app = Application.with(
                    builder -> builder.scheduler(scheduler),
                    "weir.policy.com.acme.serach.deadline",
                    "1s",
                    "weir.policy.com.acme.search.deadline",
                    "1s",
                    "weir.policy.x.max-error",
                    "0")) {
                Runnable look = scheduler.getQueue().stream()
                        .max(Comparator.comparing(Delayed.class::cast)) // the others sweep more often
                        .orElseThrow();
                assertThat(app.endpoint(Search.class)).isNotNull();
                look.run();
                assertThat(heard.messages)
                        .containsExactlyInAnyOrder(
                                "WEIR-12: init-param weir.policy.com.acme.serach.deadline is set, but so far no policy has the name"
                                        + " \"com.acme.serach\". Did you mean weir.policy.com.acme.search.deadline?"
                                        + " See docs/checks.md#weir-12",
                                "WEIR-12: init-param weir.policy.x.max-error is set, but so far no policy has the name"
                                        + " \"x\". See docs/checks.md#weir-12");
            }
        } finally {
            scheduler.shutdownNow();
        }
    }

    @Test
    void whatIsStillToBeLookedAtEndsWithIt() {
        ScheduledThreadPoolExecutor scheduler = new ScheduledThreadPoolExecutor(1);
        scheduler.setRemoveOnCancelPolicy(true);
        try {
            Application.with(builder -> builder.scheduler(scheduler)).close();
            int usual = scheduler.getQueue().size();
            Application.with(builder -> builder.scheduler(scheduler), "weir.policy.x.max-error", "0")
                    .close();
            assertThat(scheduler.getQueue()).hasSize(2 * usual);
        } finally {
            scheduler.shutdownNow();
        }
    }
}
