package dev.weir.http;

/**
 * When limits are judged. What is judged at one point is all or nothing; what an earlier point has charged stays charged
 * when a later one refuses.
 */
public enum Point {
    /** All limits at once: the servlet filter. */
    ONLY,
    /** Limits by address, before anybody has authenticated. */
    BEFORE_AUTHENTICATION,
    /** The other limits, when the user is known. */
    AFTER_AUTHENTICATION;

    boolean judges(KeySource key) {
        return switch (this) {
            case ONLY -> true;
            case BEFORE_AUTHENTICATION -> key.isAddressOnly();
            case AFTER_AUTHENTICATION -> !key.isAddressOnly();
        };
    }
}
