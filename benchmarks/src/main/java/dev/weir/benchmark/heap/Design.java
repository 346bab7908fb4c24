package dev.weir.benchmark.heap;

/** A way to remember clients. */
enum Design {
    MAP("a bare `ConcurrentHashMap` of `String` and `AtomicLong`", "map"),
    WEIR("Weir, keys as front ends make them", "Weir"),
    WEIR_NAMES("Weir, `String` keys", "Weir, names"),
    WEIR_THREE("Weir, keys as front ends make them, three limits", ""),
    WEIR_NAMES_THREE("Weir, `String` keys, three limits", ""),
    TOMCAT("Tomcat's `TimeBucketCounter`", "Tomcat"),
    GUAVA("Guava in Caffeine, by size", "Guava"),
    BUCKET4J("Bucket4j in Caffeine, by size", "Bucket4j"),
    BUCKET4J_SHARING("the same, one bandwidth that all buckets share", ""),
    BUCKET4J_THREE("Bucket4j in Caffeine, by size, three bandwidths", ""),
    BUCKET4J_EXPIRING("Bucket4j in Caffeine, by size and access", "Bucket4j, expiring"),
    BUCKET4J_PROXIES("Bucket4j's proxy manager for Caffeine", "Bucket4j, proxies"),
    RESILIENCE4J("Resilience4j in Caffeine, by size", "Resilience4j");

    private final String text;
    private final String label;

    Design(String text, String label) {
        this.text = text;
        this.label = label;
    }

    /** What the report calls it. */
    String text() {
        return text;
    }

    /** What the picture calls it; empty if it is not in it. */
    String label() {
        return label;
    }
}
