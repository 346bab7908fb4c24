package dev.weir.sample.jetty;

import dev.weir.annotation.RateLimited;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;

/** A limit by tier. {@link DemoApiKeys} says which API key is of which tier. */
@Path("reports")
@Produces(MediaType.TEXT_PLAIN)
public class ReportResource {

    /** 50 a minute for premium keys; 5 for other keys and for everybody without one. */
    @GET
    @RateLimited(permits = 5, per = "1m")
    @RateLimited(tier = "premium", permits = 50, per = "1m")
    public String report() {
        return "All is well.\n";
    }
}
