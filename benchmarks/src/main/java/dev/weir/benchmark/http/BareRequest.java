package dev.weir.benchmark.http;

import jakarta.servlet.DispatcherType;
import jakarta.servlet.ReadListener;
import jakarta.servlet.ServletContext;
import jakarta.servlet.ServletInputStream;
import jakarta.servlet.http.HttpServletMapping;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletRequestWrapper;
import jakarta.servlet.http.MappingMatch;
import java.lang.reflect.Proxy;
import java.security.Principal;
import java.util.Collections;
import java.util.Enumeration;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A GET without a body, as cheap as a container could make it: all is known before, only attributes are kept. Used again for the next
 * request, as containers do.
 */
final class BareRequest extends HttpServletRequestWrapper {

    private static final ServletInputStream NOTHING = new Nothing();

    private final ServletContext context;
    private final String path;
    private final HttpServletMapping mapping;
    private final Map<String, Object> attributes = new HashMap<>();
    private final Map<String, List<String>> headers = Map.of("Accept", List.of("*/*"), "Host", List.of("localhost"));
    private String address = "";

    /**
     * A request for a servlet.
     *
     * @param servletName by which it is registered in {@code context}
     */
    BareRequest(ServletContext context, String servletName, String path) {
        super(incomplete());
        this.context = context;
        this.path = path;
        this.mapping = new Mapping(servletName, path);
    }

    /** The next request, of the client at {@code address}. */
    BareRequest next(String address) {
        this.address = address;
        attributes.clear();
        return this;
    }

    /* What nobody has asked for so far should be seen, not guessed. */
    private static HttpServletRequest incomplete() {
        return (HttpServletRequest) Proxy.newProxyInstance(
                BareRequest.class.getClassLoader(),
                new Class<?>[] {HttpServletRequest.class},
                (proxy, method, args) -> {
                    throw new UnsupportedOperationException(method.getName());
                });
    }

    @Override
    public String getRemoteAddr() {
        return address;
    }

    @Override
    public String getMethod() {
        return "GET";
    }

    @Override
    public DispatcherType getDispatcherType() {
        return DispatcherType.REQUEST;
    }

    @Override
    public HttpServletMapping getHttpServletMapping() {
        return mapping;
    }

    @Override
    public ServletContext getServletContext() {
        return context;
    }

    @Override
    public @Nullable Object getAttribute(String name) {
        return attributes.get(name);
    }

    @Override
    public void setAttribute(String name, Object value) {
        attributes.put(name, value);
    }

    @Override
    public void removeAttribute(String name) {
        attributes.remove(name);
    }

    @Override
    public Enumeration<String> getAttributeNames() {
        return Collections.enumeration(attributes.keySet());
    }

    @Override
    public @Nullable String getHeader(String name) {
        List<String> lines = headers.get(name);
        return lines == null ? null : lines.get(0);
    }

    @Override
    public Enumeration<String> getHeaders(String name) {
        List<String> lines = headers.get(name);
        return lines == null ? Collections.emptyEnumeration() : Collections.enumeration(lines);
    }

    @Override
    public Enumeration<String> getHeaderNames() {
        return Collections.enumeration(headers.keySet());
    }

    @Override
    public @Nullable Principal getUserPrincipal() {
        return null;
    }

    @Override
    public boolean isAsyncSupported() {
        return true;
    }

    @Override
    public boolean isAsyncStarted() {
        return false;
    }

    @Override
    public boolean isSecure() {
        return false;
    }

    @Override
    public String getScheme() {
        return "http";
    }

    @Override
    public String getProtocol() {
        return "HTTP/1.1";
    }

    @Override
    public String getServerName() {
        return "localhost";
    }

    @Override
    public int getServerPort() {
        return 80;
    }

    @Override
    public String getContextPath() {
        return "";
    }

    @Override
    public String getServletPath() {
        return "";
    }

    @Override
    public String getPathInfo() {
        return path;
    }

    @Override
    public String getRequestURI() {
        return path;
    }

    @Override
    public StringBuffer getRequestURL() {
        return new StringBuffer("http://localhost").append(path);
    }

    @Override
    public @Nullable String getQueryString() {
        return null;
    }

    @Override
    public @Nullable String getContentType() {
        return null;
    }

    @Override
    public Locale getLocale() {
        return Locale.ROOT;
    }

    @Override
    public ServletInputStream getInputStream() {
        return NOTHING;
    }

    private record Mapping(String servletName, String path) implements HttpServletMapping {
        @Override
        public String getMatchValue() {
            return path.substring(1);
        }

        @Override
        public String getPattern() {
            return path;
        }

        @Override
        public String getServletName() {
            return servletName;
        }

        @Override
        public MappingMatch getMappingMatch() {
            return MappingMatch.EXACT;
        }
    }

    private static final class Nothing extends ServletInputStream {
        @Override
        public int read() {
            return -1;
        }

        @Override
        public boolean isFinished() {
            return true;
        }

        @Override
        public boolean isReady() {
            return true;
        }

        @Override
        public void setReadListener(ReadListener listener) {
            throw new UnsupportedOperationException("nothing to read");
        }
    }
}
