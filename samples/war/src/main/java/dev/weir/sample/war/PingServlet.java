package dev.weir.sample.war;

import dev.weir.annotation.RateLimited;
import jakarta.servlet.annotation.WebServlet;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;

/** An annotated servlet. */
@WebServlet(urlPatterns = "/servlet/ping", asyncSupported = true)
@RateLimited(permits = 5, per = "1m", name = "ping")
public class PingServlet extends HttpServlet {

    private static final long serialVersionUID = 1L;

    @Override
    protected void doGet(HttpServletRequest request, HttpServletResponse response) throws IOException {
        response.setContentType("text/plain");
        response.getWriter().println("pong");
    }
}
