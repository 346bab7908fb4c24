package dev.weir.jaxrs;

import dev.weir.http.Endpoint;
import dev.weir.http.Endpoints.Finding;
import dev.weir.http.Exchange;
import dev.weir.http.Point;
import dev.weir.http.Refusal;
import dev.weir.http.ResponseView;
import dev.weir.http.Weir;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.container.ContainerRequestFilter;
import jakarta.ws.rs.core.Response;

/**
 * Judges the limits of one method at one point. JAX-RS has no portable way to set a request aside, so a decision that comes
 * later is waited for, until its deadline at most.
 */
abstract sealed class LimitFilter implements ContainerRequestFilter {

    private final LimitBinder binder;
    private final LimitedMethod method;
    private final Point point;

    private LimitFilter(LimitBinder binder, LimitedMethod method, Point point) {
        this.binder = binder;
        this.method = method;
        this.point = point;
    }

    /** JAX-RS takes one filter of a class for a method, hence one class for each point. */
    static final class BeforeAuthentication extends LimitFilter {
        BeforeAuthentication(LimitBinder binder, LimitedMethod method) {
            super(binder, method, Point.BEFORE_AUTHENTICATION);
        }
    }

    static final class AfterAuthentication extends LimitFilter {
        AfterAuthentication(LimitBinder binder, LimitedMethod method) {
            super(binder, method, Point.AFTER_AUTHENTICATION);
        }
    }

    @Override
    public void filter(ContainerRequestContext request) {
        judge(request, binder, binder.weir(), binder.surroundings(), method, point);
    }

    static void judge(
            ContainerRequestContext request,
            LimitBinder binder,
            Weir own,
            Surroundings around,
            LimitedMethod method,
            Point point) {
        Surroundings here = around.ofRequest();
        JaxrsPassage view = new JaxrsPassage(request, here);
        Exchange begun = Exchange.of(view);
        Weir weir = begun == null ? own : begun.weir();
        if (begun != null && begun.hasChargedDefaults()) {
            around.markServlet();
        }
        Finding finding = method.finding(weir);
        if (finding instanceof Finding.Malformed malformed) {
            binder.report(malformed, method.type());
            request.abortWith(response(Refusal.unavailable()));
        } else if (finding instanceof Finding.Limited limited
                && limited.endpoint().hasLimitsAt(point)
                && !Weir.isPreflight(view)
                && !here.isErrorDispatch()) {
            if (begun != null || !view.judge(weir, limited.endpoint(), point)) {
                judge(request, weir.exchange(view), here, limited.endpoint(), point);
            } else {
                pass(request, view, here);
            }
        }
    }

    private static void pass(ContainerRequestContext request, JaxrsPassage passage, Surroundings here) {
        passage.keep();
        passage.writeTo(here.response());
        if (!passage.isAdmitted()) {
            request.abortWith(response(passage.refusal()));
        }
    }

    private static void judge(
            ContainerRequestContext request, Exchange exchange, Surroundings around, Endpoint endpoint, Point point) {
        exchange.judge(endpoint, point);
        exchange.await();
        ResponseView response = exchange.writtenTo() == null ? around.response() : exchange.writtenTo();
        if (response != null) {
            exchange.writeFields(response);
        }
        if (!exchange.isAdmitted()) {
            request.abortWith(response(exchange.refusal()));
        }
    }

    /* With an entity, or the container would write a page of its own. */
    static Response response(Refusal refusal) {
        Response.ResponseBuilder response =
                Response.status(refusal.status()).type(refusal.contentType()).entity(refusal.body());
        refusal.writeFields(new ResponseView() {
            @Override
            public void set(String name, String value) {
                response.header(name, value);
            }

            @Override
            public void add(String name, String value) {
                response.header(name, value);
            }

            @Override
            public void remove(String name) {
                response.header(name, null);
            }
        });
        return response.build();
    }
}
