package dev.weir.http;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Collectors;

/**
 * Bodies of refusals: {@code application/problem+json} (RFC 9457) of the problem types that
 * draft-ietf-httpapi-ratelimit-headers-11 §10.2 registers. Policy names are safe characters, so nothing is escaped, and
 * nothing of the request gets in.
 */
final class ProblemBody {

    static final String CONTENT_TYPE = "application/problem+json";

    private static final String TYPES = "https://iana.org/assignments/http-problem-types#";
    private static final byte[] REDUCED_CAPACITY = body(
                    "temporary-reduced-capacity", "Temporary Reduced Capacity", 503, "")
            .getBytes(StandardCharsets.UTF_8);

    private ProblemBody() {}

    /** 429: these policies stood in the way. */
    static byte[] quotaExceeded(List<String> violated, boolean never) {
        String names = violated.stream().map(name -> '"' + name + '"').collect(Collectors.joining(",", "[", "]"));
        String detail = never
                ? ",\"detail\":\"This request asks for more than the limit ever allows; waiting will not help.\""
                : "";
        return body("quota-exceeded", "Quota Exceeded", 429, detail + ",\"violated-policies\":" + names)
                .getBytes(StandardCharsets.UTF_8);
    }

    /** 503: the limit could not be judged. */
    static byte[] reducedCapacity() {
        return REDUCED_CAPACITY;
    }

    private static String body(String type, String title, int status, String more) {
        return "{\"type\":\"" + TYPES + type + "\",\"title\":\"" + title + "\",\"status\":" + status + more + "}";
    }
}
