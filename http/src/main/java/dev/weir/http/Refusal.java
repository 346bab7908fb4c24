package dev.weir.http;

import org.jspecify.annotations.Nullable;

/** What a refused client is told. Made of prepared parts; nothing of the request gets in. */
public final class Refusal {

    /** The {@code Cache-Control} of every refusal: nobody may keep it (RFC 6585 §4). */
    public static final String CACHE_CONTROL = "no-store";

    /** HTTP status: 429 for who is over a limit, 503 where the limit could not be judged. */
    private final int status;

    private final byte[] body;
    private final @Nullable String retryAfter;

    private Refusal(int status, byte[] body, @Nullable String retryAfter) {
        this.status = status;
        this.body = body;
        this.retryAfter = retryAfter;
    }

    static Refusal quotaExceeded(byte[] body, @Nullable String retryAfter) {
        return new Refusal(429, body, retryAfter);
    }

    private static final Refusal UNAVAILABLE = new Refusal(503, ProblemBody.reducedCapacity(), "1");

    /** The limits could not be judged: 503, to be tried again in a second. */
    public static Refusal unavailable() {
        return UNAVAILABLE;
    }

    /** The status code. */
    public int status() {
        return status;
    }

    /** The media type of the body. */
    public String contentType() {
        return ProblemBody.CONTENT_TYPE;
    }

    /** The body, UTF-8; not to be changed. */
    public byte[] body() {
        return body;
    }

    /** The value of {@code Retry-After}, whole seconds from 1 to 2^31 - 1; null if no wait helps. */
    public @Nullable String retryAfter() {
        return retryAfter;
    }

    /** Writes the fields of a refusal: when to come back, and that nobody may keep it. */
    public void writeFields(ResponseView response) {
        if (retryAfter != null) {
            response.set("Retry-After", retryAfter);
        }
        response.set("Cache-Control", CACHE_CONTROL);
    }
}
