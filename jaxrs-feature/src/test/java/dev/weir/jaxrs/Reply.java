package dev.weir.jaxrs;

import java.net.http.HttpResponse;
import java.util.List;

/** What a client got: an answer in words that assertions read well in. */
record Reply(int status, HttpResponse<String> response) {

    Reply(HttpResponse<String> response) {
        this(response.statusCode(), response);
    }

    /** All lines of a field. */
    List<String> lines(String field) {
        return response.headers().allValues(field);
    }

    String policy() {
        return String.join(" / ", lines("RateLimit-Policy"));
    }

    String limit() {
        return String.join(" / ", lines("RateLimit"));
    }

    String field(String name) {
        return String.join(" / ", lines(name));
    }

    String body() {
        return response.body();
    }

    /** Whether the answer tells nothing about limits. */
    boolean isSilent() {
        return response.headers().map().keySet().stream()
                .map(String::toLowerCase)
                .noneMatch(name -> name.startsWith("ratelimit") || name.startsWith("x-ratelimit"));
    }

    @Override
    public String toString() {
        return status + " " + response.headers().map() + " " + response.body();
    }
}
