package dev.weir.benchmark.http;

import jakarta.servlet.ServletOutputStream;
import jakarta.servlet.WriteListener;
import jakarta.servlet.http.HttpServletResponse;
import jakarta.servlet.http.HttpServletResponseWrapper;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A response as cheap as a container could make it: lines of fields in a table, the body in a buffer. Used again for the next request. */
final class BareResponse extends HttpServletResponseWrapper {

    private static final int LINES = 16;

    private final String[] names = new String[LINES];
    private final String[] values = new String[LINES];
    private int lines;
    private int status = SC_OK;
    private long contentLength;
    private @Nullable String contentType;
    private final Body body = new Body();

    BareResponse() {
        super((HttpServletResponse) Proxy.newProxyInstance(
                BareResponse.class.getClassLoader(),
                new Class<?>[] {HttpServletResponse.class},
                (proxy, method, args) -> {
                    throw new UnsupportedOperationException(method.getName());
                }));
    }

    /** The next response. */
    BareResponse next() {
        lines = 0;
        status = SC_OK;
        contentLength = -1;
        contentType = null;
        body.length = 0;
        return this;
    }

    /** How much there is, fields and all, so that nothing is written in vain. */
    long size() {
        long size = body.length + contentLength;
        for (int i = 0; i < lines; i++) {
            size += names[i].length() + values[i].length();
        }
        return size;
    }

    /** All fields, by name. */
    Map<String, String> fields() {
        Map<String, String> fields = new LinkedHashMap<>();
        for (int i = 0; i < lines; i++) {
            fields.put(names[i], values[i]);
        }
        return fields;
    }

    /** The body. */
    String text() {
        return new String(body.bytes, 0, body.length, java.nio.charset.StandardCharsets.UTF_8);
    }

    @Override
    public void setHeader(String name, @Nullable String value) {
        if (value == null) {
            throw new UnsupportedOperationException("nobody should have to remove a field");
        }
        for (int i = 0; i < lines; i++) {
            if (names[i].equalsIgnoreCase(name)) {
                values[i] = value;
                return; // a second line of one name is never set here
            }
        }
        addHeader(name, value);
    }

    @Override
    public void addHeader(String name, @Nullable String value) {
        if (value != null) {
            names[lines] = name;
            values[lines++] = value;
        }
    }

    @Override
    public boolean containsHeader(String name) {
        return getHeader(name) != null;
    }

    @Override
    public @Nullable String getHeader(String name) {
        for (int i = 0; i < lines; i++) {
            if (names[i].equalsIgnoreCase(name)) {
                return values[i];
            }
        }
        return null;
    }

    @Override
    public Collection<String> getHeaders(String name) {
        List<String> found = new ArrayList<>();
        for (int i = 0; i < lines; i++) {
            if (names[i].equalsIgnoreCase(name)) {
                found.add(values[i]);
            }
        }
        return found;
    }

    @Override
    public void setContentType(String type) {
        contentType = type;
    }

    @Override
    public @Nullable String getContentType() {
        return contentType;
    }

    @Override
    public void setContentLength(int length) {
        contentLength = length;
    }

    @Override
    public void setContentLengthLong(long length) {
        contentLength = length;
    }

    @Override
    public int getStatus() {
        return status;
    }

    @Override
    public void setStatus(int status) {
        this.status = status;
    }

    @Override
    public boolean isCommitted() {
        return false;
    }

    @Override
    public int getBufferSize() {
        return body.bytes.length;
    }

    @Override
    public void flushBuffer() {
        // There is nowhere to flush it to.
    }

    @Override
    public ServletOutputStream getOutputStream() {
        return body;
    }

    private static final class Body extends ServletOutputStream {
        private final byte[] bytes = new byte[1024];
        private int length;

        @Override
        public void write(int b) {
            bytes[length++] = (byte) b;
        }

        @Override
        public void write(byte[] from, int offset, int count) {
            System.arraycopy(from, offset, bytes, length, count);
            length += count;
        }

        @Override
        public boolean isReady() {
            return true;
        }

        @Override
        public void setWriteListener(WriteListener listener) {
            throw new UnsupportedOperationException("never has to wait");
        }
    }
}
