package dev.weir.sample.jetty;

import dev.weir.annotation.Algorithm;
import dev.weir.annotation.RateLimited;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;

/** The same figures in three ways of counting windows. */
@Path("window")
@Produces(MediaType.TEXT_PLAIN)
public class WindowResource {

    /** Begins anew with each window: up to ten around the edge of two. */
    @GET
    @Path("fixed")
    @RateLimited(algorithm = Algorithm.FIXED_WINDOW, permits = 5, per = "10s")
    public String fixed() {
        return "counted in this window\n";
    }

    /** Counts a share of the last window, too. */
    @GET
    @Path("counter")
    @RateLimited(algorithm = Algorithm.SLIDING_WINDOW_COUNTER, permits = 5, per = "10s")
    public String counter() {
        return "counted in this window, and in part in the next\n";
    }

    /** Remembers each request for ten seconds. */
    @GET
    @Path("log")
    @RateLimited(algorithm = Algorithm.SLIDING_WINDOW_LOG, permits = 5, per = "10s")
    public String log() {
        return "counted for ten seconds from now\n";
    }
}
