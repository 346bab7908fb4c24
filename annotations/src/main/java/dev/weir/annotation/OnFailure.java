package dev.weir.annotation;

/** What becomes of a request while the back end, a Redis say, gives no decision. Of several limits the strictest counts. */
public enum OnFailure {
    /** What the setting {@code weir.on-failure} says; {@link #LOCAL} unless set. */
    DEFAULT,
    /** It is admitted. */
    OPEN,
    /** A limiter of this process decides, by its share of the limit: {@link RateLimited#fallbackShare}. */
    LOCAL,
    /** It is answered 503. */
    CLOSED
}
