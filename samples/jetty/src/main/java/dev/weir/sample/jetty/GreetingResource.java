package dev.weir.sample.jetty;

import dev.weir.annotation.RateLimitExempt;
import dev.weir.annotation.RateLimited;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;

/** A limit on the class, for all of its methods together, and a method that it does not cover. */
@Path("")
@Produces(MediaType.TEXT_PLAIN)
@RateLimited(permits = 10, per = "1s", name = "hello")
public class GreetingResource {

    /** Limited by the class. */
    @GET
    @Path("hello")
    public String hello() {
        return "Hello.\n";
    }

    /** Not limited. */
    @GET
    @Path("open")
    @RateLimitExempt
    public String open() {
        return "Come as often as you like.\n";
    }
}
