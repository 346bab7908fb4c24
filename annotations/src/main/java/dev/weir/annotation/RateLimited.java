package dev.weir.annotation;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Repeatable;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * One limit on an endpoint: {@link #permits} per {@link #per}, of which {@link #burst} may come at once. Repeat it for
 * several limits; a request must pass all of them, and one that is refused takes nothing from any.
 *
 * <pre>{@code
 * @RateLimited(permits = 10, per = "1s")
 * @RateLimited(permits = 1_000, per = "1h")
 * @RateLimited(tier = "premium", permits = 100, per = "1s")
 * @GET
 * public List<Hit> search(@QueryParam("q") String q) { ... }
 * }</pre>
 *
 * <p><b>Where it is looked for</b>: the method, the methods that it overrides, the class, its superclasses, its
 * interfaces; then, in the same order, annotations that carry this one. The first place that has any decides alone. The
 * limits of a class are one budget, shared by its methods.
 *
 * <p><b>Mistakes</b> stop the deployment: each message names the class, the method, the attribute, the value found and the
 * fix, and all of them are reported together.
 */
@Documented
@Repeatable(RateLimited.List.class)
@Retention(RetentionPolicy.RUNTIME)
@Target({ElementType.TYPE, ElementType.METHOD})
public @interface RateLimited {

    /** The value of {@link #burst} that stands for "as many as {@link #permits}". */
    long SAME_AS_PERMITS = Long.MIN_VALUE;

    /** Permits per period, 0 to 10^15. 0 closes the endpoint. */
    long permits();

    /** The period: a whole number and one of {@code ns, us, ms, s, m, h, d}, from one microsecond on. Example: {@code "1m"}. */
    String per();

    /**
     * How many permits may be taken at once, 0 to 10^15; as many as {@link #permits} unless said. Of
     * {@link Algorithm#LEAKY_BUCKET_QUEUE} the places in the queue. Not for windows and logs, which have no burst.
     */
    long burst() default SAME_AS_PERMITS;

    /** How the limit counts. */
    Algorithm algorithm() default Algorithm.GCRA;

    /**
     * Whether windows begin at whole multiples of the period since 1970, at the same moment for everybody: with
     * {@code per = "1h"} on the hour, UTC. Otherwise each client's are shifted by an amount of his own, so that no edge brings
     * a herd. Only for {@link Algorithm#FIXED_WINDOW} and {@link Algorithm#SLIDING_WINDOW_COUNTER}.
     */
    boolean aligned() default false;

    /**
     * Shapes instead of refusing: a request that would be refused waits for its turn, for at most this long, and is refused at
     * once if its turn comes later. A duration such as {@code "500ms"}, up to an hour; empty: refuses at once. Where several
     * limits stand in the way the shortest counts, and one without refuses at once.
     *
     * <p>Who is admitted to a {@link Algorithm#LEAKY_BUCKET_QUEUE} always waits for his turn. There it bounds that wait; empty:
     * as long as the queue makes it.
     *
     * <p>It says how this endpoint treats a request, not how much there is: limits of one {@link #name} may differ in it.
     */
    String maxWait() default "";

    /**
     * Whose budget it is: {@code "client"} (API key, else user, else address), {@code "ip"}, {@code "user"},
     * {@code "api-key"}, {@code "global"} (one budget for everybody), or the name of a registered resolver. Who has no
     * user or no API key is counted by address.
     */
    String key() default "client";

    /** Permits that one request takes, 0 or more and not above {@link #burst}. 0 looks without taking. */
    long cost() default 1;

    /** The name of a registered resolver that tells the cost of each request, in place of {@link #cost}. */
    String costBy() default "";

    /** What is counted: {@code "requests"}, {@code "tokens"}, {@code "content-bytes"} or another word for it. */
    String unit() default "requests";

    /**
     * The tier of clients that the limit is for. If any limit of the endpoint carries the client's tier, exactly those
     * apply; otherwise exactly those without a tier.
     */
    String tier() default "";

    /**
     * The policy's name, {@code [A-Za-z0-9._-]{1,64}}: what clients read in the header fields, and whose budget it is. The
     * same name with the same figures in two places is one shared budget; with other figures, another {@link #algorithm} or
     * other windows it is an error. Unnamed limits are named after the resource path or the servlet class, and the period.
     */
    String name() default "";

    /** What becomes of a request while the back end gives no decision. Of several limits the strictest counts. */
    OnFailure onFailure() default OnFailure.DEFAULT;

    /**
     * How long a decision of a back end elsewhere may take, before {@link #onFailure} holds: a duration from 1 ms to 1 hour; empty:
     * what the setting {@code weir.deadline} says. Of several limits the shortest counts.
     */
    String deadline() default "";

    /**
     * With {@link OnFailure#LOCAL}, the share of the limit that each process may use by itself, above 0 to 1; 0: what the setting
     * {@code weir.fallback-share} says, or else one by {@code weir.nodes}, or by
     * the processes last seen.
     */
    double fallbackShare() default 0;

    /**
     * How far, as a part of the {@link #burst}, the limit may be off for speed's sake over a back end elsewhere, 0 (exact) to 1: processes
     * borrow permits ahead, all together no more than so many. Of several limits the least counts.
     */
    double maxError() default 0;

    /** Holds several {@link RateLimited} at one place; the compiler writes it. */
    @Documented
    @Retention(RetentionPolicy.RUNTIME)
    @Target({ElementType.TYPE, ElementType.METHOD})
    @interface List {
        /** The limits, in the order in which they stand. */
        RateLimited[] value();
    }
}
