package dev.weir.servlet;

import dev.weir.http.RequestView;
import jakarta.servlet.http.HttpServletRequest;
import java.security.Principal;
import java.util.Collections;
import java.util.Enumeration;
import java.util.Iterator;
import org.jspecify.annotations.Nullable;

/** A servlet request as Weir reads it. */
final class ServletRequestView implements RequestView {

    private final HttpServletRequest request;

    ServletRequestView(HttpServletRequest request) {
        this.request = request;
    }

    @Override
    public String method() {
        return request.getMethod();
    }

    @Override
    public Iterator<String> headers(String name) {
        Enumeration<String> lines = request.getHeaders(name);
        return lines == null ? Collections.emptyIterator() : lines.asIterator();
    }

    @Override
    public @Nullable String peerAddress() {
        return request.getRemoteAddr();
    }

    @Override
    public @Nullable String user() {
        Principal user = request.getUserPrincipal();
        return user == null ? null : user.getName();
    }

    @Override
    public @Nullable Object attribute(String name) {
        return request.getAttribute(name);
    }

    @Override
    public void attribute(String name, Object value) {
        request.setAttribute(name, value);
    }
}
