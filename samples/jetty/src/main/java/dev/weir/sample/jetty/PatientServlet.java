package dev.weir.sample.jetty;

import dev.weir.annotation.Algorithm;
import dev.weir.annotation.RateLimited;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;

/** A token bucket that lets clients wait a while before it refuses. No thread waits with them: see web.xml. */
@RateLimited(
        algorithm = Algorithm.TOKEN_BUCKET,
        permits = 10,
        per = "1s",
        burst = 10,
        maxWait = "2500ms",
        name = "patient")
public class PatientServlet extends HttpServlet {

    private static final long serialVersionUID = 1L;

    @Override
    protected void doGet(HttpServletRequest request, HttpServletResponse response) throws IOException {
        response.setContentType("text/plain");
        response.getWriter().println("Thank you for waiting.");
    }
}
