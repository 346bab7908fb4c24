package dev.weir.servlet;

import dev.weir.http.Passage;
import dev.weir.http.ResponseView;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.security.Principal;
import java.util.Collections;
import java.util.Enumeration;
import java.util.Iterator;
import org.jspecify.annotations.Nullable;

/** A servlet request and its response as Weir reads and writes them. */
final class ServletPassage extends Passage implements ResponseView {

    private final HttpServletRequest request;
    private final HttpServletResponse response;

    ServletPassage(HttpServletRequest request, HttpServletResponse response) {
        this.request = request;
        this.response = response;
    }

    @Override
    protected ResponseView response() {
        return this;
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
    public @Nullable String header(String name) {
        return request.getHeader(name);
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

    @Override
    public void set(String name, String value) {
        response.setHeader(name, value);
    }

    @Override
    public void add(String name, String value) {
        response.addHeader(name, value);
    }

    @Override
    public boolean has(String name, String line) {
        return response.getHeaders(name).contains(line);
    }

    /* Servlet 6.1 removes a field that is set to null; 6.0 leaves that open, and some containers do nothing. */
    @Override
    public void remove(String name) {
        response.setHeader(name, null);
    }
}
