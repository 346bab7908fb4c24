package dev.weir.sample.fleet;

import java.io.Console;
import java.io.IOException;
import java.util.List;
import java.util.function.BooleanSupplier;

/**
 * Starts copies of the sample that share a Redis, asks them, and prints how many requests they admitted against how many they should
 * have. With {@code --faults}, has Redis fail meanwhile, and prints what became of requests. Ends with 0 if no limit was exceeded and
 * nothing failed, with 1 otherwise, with 2 if its options are wrong.
 */
public final class Main {

    private Main() {}

    /** Takes what {@code --help} tells. */
    public static void main(String[] args) {
        System.exit(exitCode(List.of(args)));
    }

    private static int exitCode(List<String> args) {
        if (args.contains("--help")) {
            System.out.print(Options.USAGE);
            return 0;
        }
        Options options;
        try {
            options = Options.parse(args, System.getenv("WEIR_REDIS"));
        } catch (IllegalArgumentException e) {
            System.err.println(e.getMessage());
            System.err.print(Options.USAGE);
            return 2;
        }
        return options.faults().isEmpty() ? compared(options) : failed(options);
    }

    private static int failed(Options options) {
        FaultRun run = new FaultRun(options, System.out, isTerminal());
        Runtime.getRuntime().addShutdownHook(new Thread(run::close, "stops the servers"));
        return ended(run::isClosed, () -> {
            List<FaultRow> rows = run.rows();
            System.out.println();
            System.out.println(FaultTable.of(rows));
            boolean good = rows.stream().allMatch(FaultRow::isGood);
            System.out.println(
                    good
                            ? "All requests were answered, nothing was admitted beyond the bounds, and all went on as before."
                            : "Requests were not answered, limits were exceeded beyond their bounds, or Redis was not found again.");
            return good;
        });
    }

    private static int compared(Options options) {
        Run run = new Run(options, System.out, isTerminal());
        Runtime.getRuntime().addShutdownHook(new Thread(run::close, "stops the fleet"));
        return ended(run::isClosed, () -> {
            Result result = run.result();
            System.out.println(Table.of(result));
            result.firstFailure().ifPresent(failure -> System.out.println("The first failure: " + failure));
            System.out.println(closing(result));
            return result.isGood();
        });
    }

    /** What takes a while, and tells whether all was good. */
    @FunctionalInterface
    private interface Work {
        boolean isGood() throws IOException, InterruptedException;
    }

    private static int ended(BooleanSupplier stopped, Work work) {
        try {
            return work.isGood() ? 0 : 1;
        } catch (IOException | RuntimeException e) {
            if (!stopped.getAsBoolean()) { // else the user has stopped it, and whatever follows from that is no news
                System.err.println(e instanceof IllegalStateException ? e.getMessage() : e.toString());
            }
            return 1;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return 1;
        }
    }

    private static String closing(Result result) {
        if (!result.isGood()) {
            return result.sum().failed() > 0 ? "Requests failed." : "A limit was exceeded.";
        }
        int nodes = result.nodes().size();
        return nodes == 1
                ? "No limit was exceeded."
                : "No limit was exceeded. " + nodes + " nodes that share nothing admit up to " + nodes
                        + " times as many.";
    }

    /* From Java 22 on there is a console also where there is no terminal, and a method that tells. */
    @SuppressWarnings("SystemConsoleNull")
    private static boolean isTerminal() {
        Console console = System.console();
        if (console == null || "dumb".equals(System.getenv("TERM"))) {
            return false;
        }
        try {
            return (Boolean) Console.class.getMethod("isTerminal").invoke(console);
        } catch (ReflectiveOperationException before22) {
            return true;
        }
    }
}
