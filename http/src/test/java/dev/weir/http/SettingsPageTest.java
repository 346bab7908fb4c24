package dev.weir.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** docs/settings.md lists every setting, with the default that holds. */
class SettingsPageTest {

    @ParameterizedTest
    @EnumSource(Setting.class)
    void thePageListsTheSettingAndItsDefault(Setting setting) throws IOException {
        String name = setting.key().endsWith(".") ? setting.key() + "NAME" : setting.key();
        List<String> rows = Files.readAllLines(Path.of("..", "docs", "settings.md")).stream()
                .filter(line -> line.startsWith("| `" + name + "` |"))
                .toList();

        assertThat(rows).hasSize(1);
        String last = rows.get(0).substring(0, rows.get(0).length() - 1);
        String cell = last.substring(last.lastIndexOf('|') + 1).trim();
        // A literal stands in backquotes; words such as "none" say that nothing is set.
        assertThat(cell.startsWith("`") ? cell.replace("`", "") : "").isEqualTo(setting.defaultText());
    }
}
