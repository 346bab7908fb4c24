package dev.weir.sample.jetty;

import dev.weir.annotation.RateLimited;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;

/** The quota of a day, all of which may be used at once. */
@Path("quota")
@Produces(MediaType.TEXT_PLAIN)
public class QuotaResource {

    /** Five hundred in a day. */
    @GET
    @RateLimited(permits = 500, per = "1d", name = "quota")
    public String use() {
        return "One less for today.\n";
    }
}
