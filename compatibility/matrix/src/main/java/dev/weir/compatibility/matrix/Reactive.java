package dev.weir.compatibility.matrix;

import dev.weir.annotation.RateLimited;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import java.util.Iterator;
import java.util.List;
import org.reactivestreams.Publisher;
import org.reactivestreams.Subscriber;
import org.reactivestreams.Subscription;

/** Returns a reactive stream, which RESTEasy sends as events. */
@Path("reactive")
public class Reactive {

    @GET
    @Produces(MediaType.SERVER_SENT_EVENTS)
    @RateLimited(permits = 3, per = "1h", name = "reactive")
    public Publisher<String> events() {
        return subscriber -> subscriber.onSubscribe(new Events(subscriber));
    }

    private static final class Events implements Subscription {

        private final Subscriber<? super String> subscriber;
        private final Iterator<String> events = List.of("one", "two", "three").iterator();
        private boolean over;

        Events(Subscriber<? super String> subscriber) {
            this.subscriber = subscriber;
        }

        @Override
        public synchronized void request(long wanted) {
            for (long i = 0; i < wanted && !over && events.hasNext(); i++) {
                subscriber.onNext(events.next());
            }
            if (!over && !events.hasNext()) {
                over = true;
                subscriber.onComplete();
            }
        }

        @Override
        public synchronized void cancel() {
            over = true;
        }
    }
}
