package dev.weir.sample.war;

import dev.weir.annotation.RateLimited;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;

/** Limits by address, whatever key or user a request brings. */
@Path("login")
@Produces(MediaType.TEXT_PLAIN)
public class LoginResource {

    /** Lets everybody in. */
    @POST
    @RateLimited(key = "ip", permits = 5, per = "1m")
    @RateLimited(key = "ip", permits = 20, per = "1h")
    public String login() {
        return "Welcome.\n";
    }
}
