package dev.weir.http;

import dev.weir.annotation.RateLimited;

/** Has a namesake in the package below. */
@RateLimited(permits = 2, per = "1m")
final class Downloads {
    private Downloads() {}
}
