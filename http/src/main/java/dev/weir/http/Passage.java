package dev.weir.http;

import dev.weir.core.Ask;
import dev.weir.core.ClientKey;
import dev.weir.core.spi.Backend;
import org.jspecify.annotations.Nullable;

/**
 * The way past one limit that is judged at once: what most requests meet. It stands for the {@link Exchange} of the request until somebody
 * needs one, which is made of it then. Front ends extend it by their own request and response, so that a request costs one object.
 */
public abstract class Passage implements RequestView {

    private static final long UNAVAILABLE = -1;

    /* By which it was judged; null before. */
    private @Nullable OneLimit limit;
    /* As in an Ask; UNAVAILABLE if there is no answer. */
    private long remaining;
    private long retryAfterNanos;
    private long resetAfterNanos;
    private long windowNanos;

    /** A way that nobody has gone yet. */
    protected Passage() {}

    /** Where fields are written, or null if nowhere yet. */
    protected abstract @Nullable ResponseView response();

    /**
     * Judges as {@link Exchange#judge(Endpoint, Point)} would, if the answer comes at once.
     *
     * @return false if nothing has been done, since it takes an exchange
     */
    public final boolean judge(Weir weir, Endpoint endpoint, Point point) {
        OneLimit only;
        try {
            only = endpoint.onlyLimit(weir, point);
        } catch (RuntimeException e) {
            return false; // and an exchange will meet it, and answer
        }
        return only != null && attribute(Exchange.ATTRIBUTE) == null && judge(weir, only);
    }

    private boolean judge(Weir weir, OneLimit only) {
        Backend backend = weir.backend();
        try {
            ClientKey client = only.client(this);
            if (client == null) {
                return false;
            }
            Ask ask = weir.spareAsks().take();
            ask.add(only.bundle(), client);
            if (only.cost() != 1) {
                ask.cost(0, only.cost());
            }
            backend.decide(ask);
            Throwable failure = ask.failure();
            if (failure != null) {
                weir.failed(only.endpoint(), ask, failure);
                remaining = UNAVAILABLE;
            } else {
                keep(ask);
                if (!ask.allowed()) {
                    weir.refusalLog().refused(ask);
                }
                weir.spareAsks().giveBack(ask);
            }
        } catch (RuntimeException e) {
            weir.failed(only.endpoint(), null, e);
            remaining = UNAVAILABLE;
        }
        limit = only;
        return true;
    }

    private void keep(Ask ask) {
        remaining = ask.remaining(0);
        retryAfterNanos = ask.retryAfterNanos(0);
        resetAfterNanos = ask.resetAfterNanos(0);
        windowNanos = ask.windowNanos(0);
    }

    /** Has whoever meets the request next find this. */
    public final void keep() {
        attribute(Exchange.ATTRIBUTE, this);
    }

    /** Whether the request may go on. */
    public final boolean isAdmitted() {
        return retryAfterNanos == 0 && remaining != UNAVAILABLE;
    }

    /** Writes the fields that tell about the limit, in the configured styles, where {@link #response} says. */
    public final void writeFields() {
        ResponseView target = response();
        if (target != null) {
            writeFields(target);
        }
    }

    /** The same into {@code target}. */
    public final void writeFields(ResponseView target) {
        if (remaining != UNAVAILABLE) {
            OneLimit judged = limit();
            judged.weir().fields().write(target, judged, remaining, retryAfterNanos, resetAfterNanos, windowNanos);
        }
    }

    /** What to answer to a request that is not admitted. */
    public final Refusal refusal() {
        if (remaining == UNAVAILABLE) {
            return Refusal.unavailable();
        }
        OneLimit judged = limit();
        return Refusal.quotaExceeded(
                judged.plan().refusalBodyOfOne(retryAfterNanos == Ask.NEVER),
                judged.weir().fields().retryAfter(retryAfterNanos));
    }

    final OneLimit limit() {
        if (limit == null) {
            throw new IllegalStateException("This request has not been judged");
        }
        return limit;
    }

    /** What an exchange would have asked and heard; null if it got no answer. */
    @Nullable
    Judged judged(Identity identity) {
        OneLimit judged = limit();
        if (remaining == UNAVAILABLE) {
            return null;
        }
        Judged known = Judged.question(
                judged.weir(), judged.endpoint(), judged.point(), judged.plan(), identity, WaitMode.HOLDS_THREAD);
        Ask ask = known.ask();
        ask.answer(0, remaining, retryAfterNanos, resetAfterNanos, windowNanos);
        ask.complete(retryAfterNanos == 0);
        return known;
    }
}
