package dev.weir.benchmark.load;

import dev.weir.annotation.RateLimited;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;

/** Answers with two bytes. */
@Path("/")
@Produces(MediaType.TEXT_PLAIN)
public class OkResource {

    /** Two bytes. */
    @GET
    public String ok() {
        return OkServlet.OK;
    }

    /** The same, under a limit that nobody reaches. */
    @Path("/")
    @Produces(MediaType.TEXT_PLAIN)
    public static final class Ample {

        /** Two bytes. */
        @GET
        @RateLimited(name = "load", permits = AmpleLimit.PERMITS, per = "365d")
        public String ok() {
            return OkServlet.OK;
        }
    }

    /** The same, under a limit that the first request uses up. */
    @Path("/")
    @Produces(MediaType.TEXT_PLAIN)
    public static final class UsedUp {

        /** Two bytes, once. */
        @GET
        @RateLimited(name = "load", permits = 1, per = "1h")
        public String ok() {
            return OkServlet.OK;
        }
    }
}
