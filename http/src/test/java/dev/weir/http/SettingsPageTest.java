package dev.weir.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * The introduction and the table of docs/settings.md are made from {@link Setting} and {@link PolicyWord}. To write them anew after a
 * change, run this test with {@code -Dwrite.pages=true}.
 */
class SettingsPageTest {

    private static final Path PAGE = Path.of("..", "docs", "settings.md");
    private static final String BEGIN = "<!-- made by SettingsPageTest from here -->\n";
    private static final String END = "<!-- to here -->\n";

    /** The order of PropertiesFileTest and of the front ends' own tests. */
    private static final List<List<String>> SOURCES = List.of(
            List.of("code", "what a method of `Weir.builder()` is given: `.apiKeyVerifier(keys)`"),
            List.of("`init-param` of the filter; in JAX-RS, property of the application", "`NAME`"),
            List.of("`context-param`; on CXF only where the filter reads it", "`NAME`"),
            List.of("system property", "`-DNAME=10.0.0.0/8`"),
            List.of("environment", "`ENVIRONMENT_NAME`"),
            List.of("file `" + WeirProperties.NAME + "` on the class path", "`NAME = 10.0.0.0/8`"));

    private static final String AFTER_THE_SOURCES = """

            A name that begins with `PREFIX` and is none of these stops the deployment, and the message suggests the nearest right one. Only in
            the environment is an unknown name no error, since others use the prefix too: Kubernetes sets `WEIR_PORT` and `WEIR_SERVICE_HOST` for
            a service called `weir`. One that is near to a right one is warned of in the log, without its value.
            A variable that is empty counts as not set.

            `FILE` lies at the root of the class path; in a WAR that is `WEB-INF/classes`. It is a file of `java.util.Properties`, in UTF-8.
            The thread's context class loader looks for it, and where that finds none, the one that has loaded Weir. There has to be one place
            at most: of several, in the application and in its server say, none wins, and the deployment stops with the name of each. So it does
            where the file cannot be read, is not in UTF-8, has a name twice, or has any name that is no setting's, with the prefix or without.

            A message about a value says which source has it, under which name, what the value is, and what to write instead. What `SECRET`
            and `REDIS` say is never shown. All that is wrong is said at once.

            Programs without a filter and a feature that build a `Weir` themselves have code and the last three, unless they give the builder
            settings of their own: `Settings.ofSystem().after("my source", values)` puts one before those. The [library](library.md) alone, without
            HTTP, reads no settings: what it should know is given to its builders.

            | setting | meaning | default |
            | --- | --- | --- |
            """;

    @Test
    void thePageSaysWhatTheCodeKnows() throws IOException {
        String page = Files.readString(PAGE);
        int begin = page.indexOf(BEGIN) + BEGIN.length();
        int end = page.indexOf(END);
        if (Boolean.getBoolean("write.pages")) {
            Files.writeString(PAGE, page.substring(0, begin) + made() + page.substring(end));
            return;
        }
        assertThat(page.substring(begin, end))
                .as("docs/settings.md is stale; run this test with -Dwrite.pages=true")
                .isEqualTo(made());
    }

    @ParameterizedTest
    @EnumSource(Setting.class)
    void everySettingHasAMeaningThatFitsIntoACell(Setting setting) {
        assertThat(setting.meaning()).isNotBlank().doesNotContain("|", "\n").doesNotEndWith(".");
    }

    private static String made() {
        String name = Setting.TRUSTED_PROXIES.key();
        StringBuilder made =
                new StringBuilder("The same names everywhere. The first of these that has a setting decides:\n\n"
                        + "| | source | how it is written there |\n| --- | --- | --- |\n");
        for (int i = 0; i < SOURCES.size(); i++) {
            String written = SOURCES.get(i)
                    .get(1)
                    .replace("ENVIRONMENT_NAME", Setting.environmentName(name))
                    .replace("NAME", name);
            made.append("| " + (i + 1) + " | " + SOURCES.get(i).get(0) + " | " + written + " |\n");
        }
        made.append(AFTER_THE_SOURCES
                .replace("PREFIX", Setting.PREFIX)
                .replace("FILE", WeirProperties.NAME)
                .replace("SECRET", Setting.SECRET.key())
                .replace("REDIS", Setting.REDIS.key()));
        for (Setting setting : Setting.values()) {
            if (setting == Setting.POLICY) {
                for (PolicyWord word : PolicyWord.values()) {
                    row(made, "weir.policy.NAME." + word.word(), "for one policy: " + word.meaning(), setting);
                }
            } else {
                row(made, setting.key() + (setting.isFamily() ? "NAME" : ""), setting.meaning(), setting);
            }
        }
        return made.toString();
    }

    private static void row(StringBuilder table, String name, String meaning, Setting setting) {
        String cell = setting.defaultInWords();
        table.append("| `" + name + "` | " + meaning + " | " + cell + (cell.isEmpty() ? "|\n" : " |\n"));
    }
}
