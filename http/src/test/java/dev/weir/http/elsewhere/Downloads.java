package dev.weir.http.elsewhere;

import dev.weir.annotation.RateLimited;

/** Has a namesake in the package above. */
@RateLimited(permits = 2, per = "1m")
public final class Downloads {
    private Downloads() {}
}
