package dev.weir.sample.fleet;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/**
 * One fault under load. Some clients ask from before it until Redis decides again; others come when that is so, for whom everything must
 * be as if nothing had been.
 */
final class Trial {

    private static final long BEFORE_NANOS = TimeUnit.SECONDS.toNanos(1);
    private static final long AFTER_NANOS = TimeUnit.MILLISECONDS.toNanos(1_500);
    /** Who does not recover within this time does not recover. */
    private static final long MOST_NANOS = TimeUnit.SECONDS.toNanos(60);
    /** Who has been well for so long has recovered. */
    static final long WELL_NANOS = TimeUnit.MILLISECONDS.toNanos(500);

    private final Stage stage;
    private final Fault fault;
    private final Supplier<Crowd> crowds;
    private final Passing passing;

    /** Lets time go by. */
    @FunctionalInterface
    interface Passing {
        /** Returns when it is {@code enough}, or after so long; whether it was enough. */
        boolean pass(long nanos, String what, BooleanSupplier enough);

        default void pass(long nanos, String what) {
            pass(nanos, what, () -> false);
        }
    }

    /**
     * A trial.
     *
     * @param crowds gives one that has not been there before
     */
    Trial(Stage stage, Fault fault, Supplier<Crowd> crowds, Passing passing) {
        this.stage = stage;
        this.fault = fault;
        this.crowds = crowds;
        this.passing = passing;
    }

    /** Has it happen, for so many seconds if it does not end by itself. */
    FaultRow row(int seconds) throws IOException, InterruptedException {
        try (PlainRedisson plain = fault.endsByItself ? new PlainRedisson(stage.servers()) : null) {
            return row(seconds, plain);
        }
    }

    private FaultRow row(int seconds, PlainRedisson plain) throws IOException, InterruptedException {
        long lost = stage.callers().lost();
        long fellBackBefore = stage.health().fellBack();
        Crowd during = crowds.get();
        stage.callers().askFor(during);
        passing.pass(BEFORE_NANOS, fault.option() + ": before");

        Latencies limited = new Latencies();
        Latencies health = new Latencies();
        stage.callers().measure(limited);
        stage.health().measure(health);
        fault.begin(stage);
        if (plain == null) {
            passing.pass(TimeUnit.SECONDS.toNanos(seconds), fault.option() + ": " + fault.words);
            fault.end(stage);
        } else {
            plain.beginAgain();
        }
        long since = System.nanoTime();
        boolean isBack = passing.pass(
                MOST_NANOS, fault.option() + ": " + (plain == null ? "over" : fault.words), () -> isBack(plain, since));
        OptionalDouble recovery = OptionalDouble.empty();
        if (isBack) {
            recovery = OptionalDouble.of(secondsFrom(since, stage.health().lastBadNanos()));
        }
        long fellBackMeanwhile = stage.health().fellBack();
        int bursts = bursts(fault, fellBackMeanwhile > fellBackBefore);

        Crowd after = crowds.get();
        stage.callers().askFor(after);
        passing.pass(AFTER_NANOS, fault.option() + ": as if nothing had been");
        stage.callers().askFor(null);
        Waiting.until("all requests come to an end", () -> during.isDone() && after.isDone());
        long fellBack = stage.health().fellBack();

        FaultRow row = new FaultRow(
                fault,
                during.asked() + after.asked(),
                during.failed() + after.failed(),
                fellBack - fellBackBefore,
                limited.millis(990),
                limited.millis(999),
                limited.millis(1_000),
                health.millis(999),
                during.excess(bursts),
                after.excess(bursts(Fault.NONE, fellBack > fellBackMeanwhile)),
                recovery,
                plain == null || plain.firstDoneNanos() == 0
                        ? OptionalDouble.empty()
                        : OptionalDouble.of(secondsFrom(since, plain.firstDoneNanos())),
                new ArrayList<>());
        note(row, during, after, bursts, stage.callers().lost() - lost);
        return row;
    }

    private boolean isBack(PlainRedisson plain, long since) {
        return System.nanoTime() - since > WELL_NANOS
                && (plain == null || plain.firstDoneNanos() != 0)
                && stage.health().areWellFor(WELL_NANOS);
    }

    /*
     * How many bursts more a client may have had: what Redis forgets, and one if Redis has not decided at times, since nodes may stand in
     * that know nothing of it. On a machine that has too much to do decisions are late without any fault, and that counts, too.
     */
    private static int bursts(Fault fault, boolean fellBack) {
        return fault.forgets + (fellBack ? 1 : 0);
    }

    private static double secondsFrom(long sinceNanos, long nanos) {
        return Math.max(0, nanos - sinceNanos) / 1e9;
    }

    private void note(FaultRow row, Crowd during, Crowd after, int bursts, long lost) {
        List<String> notes = row.notes();
        if (row.plainSeconds().isPresent()) {
            notes.add("the failover itself " + FaultTable.seconds(row.plainSeconds()) + " s, Weir "
                    + FaultTable.seconds(row.recoverySeconds()) + " s");
        }
        if (lost > 0) {
            notes.add(Table.number(lost) + " requests went down with the node, and are not counted");
        }
        if (fault == Fault.FLUSH || fault == Fault.NODE) {
            Traffic limit = Traffic.LENT;
            Excess lent = during.excess(limit.path(), bursts);
            notes.add("/" + limit.path() + ", " + limit.limit() + ", maxError " + limit.maxError() + ": "
                    + Table.number(lent.above()) + " admitted above the limit, which may be "
                    + Table.number(lent.allowed()) + "; " + Table.number(lent.fewer()) + " fewer than it allows");
        }
        long refused = during.refusedBelowLimit() + after.refusedBelowLimit();
        if (refused > 0) {
            notes.add(Table.number(refused) + " requests of clients who stay below their limit were refused");
        }
        for (Crowd crowd : List.of(during, after)) {
            if (crowd.firstFailure() != null) {
                notes.add("the first that was not answered: " + crowd.firstFailure());
            }
        }
    }
}
