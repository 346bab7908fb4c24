package dev.weir.sample.jetty;

import dev.weir.annotation.Algorithm;
import dev.weir.annotation.RateLimited;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;

/** A leaky bucket used as a queue: whatever comes in, ten a second come out. */
@RateLimited(algorithm = Algorithm.LEAKY_BUCKET_QUEUE, permits = 10, per = "1s", burst = 20, name = "queue")
public class QueueServlet extends HttpServlet {

    private static final long serialVersionUID = 1L;

    @Override
    protected void doGet(HttpServletRequest request, HttpServletResponse response) throws IOException {
        response.setContentType("text/plain");
        response.getWriter().println("Your turn.");
    }
}
