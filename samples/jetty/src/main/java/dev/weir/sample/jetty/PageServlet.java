package dev.weir.sample.jetty;

import dev.weir.annotation.RateLimitExempt;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.io.InputStream;

/** The page for people, at the root. */
@RateLimitExempt
public class PageServlet extends HttpServlet {

    private static final long serialVersionUID = 1L;

    @Override
    protected void doGet(HttpServletRequest request, HttpServletResponse response) throws IOException {
        response.setContentType("text/html");
        response.setCharacterEncoding("UTF-8");
        response.setHeader("Content-Security-Policy", "default-src 'self' 'unsafe-inline' data:");
        try (InputStream page = PageServlet.class.getResourceAsStream("/page.html")) {
            page.transferTo(response.getOutputStream());
        }
    }
}
