package dev.weir.jaxrs;

import dev.weir.http.Exchange;
import dev.weir.http.HeaderFields;
import dev.weir.http.Refusal;
import dev.weir.http.ResponseView;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.container.ContainerResponseContext;
import jakarta.ws.rs.container.ContainerResponseFilter;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MultivaluedMap;
import java.util.List;

/**
 * Has the last word on the fields of a limited method's response. In a servlet container they stand on its response
 * already; elsewhere they are written here.
 */
final class FieldsFilter implements ContainerResponseFilter {

    private final Surroundings surroundings;

    FieldsFilter(Surroundings surroundings) {
        this.surroundings = surroundings;
    }

    @Override
    public void filter(ContainerRequestContext request, ContainerResponseContext response) {
        Object kept = request.getProperty(Exchange.ATTRIBUTE);
        if (kept == null || (kept instanceof JaxrsPassage passage && isDone(passage, response))) {
            return;
        }
        Exchange exchange = Exchange.of(new JaxrsPassage(request, surroundings));
        if (exchange == null) {
            return;
        }
        Object answer = exchange.isAdmitted() ? response.getEntity() : null; // a refusal is none of the method's
        boolean settled = exchange.settle(answer);
        MultivaluedMap<String, Object> headers = response.getHeaders();
        if (!exchange.isAdmitted()) {
            // A filter of the application's may have made all of its responses cacheable, the refusal too.
            headers.putSingle(HttpHeaders.CACHE_CONTROL, Refusal.CACHE_CONTROL);
        }
        if (!exchange.hasOutcomes()) {
            return;
        }
        ResponseView written = exchange.writtenTo();
        if (written != null) {
            surroundings.seeAgain(written);
        }
        if (isForEverybody(response)) {
            // A shared cache would replay one client's figures to others.
            if (written != null) {
                exchange.withdrawFields();
            }
        } else if (written == null) {
            exchange.writeFields(new HeadersView(headers));
        } else {
            if (settled) {
                exchange.writeFields(written);
            }
            keepBeside(written, headers);
        }
    }

    /** Whether all is as it should be, as it nearly always is: admitted, told, and the application has set no field of its own. */
    private static boolean isDone(JaxrsPassage passage, ContainerResponseContext response) {
        return passage.response() != null
                && passage.isAdmitted()
                && response.getHeaders().isEmpty();
    }

    /**
     * The application's own values would replace ours on the way to the container; they become lines beside ours. Before server-sent
     * events CXF shows those of the container's response here, ours too, as if they were the application's.
     */
    private static void keepBeside(ResponseView written, MultivaluedMap<String, Object> headers) {
        for (String name : HeaderFields.LISTS) {
            List<Object> values = headers.remove(name);
            if (values != null) {
                values.stream()
                        .map(String::valueOf)
                        .filter(line -> !written.has(name, line))
                        .forEach(line -> written.add(name, line));
            }
        }
    }

    private static boolean isForEverybody(ContainerResponseContext response) {
        String control = response.getHeaderString(HttpHeaders.CACHE_CONTROL);
        return control != null && HeaderFields.isForEverybody(List.of(control));
    }

    private record HeadersView(MultivaluedMap<String, Object> headers) implements ResponseView {
        @Override
        public void set(String name, String value) {
            headers.putSingle(name, value);
        }

        @Override
        public void add(String name, String value) {
            headers.add(name, value);
        }

        @Override
        public void remove(String name) {
            headers.remove(name);
        }
    }
}
