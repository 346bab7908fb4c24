package dev.weir.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.IOException;
import java.net.URI;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The file weir.properties: where it is found, what comes before it, and what is said about a bad one. */
class PropertiesFileTest {

    @TempDir
    private Path folder;

    private Path write(String directory, String text, Charset charset) throws IOException {
        Path file = folder.resolve(directory).resolve(WeirProperties.NAME);
        Files.createDirectories(file.getParent());
        return Files.writeString(file, text, charset);
    }

    /** A class path of these directories. */
    private URLClassLoader loader(String... directories) throws IOException {
        List<URL> urls = new ArrayList<>();
        for (String directory : directories) {
            urls.add(folder.resolve(directory).toUri().toURL());
        }
        return new URLClassLoader(urls.toArray(URL[]::new), null);
    }

    private Settings settings(String text) throws IOException {
        write("app", text, StandardCharsets.UTF_8);
        try (URLClassLoader loader = loader("app")) {
            return Settings.of(new Properties(), Map.of(), WeirProperties.of(loader));
        }
    }

    private static List<String> problems(Settings settings) {
        return catchThrowableOfType(
                        DeploymentException.class,
                        () -> Weir.builder().settings(settings).build().close())
                .problems();
    }

    @Test
    void everySourceComesBeforeTheNextOne() throws IOException {
        List<String> seen = new ArrayList<>();
        for (int without = 0; without < 5; without++) {
            Properties properties = new Properties();
            if (without < 3) {
                properties.setProperty("weir.tiers", "property");
            }
            Map<String, String> environment = without < 4 ? Map.of("WEIR_TIERS", "environment") : Map.of();
            write("app", "weir.tiers = file", StandardCharsets.UTF_8);
            try (URLClassLoader loader = loader("app")) {
                Settings settings = Settings.of(properties, environment, WeirProperties.of(loader))
                        .after("context-param", without < 2 ? Map.of("weir.tiers", "context") : Map.of())
                        .after("init-param", without < 1 ? Map.of("weir.tiers", "init") : Map.of());
                seen.add(settings.get(Setting.TIERS) + " of " + settings.place(Setting.TIERS));
            }
        }
        assertThat(seen)
                .containsExactly(
                        "init of init-param weir.tiers",
                        "context of context-param weir.tiers",
                        "property of system property weir.tiers",
                        "environment of environment variable WEIR_TIERS",
                        "file of weir.properties at "
                                + folder.resolve("app/weir.properties").toUri().toURL() + ": weir.tiers");
    }

    @Test
    void theContextClassLoaderComesBeforeWeirsOwn() throws IOException {
        write("app", "weir.tiers = app", StandardCharsets.UTF_8);
        write("weir", "weir.tiers = weir\nweir.nodes = 2", StandardCharsets.UTF_8);
        try (URLClassLoader app = loader("app");
                URLClassLoader weir = loader("weir");
                URLClassLoader none = loader("nothing")) {
            assertThat(WeirProperties.of(app, weir).values()).isEqualTo(Map.of("weir.tiers", "app"));
            assertThat(WeirProperties.of(none, weir).values()).containsEntry("weir.tiers", "weir");
            assertThat(WeirProperties.of(none, none).values()).isEmpty();
        }
    }

    @Test
    void systemSettingsReadTheFileOfTheThread() throws IOException {
        write("app", "weir.tiers = of the thread", StandardCharsets.UTF_8);
        Thread thread = Thread.currentThread();
        ClassLoader before = thread.getContextClassLoader();
        try (URLClassLoader loader = loader("app")) {
            thread.setContextClassLoader(loader);
            assertThat(Settings.ofSystem().get(Setting.TIERS)).isEqualTo("of the thread");
        } finally {
            thread.setContextClassLoader(before);
        }
    }

    @Test
    void theFileIsInUtf8AndMayHaveAMark() throws IOException {
        assertThat(settings("\uFEFFweir.tiers = größe, 客户\n").get(Setting.TIERS))
                .isEqualTo("größe, 客户");
    }

    @Test
    void aFileInAnotherEncodingIsAMistake() throws IOException {
        Path file = write("app", "weir.tiers = größe", StandardCharsets.ISO_8859_1);
        try (URLClassLoader loader = loader("app")) {
            assertThat(problems(Settings.of(new Properties(), Map.of(), WeirProperties.of(loader))))
                    .containsExactly(
                            "weir.properties at " + file.toUri().toURL() + " is not in UTF-8. Save it as that");
        }
    }

