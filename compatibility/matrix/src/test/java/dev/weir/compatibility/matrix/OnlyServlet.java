package dev.weir.compatibility.matrix;

import dev.weir.annotation.RateLimited;
import jakarta.servlet.annotation.WebServlet;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;

/** The one class of a web application that has no other. */
@WebServlet("/only")
@RateLimited(permits = 2, per = "1h", name = "only")
public class OnlyServlet extends HttpServlet {

    private static final long serialVersionUID = 1L;

    @Override
    protected void doGet(HttpServletRequest request, HttpServletResponse response) throws IOException {
        response.getWriter().print("only");
    }
}
