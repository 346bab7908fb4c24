package dev.weir.sample.fleet;

/** How many requests had which answer. */
record Count(long admitted, long refused, long failed) {

    static final Count NONE = new Count(0, 0, 0);

    long asked() {
        return admitted + refused + failed;
    }

    Count plus(Count other) {
        return new Count(admitted + other.admitted, refused + other.refused, failed + other.failed);
    }

    Count plus(Answer answer) {
        return switch (answer) {
            case ADMITTED -> new Count(admitted + 1, refused, failed);
            case REFUSED -> new Count(admitted, refused + 1, failed);
            case FAILED -> new Count(admitted, refused, failed + 1);
        };
    }
}
