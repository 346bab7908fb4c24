package dev.weir.core;

/** What becomes of a request while the back end gives no decision. In the order of strictness: of several the last counts. */
public enum OnFailure {
    /** It is admitted. */
    OPEN,
    /** A limiter of this process decides, by a share of the limit. */
    LOCAL,
    /** It fails. */
    CLOSED
}
