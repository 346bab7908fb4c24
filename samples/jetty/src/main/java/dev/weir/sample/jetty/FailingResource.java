package dev.weir.sample.jetty;

import dev.weir.annotation.RateLimited;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;

/** A limited method that throws: the client still reads what is left. */
@Path("fail")
public class FailingResource {

    /** Always throws. */
    @GET
    @RateLimited(permits = 5, per = "1m")
    public String fail() {
        throw new IllegalStateException("This method always fails");
    }
}
