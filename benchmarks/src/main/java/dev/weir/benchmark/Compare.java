package dev.weir.benchmark;

import dev.weir.benchmark.churn.ChurnSuite;
import dev.weir.benchmark.heap.HeapSuite;
import dev.weir.benchmark.http.FrontEndSuite;
import dev.weir.benchmark.load.LoadSuite;
import dev.weir.benchmark.local.LocalSuite;
import dev.weir.benchmark.redis.RedisSuite;
import dev.weir.benchmark.start.StartSuite;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Measures Weir, its peers, and the least that anything could cost, side by side; ends with the goals, a line each. */
public final class Compare {

    private static final List<Suite> SUITES = List.of(
            new LocalSuite(),
            new HeapSuite(),
            new ChurnSuite(),
            new FrontEndSuite(),
            new LoadSuite(),
            new StartSuite(),
            new RedisSuite());

    private Compare() {}

    /** Runs what it is told to. Ends with 0 whether goals are met or not, with 2 if its options are wrong. */
    public static void main(String[] args) throws Exception {
        Effort effort = Effort.FULL;
        List<Suite> suites = SUITES;
        Path directory = null;
        String page = "performance";
        if (List.of(args).contains("--help")) {
            System.out.print(usage());
            return;
        }
        try {
            for (int i = 0; i < args.length; i++) {
                switch (args[i]) {
                    case "--quick" -> effort = Effort.QUICK;
                    case "--only" -> suites = named(value(args, ++i));
                    case "--write" -> directory = Path.of(value(args, ++i));
                    case "--page" -> page = value(args, ++i);
                    default -> throw new IllegalArgumentException(args[i] + " is not an option");
                }
            }
        } catch (IllegalArgumentException e) {
            System.err.println(e.getMessage());
            System.err.print(usage());
            System.exit(2);
            return;
        }
        run(suites, effort, directory, page);
    }

    private static void run(List<Suite> suites, Effort effort, @Nullable Path directory, String page) throws Exception {
        long start = System.nanoTime();
        Report report = new Report(System.out, page);
        for (Suite suite : suites) {
            suite.run(effort, report);
        }
        if (directory != null) {
            write(report, effort, directory);
        }
        System.out.printf(Locale.ROOT, "%d s%n", (System.nanoTime() - start) / 1_000_000_000);
        report.goals().forEach(System.out::println);
    }

    private static void write(Report report, Effort effort, Path directory) throws IOException {
        Files.createDirectories(directory);
        Files.writeString(directory.resolve(report.page() + ".md"), Page.of(report, effort));
        for (Bars picture : report.pictures()) {
            picture.save(directory.resolve(report.fileName(picture)));
        }
    }

    private static String usage() {
        return """
                Usage: benchmarks/compare [--quick] [--only SUITE,...] [--write DIRECTORY [--page NAME]]
                  --quick            fewer and shorter rounds: all in less than ten minutes
                  --only SUITE,...   of %s
                  --write DIRECTORY  writes a page and its pictures there
                  --page NAME        what they are called (performance)
                """.formatted(names());
    }

    private static String value(String[] args, int at) {
        if (at == args.length) {
            throw new IllegalArgumentException(args[at - 1] + " needs a value behind it");
        }
        return args[at];
    }

    private static List<Suite> named(String list) {
        List<Suite> chosen = new ArrayList<>();
        for (String name : list.split(",", -1)) {
            chosen.add(SUITES.stream()
                    .filter(suite -> suite.name().equals(name))
                    .findFirst()
                    .orElseThrow(() -> new IllegalArgumentException("\"" + name + "\" is none of " + names())));
        }
        return chosen;
    }

    private static String names() {
        return String.join(", ", SUITES.stream().map(Suite::name).toList());
    }
}
