package dev.weir.compatibility.matrix;

import dev.weir.annotation.RateLimitExempt;
import dev.weir.annotation.RateLimited;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.container.AsyncResponse;
import jakarta.ws.rs.container.Suspended;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.EntityPart;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.StreamingOutput;
import jakarta.ws.rs.sse.Sse;
import jakarta.ws.rs.sse.SseEventSink;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;

/** The resources of each site. */
public final class Resources {

    private Resources() {}

    @Path("plain")
    @Produces(MediaType.TEXT_PLAIN)
    public static class Plain {

        @GET
        @RateLimited(permits = 3, per = "1h", name = "plain")
        public String get() {
            return "plain";
        }

        @POST
        @RateLimited(permits = 3, per = "1h", name = "plain-post")
        public String post(String body) {
            return body;
        }

        @GET
        @Path("free")
        public String free() {
            return "free";
        }

        /** Asked for by methods other than GET. */
        @GET
        @Path("methods")
        @RateLimited(permits = 3, per = "1h", name = "plain-methods")
        public String methods() {
            return "methods";
        }
    }

    @Path("shared")
    @RateLimited(permits = 3, per = "1h", name = "shared")
    public static class Shared {

        @GET
        @Path("one")
        public String one() {
            return "one";
        }

        @GET
        @Path("other")
        public String other() {
            return "other";
        }

        @GET
        @Path("exempt")
        @RateLimitExempt
        public String exempt() {
            return "exempt";
        }
    }

    @Path("shop")
    public static class Shop {

        @Path("orders/{id}")
        public Orders orders() {
            return new Orders();
        }
    }

    /** Reached through a locator. */
    public static class Orders {

        @GET
        @RateLimited(permits = 2, per = "1h", name = "orders")
        public String list() {
            return "orders";
        }

        @GET
        @Path("free")
        public String free() {
            return "free";
        }
    }

    /** All annotations are here. */
    @Path("catalogue")
    public interface Catalogue {

        @GET
        @RateLimited(permits = 2, per = "1h", name = "catalogue")
        String list();
    }

    public static class CatalogueResource implements Catalogue {

        @Override
        public String list() {
            return "catalogue";
        }
    }

    @Path("async")
    @Produces(MediaType.TEXT_PLAIN)
    public static class Asynchronous {

        @GET
        @Path("suspended")
        @RateLimited(permits = 3, per = "1h", name = "suspended")
        public void suspended(@Suspended AsyncResponse response) {
            new Thread(() -> response.resume("suspended")).start();
        }

        @GET
        @Path("timeout")
        @RateLimited(permits = 3, per = "1h", name = "timeout")
        public void timeout(@Suspended AsyncResponse response, @QueryParam("now") String now) {
            if (now != null) {
                response.resume("now");
                return;
            }
            response.setTimeoutHandler(
                    late -> late.resume(Response.status(503).entity("late").build()));
            response.setTimeout(20, TimeUnit.MILLISECONDS);
        }

        @GET
        @Path("stage")
        @RateLimited(permits = 3, per = "1h", name = "stage")
        public CompletionStage<String> stage() {
            return CompletableFuture.supplyAsync(() -> "stage");
        }
    }

    @Path("streams")
    public static class Streams {

        @GET
        @Path("bytes")
        @Produces(MediaType.TEXT_PLAIN)
        @RateLimited(permits = 3, per = "1h", name = "bytes")
        public StreamingOutput bytes() {
            return out -> {
                for (int i = 0; i < 3; i++) {
                    out.write(("part " + i + "\n").getBytes(StandardCharsets.US_ASCII));
                    out.flush();
                }
            };
        }

        @GET
        @Path("events")
        @Produces(MediaType.SERVER_SENT_EVENTS)
        @RateLimited(permits = 3, per = "1h", name = "events")
        public void events(@Context SseEventSink sink, @Context Sse sse) {
            CompletionStage<?> sent = CompletableFuture.completedFuture(null);
            for (String event : List.of("one", "two", "three")) {
                sent = sent.thenCompose(before -> sink.send(sse.newEvent(event)));
            }
            sent.whenCompleteAsync((result, problem) -> sink.close());
        }
    }

    @Path("parts")
    public static class Parts {

        @POST
        @Consumes(MediaType.MULTIPART_FORM_DATA)
        @Produces(MediaType.TEXT_PLAIN)
        @RateLimited(permits = 3, per = "1h", name = "parts")
        public String parts(List<EntityPart> parts) throws IOException {
            StringBuilder contents = new StringBuilder();
            for (EntityPart part : parts) {
                contents.append(new String(part.getContent().readAllBytes(), StandardCharsets.UTF_8));
            }
            return contents.toString();
        }
    }

    @Path("failing")
    @Produces(MediaType.TEXT_PLAIN)
    public static class Failing {

        @GET
        @RateLimited(permits = 3, per = "1h", name = "failing")
        public String fail() {
            throw new IllegalStateException("meant to be");
        }
    }

    @Path("patient")
    public static class Patient {

        @POST
        @Produces(MediaType.TEXT_PLAIN)
        @RateLimited(permits = 4, per = "1s", burst = 1, maxWait = "30s", name = "patient-resource")
        public String patient(String body) {
            return body;
        }
    }
}
