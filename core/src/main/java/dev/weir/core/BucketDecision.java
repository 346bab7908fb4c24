package dev.weir.core;

import java.util.List;
import java.util.Objects;

/**
 * What one bucket says to who does not wait: nearly every decision of a library's user. Keeps what is owed, of which everything follows
 * when it is asked for.
 */
final class BucketDecision extends Decision {

    private final Bundle bundle;
    private final long cost;
    /** What is owed after the decision; its complement if it refuses. */
    private final long owed;

    /** Of a bundle of one number. */
    BucketDecision(Bundle bundle, long cost, long owed) {
        this.bundle = bundle;
        this.cost = cost;
        this.owed = owed;
    }

    @Override
    public boolean allowed() {
        return owed >= 0;
    }

    @Override
    public List<Outcome> outcomes() {
        return List.of(deciding());
    }

    @Override
    public long waitNanos() {
        return 0;
    }

    @Override
    public Outcome deciding() {
        return new Outcome(bundle.policies().get(0), remaining(), retryAfterNanos(), resetAfterNanos());
    }

    @Override
    public long remaining() {
        return kernel().remaining(ahead());
    }

    @Override
    public long retryAfterNanos() {
        return allowed() ? 0 : BucketJudge.retryAfter(kernel(), ahead(), cost);
    }

    @Override
    public long resetAfterNanos() {
        return kernel().nanosUp(ahead());
    }

    private long ahead() {
        return owed >= 0 ? owed : ~owed;
    }

    private Gcra kernel() {
        return Objects.requireNonNull(bundle.onlyNumber());
    }
}
