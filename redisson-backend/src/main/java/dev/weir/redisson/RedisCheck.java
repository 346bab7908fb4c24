package dev.weir.redisson;

import java.util.Locale;

/**
 * What is warned of in a Redis, as {@code dev.weir.http.Check} has it for the rest: a code never changes its meaning and is never used
 * again. Here they begin at 101. What each means stands beside it, and from there in docs/checks.md.
 */
enum RedisCheck {
    FORGETS(101, "Redis forgets keys when its memory is full", """
            Its `maxmemory-policy` is another than `noeviction`. When the memory is full, Redis drops keys, those of limits too, and whoever
            is forgotten has a whole burst again.

            Set `noeviction`, or give it memory enough; with `noeviction` a full Redis gives no decision, and requests go as
            [`onFailure`](back-ends.md) says."""),
    HAS_FORGOTTEN(102, "Redis has dropped keys", """
            Its count `evicted_keys` has grown since the last look, a minute before. Whose keys they were, Redis does not tell.

            The same as for WEIR-101."""),
    OTHER_SECRET(103, "Processes with different secrets share a Redis", """
            Client keys are hashed under `weir.secret`. Processes with different ones keep different keys for the same client, who gets
            the whole limit from each.

            Give all of them the same secret; or, where they are different applications, each its own `weir.redis-prefix`."""),
    NODES_UNKNOWN(104, "How many processes share the limits is not known", """
            Redis has not told yet, and is out of reach. Until it tells, each process that decides by itself admits as much as the whole
            limits allow.

            Set `weir.nodes`, or `weir.fallback-share`.""");

    private final String code;
    private final String title;
    private final String advice;

    RedisCheck(int number, String title, String advice) {
        this.code = "WEIR-" + number;
        this.title = title;
        this.advice = advice;
    }

    String code() {
        return code;
    }

    /** What it is, in a few words. */
    String title() {
        return title;
    }

    /** What it means and what to do, in Markdown. */
    String advice() {
        return advice;
    }

    /** The line of the log: {@code text}, without a full stop, with the code and the place to read on. */
    String line(String text) {
        return code + ": " + text + ". See docs/checks.md#" + code.toLowerCase(Locale.ROOT);
    }
}
