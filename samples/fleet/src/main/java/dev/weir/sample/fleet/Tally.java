package dev.weir.sample.fleet;

/**
 * What became of one client's requests, at all nodes, and what its limit says of that. Times are nanoseconds since the load began.
 *
 * <p>When a request was judged is not seen from outside, but it was after it was sent and before it was answered. So what a limit
 * allows has two bounds, which are as far apart as what came back meanwhile.
 *
 * <p>Safe for use by many threads.
 */
final class Tally {

    private final Traffic traffic;
    private Count count = Count.NONE;
    private long firstAdmittedSent = Long.MAX_VALUE;
    private long lastAdmittedAnswered;
    /* A stretch of refusals, each soon enough after the one before it that the bucket has not become full in between. */
    private long stretchBegins;
    private long lastRefusedSent;
    private long owedBeforeStretch;

    Tally(Traffic traffic) {
        this.traffic = traffic;
    }

    synchronized void add(Answer answer, long sentNanos, long answeredNanos) {
        if (answer == Answer.ADMITTED) {
            firstAdmittedSent = Math.min(firstAdmittedSent, sentNanos);
            lastAdmittedAnswered = Math.max(lastAdmittedAnswered, answeredNanos);
        } else if (answer == Answer.REFUSED) {
            if (count.refused() == 0) {
                stretchBegins = answeredNanos;
            } else if (answeredNanos - lastRefusedSent > traffic.fullAfterRefusalNanos()) {
                owedBeforeStretch += Math.max(0, permits(stretchBegins, lastRefusedSent) - 1);
                stretchBegins = answeredNanos;
            }
            lastRefusedSent = Math.max(lastRefusedSent, sentNanos);
        }
        count = count.plus(answer);
    }

    synchronized Count count() {
        return count;
    }

    /** The most that its limit allows: the burst, and what came back from the first to the last that was admitted. */
    synchronized long most() {
        return count.admitted() == 0
                ? Math.min(count.asked(), traffic.burst())
                : Math.min(count.asked(), traffic.burst() + permits(firstAdmittedSent, lastAdmittedAnswered));
    }

    /**
     * The least that it should have been admitted: all that it asked for if nothing was refused, else the burst, and what came back
     * from one refusal to another, since nothing was left at either.
     */
    synchronized long least() {
        return count.refused() == 0
                ? count.admitted()
                : traffic.burst() + owedBeforeStretch + permits(stretchBegins, lastRefusedSent);
    }

    private long permits(long fromNanos, long toNanos) {
        return Math.max(0, toNanos - fromNanos) / traffic.emissionInterval().toNanos();
    }
}
