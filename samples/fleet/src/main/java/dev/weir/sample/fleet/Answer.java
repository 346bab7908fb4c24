package dev.weir.sample.fleet;

/** What became of a request. */
enum Answer {
    ADMITTED,
    REFUSED,
    /** Neither: another status, or none. */
    FAILED
}
