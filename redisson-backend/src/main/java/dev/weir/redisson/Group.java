package dev.weir.redisson;

import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Sends one call at a time. What is asked meanwhile gathers, and travels together in the next: nobody waits on purpose, so a question that
 * comes alone travels alone, at once.
 *
 * <p>Lock-free. Invariant: whoever has set {@code flying} alone takes from the queue, and clears it when the reply is there. Whoever
 * adds looks at it after that, and whoever clears it looks at the queue after that: so no question stays behind.
 */
final class Group {

    private final Queue<Question> waiting = new ConcurrentLinkedQueue<>();
    private final AtomicBoolean flying = new AtomicBoolean();
    private final Function<Call, CompletionStage<Runnable>> sender;

    /**
     * A group.
     *
     * @param sender sends a call, and completes when there is a reply, or none comes, with what is then to be done
     */
    Group(Function<Call, CompletionStage<Runnable>> sender) {
        this.sender = sender;
    }

    /** Has {@code question} sent with the next call. Whether that was sent by this. */
    boolean add(Question question) {
        waiting.add(question);
        return send();
    }

    private boolean send() {
        boolean sent = false;
        while (!waiting.isEmpty() && flying.compareAndSet(false, true)) {
            List<Question> late = new ArrayList<>(0);
            Call call = next(late);
            CompletableFuture<Runnable> reply =
                    call.isEmpty() ? CompletableFuture.completedFuture(() -> {}) : sent(call);
            sent |= !call.isEmpty();
            for (Question question : late) {
                question.answer().completeExceptionally(new CancellationException("Given up before it was sent"));
            }
            if (reply.isDone()) { // not by a callback: these would nest, one for each call that fails at once
                flying.set(false);
                reply.join().run();
            } else {
                CompletableFuture<Void> unused = reply.thenAccept(this::landed);
            }
        }
        return sent;
    }

    /* What has gathered is on its way before those who have their answers wake up. */
    private void landed(Runnable rest) {
        flying.set(false);
        send();
        rest.run();
    }

    private CompletableFuture<Runnable> sent(Call call) {
        try {
            return sender.apply(call).toCompletableFuture().exceptionally(failure -> () -> call.fail(failure));
        } catch (RuntimeException | Error e) {
            return CompletableFuture.completedFuture(() -> call.fail(e));
        }
    }

    /* By who has set flying. */
    private Call next(List<Question> late) {
        Call call = new Call();
        for (@Nullable Question question = waiting.peek();
                question != null && call.hasRoomFor(question);
                question = waiting.peek()) {
            waiting.remove();
            if (question.isUnwanted()) {
                late.add(question);
            } else {
                call.add(question);
            }
        }
        return call;
    }
}
