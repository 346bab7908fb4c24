package dev.weir.annotation;

/** How a limit counts. */
public enum Algorithm {
    /**
     * The generic cell rate algorithm: one number per client, exact in every window, refills smoothly. With the same
     * figures a token bucket and a leaky bucket used as a meter give the same answers.
     */
    GCRA
}
