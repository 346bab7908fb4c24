package dev.weir.servlet;

import dev.weir.http.ResponseView;
import jakarta.servlet.http.HttpServletResponse;

/** A servlet response as Weir writes it. */
record ServletResponseView(HttpServletResponse response) implements ResponseView {

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