    @Test
    void aFileInTwoPlacesIsAMistakeThatNamesBoth() throws IOException {
        Path first = write("app", "weir.tiers = a", StandardCharsets.UTF_8);
        Path second = write("lib", "weir.tiers = b", StandardCharsets.UTF_8);
        try (URLClassLoader loader = loader("app", "lib", "app")) {
            assertThat(problems(Settings.of(new Properties(), Map.of(), WeirProperties.of(loader))))
                    .containsExactly("weir.properties is on the class path 2 times: "
                            + first.toUri().toURL() + ", " + second.toUri().toURL() + ". Leave one of them");
        }
    }

    @Test
    void aFileThatCannotBeReadIsAMistake() throws IOException {
        URL nowhere = URI.create("jar:" + folder.resolve("gone.jar").toUri() + "!/weir.properties")
                .toURL();
        ClassLoader loader = new ClassLoader(null) {
            @Override
            protected java.util.Enumeration<URL> findResources(String name) {
                return java.util.Collections.enumeration(List.of(nowhere));
            }
        };
        assertThat(problems(Settings.of(new Properties(), Map.of(), WeirProperties.of(loader))))
                .containsExactly("weir.properties at " + nowhere
                        + " cannot be read. See that it is a file, and that this process may read it");
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            weir.header-style = draft      | weir.header-style is not a setting of Weir. Did you mean weir.header-styles?
            header-styles = draft          | header-styles is not a setting of Weir. Did you mean weir.header-styles?
            WEIR_HEADER_STYLES = draft     | WEIR_HEADER_STYLES is not a setting of Weir. Did you mean weir.header-styles?
            colour = red                   | colour is not a setting of Weir. All names begin with weir.
            weir.nodes = none              | weir.nodes = "none": write a whole number from 0 to 999999999
            weir.secret = hunter2          | weir.secret = (not shown): The secret has 7 bytes, must have 16 or more. Make one with: openssl rand -base64 32
            weir.policy.a.deadline = 2h    | weir.policy.a.deadline = "2h": "2h" is out of range. Write 1ms to 1h
            weir.policy.a.dead-line = 2s   | weir.policy.a.dead-line is not a setting of Weir. Did you mean weir.policy.a.deadline?
            weir.nodes = 2~weir.nodes = 2  | weir.nodes is there 2 times. Leave one
            weir.tiers = \\uD              | it has a \\u that no four hexadecimal digits follow. Write \\\\ for a backslash
            """)
    void whatIsWrongIsSaidWithThePlaceOfTheFile(String lines, String problem) throws IOException {
        assertThat(problems(settings(lines.replace('~', '\n'))))
                .containsExactly("weir.properties at "
                        + folder.resolve("app/weir.properties").toUri().toURL() + ": " + problem);
    }

    @Test
    void badSettingsOfABackEndAreNamedWithTheirSource() throws IOException {
        Settings settings = settings("weir.backend = held\n");
        assertThat(settings.placed("weir.backend is what it is"))
                .isEqualTo(settings.place(Setting.BACKEND) + " is what it is")
                .startsWith("weir.properties at ");
        assertThat(settings.placed("The secret is short")).isEqualTo("The secret is short");
        assertThat(settings.placed("weir.nodes")).isEqualTo("weir.nodes");
    }

    @Test
    void namesInTheEnvironmentThatAreNearToASettingAreFoundAndNoOthers() {
        Settings settings = Settings.of(
                new Properties(),
                environment(
                        "WEIR_TIER",
                        "WEIR_BACK_END",
                        "WEIR_TIERS",
                        "WEIR_KEY_RESOLVER_HOST",
                        "WEIR_POLICY_SEARCH_DEADLINE",
                        "WEIR_PORT",
                        "WEIR_PORT_8080_TCP",
                        "WEIR_PORT_8080_TCP_ADDR",
                        "WEIR_PORT_8080_TCP_PORT",
                        "WEIR_PORT_8080_TCP_PROTO",
                        "WEIR_SERVICE_HOST",
                        "WEIR_SERVICE_PORT",
                        "WEIR_SERVICE_PORT_HTTP",
                        "WEIR_REDIS_SERVICE_HOST",
                        "WEIR_REDIS_PORT",
                        "PATH"),
                WeirProperties.of());
        assertThat(settings.nearMisses()).isEqualTo(Map.of("WEIR_TIER", "WEIR_TIERS", "WEIR_BACK_END", "WEIR_BACKEND"));
    }

    private static Map<String, String> environment(String... names) {
        Map<String, String> environment = new java.util.LinkedHashMap<>();
        Arrays.stream(names).forEach(name -> environment.put(name, "a value"));
        return environment;
    }
}
