package dev.weir.compatibility.matrix;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.reflect.Method;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;

/**
 * docs/compatibility.md says what the cells that have just run have shown; what it says of the others stays. {@code
 * -Dwrite.pages=true} writes it anew.
 */
@Order(4)
class CompatibilityPageTest {

    private static final String BEGIN = "<!-- made by CompatibilityPageTest from here -->";
    private static final String HOLDS = "holds";
    private static final String NO_SUCH_CELL = "-";

    /** By what the page calls them. */
    private static final Map<String, String> IMPLEMENTATIONS = implementations();

    @Test
    void thePageSaysWhatTheCellsHaveShown() throws IOException {
        Path page = Repository.root().resolve("docs/compatibility.md");
        String text = Files.readString(page);
        int begin = text.indexOf(BEGIN) + BEGIN.length();
        String made = made(text.substring(begin));
        if (Boolean.getBoolean("write.pages")) {
            Files.writeString(page, text.substring(0, begin) + "\n\n" + made);
            return;
        }
        assertThat(text.substring(begin).strip())
                .as("docs/compatibility.md is stale. Run the whole matrix, as it says, which writes it anew")
                .isEqualTo(made.strip());
    }

    private static String made(String before) throws IOException {
        Map<String, String> found = said(before);
        Outcomes.all().forEach((cell, outcome) -> found.put(cell, outcome.toString()));
        StringBuilder page = new StringBuilder();
        versions(page);
        tests(page);
        notApplicable(page);
        archives(page, found);
        matrix(page, found);
        return page.toString();
    }

    /** What the page says of each cell, by its tables: a row of the matrix has one field for each container. */
    private static Map<String, String> said(String before) {
        Map<String, String> said = new LinkedHashMap<>();
        for (String line : before.lines().toList()) {
            String[] fields = line.split(" *\\| *", -1);
            for (Stack container : WarTest.containers()) {
                if (fields.length == 4 && fields[1].equals(container.title()) && fields[2].contains("hold")) {
                    said.put(WarTest.outcome(container), fields[2]);
                }
            }
            if (fields.length == containers().size() + 3 && IMPLEMENTATIONS.containsKey(fields[1])) {
                for (int i = 0; i < containers().size(); i++) {
                    said.put(containers().get(i) + "+" + IMPLEMENTATIONS.get(fields[1]), fields[i + 2]);
                }
            }
        }
        return said;
    }

    private static List<String> containers() {
        List<String> containers =
                new ArrayList<>(Pairing.CONTAINERS.stream().map(Stack::name).toList());
        containers.add(Pairing.NO_CONTAINER);
        return containers;
    }

    private static Map<String, String> implementations() {
        Map<String, String> byTitle = new LinkedHashMap<>();
        byTitle.put("servlets only", Pairing.NO_IMPLEMENTATION);
        Pairing.IMPLEMENTATIONS.forEach(each -> byTitle.put(each.title(), each.name()));
        return byTitle;
    }

    private static void versions(StringBuilder page) throws IOException {
        page.append("## What was run\n\n| | version |\n| --- | --- |\n");
        List<Stack> stacks = new ArrayList<>(Pairing.CONTAINERS);
        stacks.addAll(Pairing.IMPLEMENTATIONS);
        stacks.add(Pairing.JERSEY_ALONE);
        for (Stack stack : stacks) {
            page.append("| ")
                    .append(stack.title())
                    .append(" | ")
                    .append(stack.version())
                    .append(" |\n");
        }
    }

    private static void tests(StringBuilder page) {
        page.append("\n## What each cell is asked for\n");
        for (Class<? extends Promises> promises : MatrixTest.promises()) {
            page.append("\n`").append(promises.getSimpleName()).append("`:");
            new TreeSet<>(tests(promises).stream().map(Method::getName).toList())
                    .forEach(name -> page.append("\n- `").append(name).append('`'));
            page.append('\n');
        }
    }

    private static List<Method> tests(Class<? extends Promises> promises) {
        return Arrays.stream(promises.getDeclaredMethods())
                .filter(each -> each.isAnnotationPresent(Test.class))
                .toList();
    }

    private static void notApplicable(StringBuilder page) {
        Map<String, TreeSet<String>> reasons = new TreeMap<>();
        for (Class<? extends Promises> promises : MatrixTest.promises()) {
            for (Method test : tests(promises)) {
                for (NotOn not : test.getAnnotationsByType(NotOn.class)) {
                    String where = "`" + String.join("`, `", not.value()) + "`: " + not.why();
                    reasons.computeIfAbsent(where, key -> new TreeSet<>()).add(test.getName());
                }
            }
        }
        page.append("\n## What means nothing where\n\n| where, why | tests |\n| --- | --- |\n");
        reasons.forEach((why, tests) -> page.append("| ")
                .append(why)
                .append(" | ")
                .append(tests.size() > 5 ? tests.size() + " tests" : "`" + String.join("`, `", tests) + "`")
                .append(" |\n"));
    }

    private static void archives(StringBuilder page, Map<String, String> found) {
        page.append("\n## Archives\n\n| container | the sample's contract, and one annotated class |\n| --- | --- |\n");
        for (Stack container : WarTest.containers()) {
            page.append("| ")
                    .append(container.title())
                    .append(" | ")
                    .append(found.getOrDefault(WarTest.outcome(container), NO_SUCH_CELL))
                    .append(" |\n");
        }
    }

    private static void matrix(StringBuilder page, Map<String, String> found) {
        page.append("\n## The matrix\n\n| |");
        Pairing.CONTAINERS.forEach(each -> page.append(' ').append(each.title()).append(" |"));
        page.append(" no servlet container |\n|")
                .append(" --- |".repeat(Pairing.CONTAINERS.size() + 2))
                .append('\n');
        IMPLEMENTATIONS.forEach((title, implementation) -> {
            page.append("| ").append(title).append(" |");
            for (String container : containers()) {
                page.append(' ')
                        .append(found.getOrDefault(container + "+" + implementation, NO_SUCH_CELL))
                        .append(" |");
            }
            page.append('\n');
        });
        long hold = Pairing.all().stream()
                .filter(each -> found.getOrDefault(each.name(), NO_SUCH_CELL).startsWith(HOLDS))
                .count();
        page.append('\n')
                .append(hold)
                .append(" of ")
                .append(Pairing.all().size())
                .append(" cells hold\n");
    }
}
