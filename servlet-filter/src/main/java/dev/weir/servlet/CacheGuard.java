package dev.weir.servlet;

import dev.weir.http.Exchange;
import dev.weir.http.HeaderFields;
import jakarta.servlet.ServletOutputStream;
import jakarta.servlet.http.HttpServletResponse;
import jakarta.servlet.http.HttpServletResponseWrapper;
import java.io.IOException;
import java.io.PrintWriter;

/**
 * Holds the fields back until the application is about to write its answer, and leaves them out if it says that a shared cache
 * may keep it: the cache would replay one client's figures to others. An answer that is written asynchronously on the container's
 * own response, past this wrapper, has no fields. Costs a wrapper around each limited response, hence only
 * with {@code weir.cache-guard}.
 */
final class CacheGuard extends HttpServletResponseWrapper {

    private static final String CACHE_CONTROL = "Cache-Control";

    private final Exchange exchange;
    private boolean decided;

    CacheGuard(HttpServletResponse response, Exchange exchange) {
        super(response);
        this.exchange = exchange;
    }

    /** Writes the fields now, unless that has been decided already. */
    void decide() {
        if (!decided) {
            decided = true;
            if (!HeaderFields.isForEverybody(getHeaders(CACHE_CONTROL))) {
                exchange.writeFields(new ServletResponseView((HttpServletResponse) getResponse()));
            }
        }
    }

    @Override
    public void setHeader(String name, String value) {
        super.setHeader(name, value);
        reconsider(name);
    }

    @Override
    public void addHeader(String name, String value) {
        super.addHeader(name, value);
        reconsider(name);
    }

    @Override
    public ServletOutputStream getOutputStream() throws IOException {
        decide();
        return super.getOutputStream();
    }

    @Override
    public PrintWriter getWriter() throws IOException {
        decide();
        return super.getWriter();
    }

    @Override
    public void flushBuffer() throws IOException {
        decide();
        super.flushBuffer();
    }

    @Override
    public void sendError(int status) throws IOException {
        decide();
        super.sendError(status);
    }

    @Override
    public void sendError(int status, String message) throws IOException {
        decide();
        super.sendError(status, message);
    }

    @Override
    public void sendRedirect(String location) throws IOException {
        decide();
        super.sendRedirect(location);
    }

    /* Who has the writer already may still set fields, until the buffer is full. */
    private void reconsider(String name) {
        if (decided
                && name.equalsIgnoreCase(CACHE_CONTROL)
                && !isCommitted()
                && HeaderFields.isForEverybody(getHeaders(CACHE_CONTROL))) {
            exchange.withdrawFields();
        }
    }
}
