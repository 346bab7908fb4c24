package dev.weir.core;

/** How a limit counts. */
public enum Algorithm {
    /** The generic cell rate algorithm: see {@link Gcra}. */
    GCRA
}
