package dev.weir.benchmark.load;

import java.util.Locale;

/** What stands before the two bytes that are asked for. */
enum Guard {
    NONE("nothing"),
    EMPTY("an empty filter"),
    WEIR_FREE("Weir, no limit"),
    WEIR("Weir"),
    WEIR_REFUSED("Weir, refused"),
    WEIR_REDIS("Weir over Redis"),
    BUCKET4J("Bucket4j, written by hand"),
    BUCKET4J_REFUSED("Bucket4j, refused"),
    OWN("");

    private final String text;

    Guard(String text) {
        this.text = text;
    }

    /** What the report calls it. */
    String text(Container container) {
        return this == OWN ? container.ownLimiter() : text;
    }

    /** Where its application is: {@code /NAME}. */
    String path() {
        return "/" + name().toLowerCase(Locale.ROOT);
    }

    /** Whether it is Weir. */
    boolean isWeir() {
        return this == WEIR_FREE || limits();
    }

    /** Whether it is Weir, and there is something for it to do. */
    boolean limits() {
        return this == WEIR || this == WEIR_REFUSED || this == WEIR_REDIS;
    }

    /** Whether all requests but the first are refused. */
    boolean refuses() {
        return this == WEIR_REFUSED || this == BUCKET4J_REFUSED;
    }
}
