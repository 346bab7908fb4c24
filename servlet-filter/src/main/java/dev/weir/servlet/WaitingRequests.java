package dev.weir.servlet;

import dev.weir.http.Exchange;
import dev.weir.http.Refusal;
import jakarta.servlet.AsyncContext;
import jakarta.servlet.AsyncEvent;
import jakarta.servlet.AsyncListener;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Requests that have let the container's thread go until they are judged and their turn has come. Each ends once, whoever comes
 * first: its turn, the container that has lost the client, or the application that stops; but for the first it gives its place back.
 */
final class WaitingRequests {

    /* Who takes a waiter out sees to its end. */
    private final Set<Waiter> waiters = ConcurrentHashMap.newKeySet();

    /** Sets {@code request} aside until {@code exchange} is done, then dispatches or refuses it. */
    void add(Exchange exchange, HttpServletRequest request, HttpServletResponse response, boolean guarded) {
        AsyncContext later = request.startAsync(request, guarded ? new CacheGuard(response, exchange) : response);
        later.setTimeout(0); // the exchange has a deadline of its own
        Waiter waiter = new Waiter(exchange, later, request, response, guarded);
        waiters.add(waiter);
        later.addListener(waiter);
        exchange.onDone(waiter::goOn);
    }

    /** Ends all, at once: nobody will be served any more. */
    void endAll() {
        waiters.forEach(Waiter::giveUp);
    }

    private final class Waiter implements AsyncListener {
        private final Exchange exchange;
        private final AsyncContext later;
        private final HttpServletRequest request;
        private final HttpServletResponse response;
        private final boolean guarded;

        private Waiter(
                Exchange exchange,
                AsyncContext later,
                HttpServletRequest request,
                HttpServletResponse response,
                boolean guarded) {
            this.exchange = exchange;
            this.later = later;
            this.request = request;
            this.response = response;
            this.guarded = guarded;
        }

        private void goOn() {
            if (waiters.remove(this)) {
                end(() -> {
                    if (!exchange.isAdmitted() || !guarded) {
                        exchange.writeFields(new ServletResponseView(response));
                    }
                    if (exchange.isAdmitted()) {
                        later.dispatch();
                    } else {
                        refuse(exchange.refusal());
                    }
                });
            }
        }

        /* Left to the container it would be a 500, or wait for a servlet that is not there any more. */
        private void giveUp() {
            if (waiters.remove(this)) {
                exchange.giveUp();
                end(() -> refuse(Refusal.unavailable()));
            }
        }

        private void refuse(Refusal refusal) {
            RateLimitFilter.refuse(refusal, request, response);
            complete();
        }

        private void end(Runnable ending) {
            try {
                ending.run();
            } catch (RuntimeException e) { // nobody above us would answer the client
                request.getServletContext().log("A request could not go on after it has waited for its limits", e);
                complete();
            }
        }

        private void complete() {
            try {
                later.complete();
            } catch (IllegalStateException ended) {
                return; // by the container, at the same moment
            }
        }

        @Override
        public void onError(AsyncEvent event) {
            giveUp();
        }

        @Override
        public void onTimeout(AsyncEvent event) {
            giveUp();
        }

        @Override
        public void onComplete(AsyncEvent event) {
            if (waiters.remove(this)) {
                exchange.giveUp();
            }
        }

        @Override
        public void onStartAsync(AsyncEvent event) {
            // The servlet's own; our wait is over by then.
        }
    }
}
