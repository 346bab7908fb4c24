package dev.weir.sample.fleet;

import java.io.PrintStream;
import java.util.Locale;
import java.util.concurrent.TimeUnit;

/** Shows what happens at the moment: on a terminal a line that changes, elsewhere one line a second. For one thread. */
final class FaultProgress {

    private static final long LINE_NANOS = TimeUnit.SECONDS.toNanos(1);
    private static final long DRAW_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

    private final PrintStream out;
    private final boolean terminal;
    private final long start = System.nanoTime();
    private long last = start;
    private boolean drawn;

    FaultProgress(PrintStream out, boolean terminal) {
        this.out = out;
        this.terminal = terminal;
    }

    /** Shows {@code what} happens, if there is something new to show. */
    void show(String what, Stage stage) {
        long now = System.nanoTime();
        if (now - last < (terminal ? DRAW_NANOS : LINE_NANOS)) {
            return;
        }
        last = now;
        Crowd crowd = stage.callers().crowd();
        long degraded = stage.health().degraded();
        String line = String.format(
                Locale.ROOT,
                "  %5.1f s  %-40s %,9d asked %,9d admitted%s",
                (now - start) / 1e9,
                what,
                crowd == null ? 0 : crowd.asked(),
                crowd == null ? 0 : crowd.admitted(),
                degraded == 0 ? "" : ", " + degraded + " without Redis");
        out.print(terminal ? "\r" + line + "\033[K" : line + System.lineSeparator());
        out.flush();
        drawn = terminal;
    }

    /** Says something that stays. */
    void say(String text) {
        out.println(drawn ? "\r\033[K" + text : text);
        drawn = false;
    }
}
