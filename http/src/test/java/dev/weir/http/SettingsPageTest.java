package dev.weir.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** docs/settings.md lists every setting, with the default that holds. */
class SettingsPageTest {

    @ParameterizedTest
    @EnumSource(value = Setting.class, names = "POLICY", mode = EnumSource.Mode.EXCLUDE)
    void thePageListsTheSettingAndItsDefault(Setting setting) throws IOException {
        List<String> rows = rows(setting.key().endsWith(".") ? setting.key() + "NAME" : setting.key());

        assertThat(rows).hasSize(1);
        String last = rows.get(0).substring(0, rows.get(0).length() - 1);
        String cell = last.substring(last.lastIndexOf('|') + 1).trim();
        // A literal stands in backquotes; words such as "none" say that nothing is set.
        assertThat(cell.startsWith("`") ? cell.replace("`", "") : "").isEqualTo(setting.defaultText());
    }

    @ParameterizedTest
    @ValueSource(strings = {"on-failure", "deadline", "fallback-share", "max-error"})
    void thePageListsWhatMayBeSaidOfOnePolicy(String word) throws IOException {
        assertThat(PolicySettings.complaint(Setting.POLICY.key() + "search." + word))
                .isEmpty();
        assertThat(rows(Setting.POLICY.key() + "NAME." + word)).hasSize(1);
    }

    private static List<String> rows(String name) throws IOException {
        return Files.readAllLines(Path.of("..", "docs", "settings.md")).stream()
                .filter(line -> line.startsWith("| `" + name + "` |"))
                .toList();
    }
}
