package dev.weir.sample.war;

import dev.weir.annotation.RateLimited;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;

/** A limit on the class. */
@Path("hello")
@Produces(MediaType.TEXT_PLAIN)
@RateLimited(permits = 10, per = "1s", name = "hello")
public class HelloResource {

    /** Limited by the class. */
    @GET
    public String hello() {
        return "Hello.\n";
    }
}
