package dev.weir.jaxrs;

import dev.weir.http.ResponseView;
import jakarta.servlet.DispatcherType;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import org.jspecify.annotations.Nullable;

/** A servlet container as one request sees it, without a proxy between; for what is not the request's, the proxies serve. */
final class ServletRequestSurroundings implements Surroundings, ResponseView {

    private final Surroundings all;
    private final HttpServletRequest request;
    private final HttpServletResponse response;

    ServletRequestSurroundings(Surroundings all, HttpServletRequest request, HttpServletResponse response) {
        this.all = all;
        this.request = request;
        this.response = response;
    }

    @Override
    public @Nullable String peerAddress() {
        return request.getRemoteAddr();
    }

    @Override
    public @Nullable ResponseView response() {
        return response.isCommitted() ? null : this;
    }

    @Override
    public boolean isInRequest() {
        return true;
    }

    @Override
    public boolean isErrorDispatch() {
        return request.getDispatcherType() == DispatcherType.ERROR;
    }

    @Override
    public void markServlet() {
        all.markServlet();
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

    @Override
    public void remove(String name) {
        response.setHeader(name, null);
    }
}
