package dev.weir.core;

/** Work was not begun because its limits refuse it. {@link #decision} says by how much. */
public final class RefusedException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final transient Decision decision;

    RefusedException(Decision decision) {
        super(message(decision), null, false, false); // thrown often, and where from is no riddle
        this.decision = decision;
    }

    /** What the limits said. */
    public Decision decision() {
        return decision;
    }

    private static String message(Decision decision) {
        Policy policy = decision.deciding().policy();
        return "Refused by " + policy.name() + " (" + policy.limit().permits() + " "
                + policy.limit().unit() + " per " + policy.limit().period() + ")"
                + (decision.never() ? ": no wait helps" : ", to be tried again in " + decision.retryAfter());
    }
}
