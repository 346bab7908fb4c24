package dev.weir.benchmark;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.Properties;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** The page that tells what was measured, on what, and how to repeat it. */
final class Page {

    private Page() {}

    static String of(Report report, Effort effort) throws IOException {
        StringBuilder page = new StringBuilder(intro(effort, report.page()));
        page.append(machine()).append('\n');
        page.append("## Goals\n\n");
        page.append(
                "A ratio is the median of the ratios in each round. `within spread`: rounds differ about whether it is met, or come within 5 %\nof that; two runs may differ by more.\n\n");
        page.append("```\n");
        report.goals().forEach(goal -> page.append(goal).append('\n'));
        page.append("```\n\n");
        page.append(whatIsShort(report));
        return page.append(report.markdown().stripTrailing()).append('\n').toString();
    }

    private static String intro(Effort effort, String page) {
        return """
                # Performance

                What Weir costs, beside what its peers cost and the least that anything could. This page is written by

                ```sh
                benchmarks/compare%s --write docs%s
                ```

                on a machine that does nothing else; `--quick` takes less than ten minutes on two cores, `--only NAME` runs a part. Only figures of
                one run may be compared with each other. Ways take turns, a round of each after the other; a figure is the median of the rounds,
                with the least and the most of them in brackets. Losing figures stay.

                """.formatted(
                        effort == Effort.QUICK ? " --quick" : "", page.equals("performance") ? "" : " --page " + page);
    }

    private static String whatIsShort(Report report) throws IOException {
        Properties reasons = properties("short.properties");
        String all = report.goals().stream()
                .filter(goal -> !goal.isMet())
                .map(goal -> "- `" + goal.id() + "`: " + reasons.getProperty(goal.id(), "Not looked into.") + "\n")
                .collect(Collectors.joining());
        return all.isEmpty() ? "" : "### What is short, and why\n\n" + all + "\n";
    }

    private static Properties properties(String name) throws IOException {
        Properties properties = new Properties();
        try (var in = Page.class.getResourceAsStream(name)) {
            properties.load(in);
        }
        return properties;
    }

    private static String machine() throws IOException {
        String all = new TreeMap<>(properties("versions.properties"))
                .entrySet().stream()
                        .map(entry -> entry.getKey() + " " + entry.getValue())
                        .collect(Collectors.joining(", "));
        return "Measured on " + LocalDate.now(ZoneOffset.UTC) + ": " + processor() + ", "
                + Runtime.getRuntime().availableProcessors() + " processors, " + System.getProperty("os.name")
                + ", Java "
                + System.getProperty("java.version") + " (" + System.getProperty("java.vm.name") + "). " + all + ".\n";
    }

    private static String processor() throws IOException {
        Path info = Path.of("/proc/cpuinfo");
        if (!Files.isReadable(info)) {
            return System.getProperty("os.arch");
        }
        try (var lines = Files.lines(info)) {
            return lines.filter(line -> line.startsWith("model name"))
                    .map(line -> line.substring(line.indexOf(':') + 1).strip())
                    .findFirst()
                    .orElse(System.getProperty("os.arch"));
        }
    }
}
