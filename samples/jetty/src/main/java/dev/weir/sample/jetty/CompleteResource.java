package dev.weir.sample.jetty;

import dev.weir.annotation.RateLimited;
import jakarta.json.Json;
import jakarta.ws.rs.BadRequestException;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;

/**
 * Limited as a language model's API is: by requests and by tokens, in one step. Tokens are taken by the estimate that
 * {@link CompletionTokens} reads from the body, and settled by the usage in the answer.
 */
@Path("complete")
@Consumes(MediaType.APPLICATION_JSON)
@Produces(MediaType.APPLICATION_JSON)
public class CompleteResource {

    private static final String ANSWER =
            "A weir is a low wall across a stream: it holds the water back, and lets over what the bed below can bear. ";

    /** Completes a prompt, always in the same way. */
    @POST
    @RateLimited(permits = 10, per = "1m")
    @RateLimited(permits = 1_000, per = "1m", unit = "tokens", costBy = "completion-tokens", name = "complete-tokens")
    public String complete(byte[] body) {
        Completion asked = Completion.parse(body)
                .orElseThrow(() -> new BadRequestException(Response.status(400)
                        .type(MediaType.TEXT_PLAIN)
                        .entity("Write {\"prompt\": \"...\", \"max_tokens\": n}, n from 0 on, in UTF-8, "
                                + Completion.MAX_BYTES + " bytes at most.\n")
                        .build()));
        String completion = ANSWER.substring(0, (int) Math.min(ANSWER.length(), 4L * asked.maxTokens()));
        int promptTokens = Completion.tokens(asked.prompt());
        int completionTokens = Completion.tokens(completion);
        return Json.createObjectBuilder()
                .add("completion", completion)
                .add(
                        "usage",
                        Json.createObjectBuilder()
                                .add("prompt_tokens", promptTokens)
                                .add("completion_tokens", completionTokens)
                                .add("total_tokens", promptTokens + completionTokens))
                .build()
                .toString();
    }
}
