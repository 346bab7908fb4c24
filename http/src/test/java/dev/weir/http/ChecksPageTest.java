package dev.weir.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

/**
 * The sections of docs/checks.md are made from {@link Check}. To write them anew after a change, run this test with
 * {@code -Dwrite.pages=true}.
 */
class ChecksPageTest {

    private static final Path PAGE = Path.of("..", "docs", "checks.md");
    private static final String BEGIN = "<!-- made by ChecksPageTest from here -->\n";
    private static final String END = "<!-- to here -->\n";

    @Test
    void thePageHasASectionForEachCode() throws IOException {
        String page = Files.readString(PAGE);
        int begin = page.indexOf(BEGIN) + BEGIN.length();
        int end = page.indexOf(END, begin);
        StringBuilder made = new StringBuilder();
        for (Check check : Check.values()) {
            made.append("\n## " + check.code() + "\n\n**" + check.title() + ".** " + check.advice() + "\n");
        }
        made.append("\n");
        if (Boolean.getBoolean("write.pages")) {
            Files.writeString(PAGE, page.substring(0, begin) + made + page.substring(end));
            return;
        }
        assertThat(page.substring(begin, end))
                .as("docs/checks.md is stale; run this test with -Dwrite.pages=true")
                .isEqualTo(made.toString());
    }

    @Test
    void codesAreNeverUsedTwiceAndLeaveThoseFrom101OnToRedis() {
        assertThat(Arrays.stream(Check.values()).map(Check::code))
                .doesNotHaveDuplicates()
                .allMatch(code -> code.matches("WEIR-[1-9][0-9]?"));
    }
}
