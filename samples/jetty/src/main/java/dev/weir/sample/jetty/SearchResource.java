package dev.weir.sample.jetty;

import dev.weir.annotation.RateLimited;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.MediaType;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Three limits at once: a request takes a permit of each, or of none. */
@Path("search")
@Produces(MediaType.TEXT_PLAIN)
public class SearchResource {

    /** The words of a small dictionary that contain {@code q}. */
    @GET
    @RateLimited(permits = 10, per = "1s")
    @RateLimited(permits = 100, per = "1m")
    @RateLimited(permits = 1_000, per = "1h")
    public String search(@QueryParam("q") @DefaultValue("") String q) {
        return Stream.of("bucket", "burst", "permit", "sluice", "weir")
                .filter(word -> word.contains(q))
                .collect(Collectors.joining("\n", "", "\n"));
    }
}
