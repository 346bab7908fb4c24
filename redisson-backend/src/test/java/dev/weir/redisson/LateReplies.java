package dev.weir.redisson;

import dev.weir.core.Ask;
import dev.weir.core.Bundle;
import dev.weir.core.ClientKey;
import java.util.Queue;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** A limiter whose decisions are made in time, but, where so told, get here only when they are let through. */
final class LateReplies implements SharedLimiter {

    private final SharedLimiter limiter;
    private final Queue<Reply> underWay = new ConcurrentLinkedQueue<>();
    volatile boolean late;

    private record Reply(
            Consumer<@Nullable Throwable> done, @Nullable Throwable failure) {}

    LateReplies(SharedLimiter limiter) {
        this.limiter = limiter;
    }

    @Override
    public void decide(Ask ask) {
        limiter.decide(ask);
    }

    @Override
    public void ask(Ask question, long deadlineNanos, Consumer<@Nullable Throwable> done) {
        if (late) {
            limiter.ask(question, Question.NO_DEADLINE, failure -> underWay.add(new Reply(done, failure)));
        } else {
            limiter.ask(question, deadlineNanos, done);
        }
    }

    /** How many decisions have been made, and have not got here. */
    int underWay() {
        return underWay.size();
    }

    void letThrough() {
        for (Reply reply = underWay.poll(); reply != null; reply = underWay.poll()) {
            reply.done.accept(reply.failure);
        }
    }

    /** As if the connection broke. */
    void lose() {
        for (Reply reply = underWay.poll(); reply != null; reply = underWay.poll()) {
            reply.done.accept(new IllegalStateException("The reply is lost"));
        }
    }

    @Override
    public void settle(Ask ask) {
        limiter.settle(ask);
    }

    @Override
    public CompletionStage<Void> probe() {
        return limiter.probe();
    }

    @Override
    public CompletionStage<Void> owe(Bundle bundle, ClientKey client, long[] permits, long id) {
        return limiter.owe(bundle, client, permits, id);
    }

    @Override
    public void close() {
        limiter.close();
    }
}
