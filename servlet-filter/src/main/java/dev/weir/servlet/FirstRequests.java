package dev.weir.servlet;

import dev.weir.http.Check;
import dev.weir.http.Endpoint;
import dev.weir.http.Exchange;
import dev.weir.http.HeaderFields;
import dev.weir.http.Weir;
import jakarta.servlet.FilterRegistration;
import jakarta.servlet.ServletContext;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Looks at the first requests that an application limits, for what no container tells when it starts: which filters run before
 * Weir's and which behind it, whether one of those before has no async support, and whether another limiter has written fields. The
 * filter lets go of this afterwards, so that all later requests pay nothing. Safe for use by many threads.
 */
final class FirstRequests {

    /** How many are asked for all, which costs some ten microseconds each. */
    private static final int ALL = 16;
    /** How many are asked for fields, which costs a look at those that there are. */
    private static final int FIELDS = 1_024;

    private final Weir weir;
    private final boolean async;
    private final boolean writesFields;
    private final AtomicInteger seen = new AtomicInteger();

    /**
     * Those of one application.
     *
     * @param async whether the filter means to free its thread
     * @param writesFields whether Weir writes any
     */
    FirstRequests(Weir weir, boolean async, boolean writesFields) {
        this.weir = weir;
        this.async = async;
        this.writesFields = writesFields;
    }

    /**
     * Looks at one that {@code endpoint} is about to limit, and tells whether to look at the next one too. No request fails by it: a
     * container that cannot be asked is not asked again.
     */
    boolean look(HttpServletRequest request, HttpServletResponse response, Endpoint endpoint) {
        int number = seen.incrementAndGet();
        try {
            if (number <= ALL) {
                lookAtFilters(request, endpoint);
            }
            if (writesFields && request.getAttribute(Exchange.ATTRIBUTE) == null) { // else they are Weir's own
                lookAtFields(response);
            }
            return number < FIELDS;
        } catch (RuntimeException e) {
            return false;
        }
    }

    private void lookAtFilters(HttpServletRequest request, Endpoint endpoint) {
        Callers callers = Callers.ofThisRequest();
        List<String> before = new ArrayList<>();
        ServletContext context = request.getServletContext();
        for (FilterRegistration filter : context.getFilterRegistrations().values()) {
            OtherFilter other = OtherFilter.of(filter);
            if (other == null) {
                continue; // Weir's own, or one that tells no class
            }
            if (callers.include(ServletEndpoints.load(context, other.className()))) {
                before.add(other.toString());
            } else if (other.kind() != OtherFilter.Kind.ANY && other.isFor(request)) {
                warnOfOneBehind(other, endpoint);
            }
        }
        if (!request.isAsyncSupported() && (async || before.isEmpty())) {
            weir.warn(
                    Check.WITHOUT_ASYNC,
                    "Requests reach Weir's filter without async support: it, or one before it, is registered without"
                            + " async-supported = true. Before it run: "
                            + (before.isEmpty() ? "none" : String.join(", ", before)));
        }
    }

    private void warnOfOneBehind(OtherFilter other, Endpoint endpoint) {
        if (other.kind() == OtherFilter.Kind.CORS) {
            weir.warn(
                    Check.CORS_BEHIND,
                    "The filter " + other + " runs behind Weir's, so scripts of other origins cannot read refusals."
                            + " Map it before Weir's");
        } else if (endpoint.dependsOnUser()) {
            weir.warn(
                    Check.AUTHENTICATION_BEHIND,
                    "The filter " + other + " runs behind Weir's, so limits by client or user do not know the user yet."
                            + " Map it before Weir's");
        }
    }

    private void lookAtFields(HttpServletResponse response) {
        for (String name : response.getHeaderNames()) {
            if (HeaderFields.isOfALimiter(name)) {
                weir.warn(
                        Check.OTHER_FIELDS,
                        "A response has the field " + name + " before Weir writes its own: another limiter is in front."
                                + " Switch the fields of one of them off");
                return;
            }
        }
    }
}
