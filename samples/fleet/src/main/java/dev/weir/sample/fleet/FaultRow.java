package dev.weir.sample.fleet;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.OptionalDouble;

/**
 * What requests met while something failed, and after. Latencies are milliseconds, from when it began to fail.
 *
 * @param requests how many were sent, but for those that went down with a node
 * @param unanswered how many had no answer, or one that is neither 200 nor 429, nor 503 where that is what the policy says
 * @param fellBack how many decisions Redis did not give
 * @param p99 of those to limited endpoints, as the next two
 * @param healthP999 of the health check, at the same time
 * @param during by those who asked from before it failed until after it had recovered
 * @param after by others, who asked for the first time when it had recovered
 * @param recoverySeconds until Redis decided again, from the end of the fault or, where others take over, from its beginning; empty: it
 *     did not
 * @param plainSeconds until plain Redisson could write again, from the same moment; empty where that was not measured
 * @param notes what else there is to say
 */
record FaultRow(
        Fault fault,
        long requests,
        long unanswered,
        long fellBack,
        double p99,
        double p999,
        double worst,
        double healthP999,
        Excess during,
        Excess after,
        OptionalDouble recoverySeconds,
        OptionalDouble plainSeconds,
        List<String> notes) {

    private static final double DEADLINE_MILLIS = Duration.ofMillis(50).toMillis();
    private static final double SLACK_MILLIS = 20;
    private static final double TAKE_OVER_SLACK_SECONDS = 1;

    /** Whether all was answered, nothing admitted beyond what the documentation says, and Redis decides again. */
    boolean isGood() {
        return recoverySeconds.isPresent() && unanswered == 0 && during.beyond() == 0 && after.beyond() == 0;
    }

    /** What is wrong, in a few words, or that nothing is. */
    String verdict() {
        List<String> faults = new ArrayList<>();
        if (unanswered > 0) {
            faults.add(Table.number(unanswered) + " NOT ANSWERED");
        }
        if (during.beyond() > 0) {
            faults.add("OVER by " + Table.number(during.beyond()));
        }
        if (after.beyond() > 0) {
            faults.add("OVER by " + Table.number(after.beyond()) + " after it");
        }
        if (recoverySeconds.isEmpty()) {
            faults.add("NOT RECOVERED");
        }
        if (p999 > DEADLINE_MILLIS + SLACK_MILLIS + healthP999) {
            faults.add("slow");
        }
        if (recoverySeconds.isPresent()
                && plainSeconds.isPresent()
                && recoverySeconds.getAsDouble() > plainSeconds.getAsDouble() + TAKE_OVER_SLACK_SECONDS) {
            faults.add("late");
        }
        return faults.isEmpty() ? "good" : String.join(", ", faults);
    }

    /** How many of a hundred were answered, rounded down, so that 100.00 means all. */
    String answered() {
        long hundredths = requests == 0 ? 10_000 : (requests - unanswered) * 10_000 / requests;
        return String.format(Locale.ROOT, "%d.%02d", hundredths / 100, hundredths % 100);
    }
}
