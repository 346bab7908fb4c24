package dev.weir.redisson;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Sends one call at a time. What is asked meanwhile gathers, and travels together in the next: nobody waits on purpose, so a question that
 * comes alone travels alone, at once. A call that nobody waits for any more, since all its deadlines have passed, is in nobody's way.
 *
 * <p>Lock-free. Invariant: whoever has put a flight into {@code flying} alone takes from the queue until that is sent, and takes it out
 * when the reply is there, unless another has taken its place. Whoever adds looks at {@code flying} after that, and whoever clears it
 * looks at the queue after that: so no question stays behind.
 */
final class Group {

    private final Queue<Question> waiting = new ConcurrentLinkedQueue<>();
    private final AtomicReference<@Nullable Flight> flying = new AtomicReference<>();
    private final Function<Call, CompletionStage<Runnable>> sender;

    /** A call under way. */
    private static final class Flight {
        /** Until when anybody waits for it; written once it is sent. */
        volatile long deadlineNanos = Question.NO_DEADLINE;

        boolean isOverdue() {
            return Question.isPast(deadlineNanos);
        }
    }

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
        for (Flight flight = departing(); flight != null; flight = departing()) {
            List<Question> late = new ArrayList<>(0);
            Call call = next(late);
            CompletableFuture<Runnable> reply =
                    call.isEmpty() ? CompletableFuture.completedFuture(() -> {}) : sent(call);
            sent |= !call.isEmpty();
            for (Question question : late) {
                question.answer().completeExceptionally(new CancellationException("Given up before it was sent"));
            }
            if (reply.isDone()) { // not by a callback: these would nest, one for each call that fails at once
                flying.set(null);
                reply.join().run();
            } else {
                flight.deadlineNanos = call.deadlineNanos();
                Flight departed = flight;
                CompletableFuture<Void> unused = reply.thenAccept(rest -> landed(departed, call, rest));
            }
        }
        return sent;
    }

    /** A flight for who waits, if somebody does and there is room. */
    private @Nullable Flight departing() {
        while (!waiting.isEmpty()) {
            Flight before = flying.get();
            if (before != null && !before.isOverdue()) {
                return null;
            }
            Flight flight = new Flight();
            if (flying.compareAndSet(before, flight)) {
                return flight;
            }
        }
        return null;
    }

    /*
     * What has gathered is on its way before those who have their answers wake up: meanwhile Redis works. Where it has hardly any work,
     * since all ask the same, they are answered first: so they may ask again, and travel in a larger group.
     */
    private void landed(Flight flight, Call call, Runnable rest) {
        if (!call.isOfFew()) {
            depart(flight);
            rest.run();
            return;
        }
        try {
            rest.run();
            letGather(call.size());
        } finally {
            depart(flight);
        }
    }

    /*
     * Whoever was answered asks again once a processor comes to it, and would miss the next call: so it may run first. Where a processor is
     * idle that is no wait at all.
     */
    @SuppressWarnings("ThreadPriorityCheck") // once for a call
    private void letGather(int travelled) {
        if (travelled > 1 && !haveGathered(travelled)) {
            Thread.yield();
        }
    }

    private boolean haveGathered(int count) {
        int left = count;
        for (Iterator<Question> all = waiting.iterator(); left > 0 && all.hasNext(); left--) {
            all.next();
        }
        return left == 0;
    }

    private void depart(Flight before) {
        flying.compareAndSet(before, null);
        send();
    }

    private CompletableFuture<Runnable> sent(Call call) {
        try {
            return sender.apply(call).toCompletableFuture().exceptionally(failure -> () -> call.fail(failure));
        } catch (RuntimeException | Error e) {
            return CompletableFuture.completedFuture(() -> call.fail(e));
        }
    }

    /* By who has the flight. */
    private Call next(List<Question> late) {
        Call call = new Call();
        long now = System.nanoTime();
        for (@Nullable Question question = waiting.peek();
                question != null && call.hasRoomFor(question);
                question = waiting.peek()) {
            waiting.remove();
            if (question.isUnwanted(now)) {
                late.add(question);
            } else {
                call.add(question);
            }
        }
        return call;
    }
}
