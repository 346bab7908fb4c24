package dev.weir.security;

import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.ServletRequest;
import jakarta.servlet.ServletResponse;
import jakarta.servlet.http.HttpFilter;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletRequestWrapper;
import java.io.IOException;
import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.security.Principal;
import org.jspecify.annotations.Nullable;

/** Stands for a container that has authenticated somebody: whom a header line of {@link #as} names. */
final class ContainerLogin extends HttpFilter {

    private static final long serialVersionUID = 1L;
    private static final String FIELD = "Test-Login";

    /** The header line that logs {@code user} in. */
    static String as(String user) {
        return FIELD + ": " + URLEncoder.encode(user, StandardCharsets.UTF_8);
    }

    @Override
    public void doFilter(ServletRequest request, ServletResponse response, FilterChain chain)
            throws IOException, ServletException {
        String given = ((HttpServletRequest) request).getHeader(FIELD);
        if (given == null) {
            chain.doFilter(request, response);
            return;
        }
        String name = URLDecoder.decode(given, StandardCharsets.UTF_8);
        Principal user = () -> name;
        chain.doFilter(
                new HttpServletRequestWrapper((HttpServletRequest) request) {
                    @Override
                    public @Nullable Principal getUserPrincipal() {
                        return user;
                    }

                    @Override
                    public @Nullable String getRemoteUser() {
                        return name;
                    }
                },
                response);
    }
}
