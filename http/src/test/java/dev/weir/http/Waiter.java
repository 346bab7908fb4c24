package dev.weir.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.http.Application.Answer;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/** A request that may have to wait, and what became of it. */
final class Waiter {

    final Exchange exchange;
    private volatile @Nullable Answer answer;
    private volatile @Nullable Thread thread;

    private Waiter(Exchange exchange) {
        this.exchange = exchange;
    }

    /** One that is called back when it goes on. */
    static Waiter freeing(Application app, Class<?> type, FakeRequest request) {
        return freeing(app, app.endpoint(type), Point.ONLY, request);
    }

    static Waiter freeing(Application app, Endpoint endpoint, Point point, FakeRequest request) {
        Waiter waiter = new Waiter(app.weir.exchange(request));
        waiter.exchange.judge(endpoint, point, WaitMode.FREES_THREAD);
        waiter.exchange.onDone(() -> waiter.answer = Application.answer(waiter.exchange));
        return waiter;
    }

    /** One that has a thread of its own, in which it waits. */
    static Waiter holding(Application app, Class<?> type, FakeRequest request) {
        Waiter waiter = new Waiter(app.weir.exchange(request));
        waiter.exchange.judge(app.endpoint(type), Point.ONLY, WaitMode.HOLDS_THREAD);
        boolean mustWait = !waiter.exchange.isDone();
        int others = app.ticker.waiting();
        Thread thread = new Thread(() -> {
            waiter.exchange.await();
            waiter.answer = Application.answer(waiter.exchange);
        });
        waiter.thread = thread;
        thread.start();
        if (mustWait) {
            until("it sleeps", () -> app.ticker.waiting() > others);
        }
        return waiter;
    }

    /** Whether it has not been answered. */
    boolean waits() {
        return answer == null;
    }

    /** What it is answered, soon. */
    Answer answer() {
        until("it is answered", () -> answer != null);
        Answer given = answer;
        assertThat(given).isNotNull();
        return given;
    }

    /** Interrupts its thread. */
    Waiter interrupt() {
        Thread holding = thread;
        assertThat(holding).isNotNull();
        holding.interrupt();
        return this;
    }

    private static void until(String what, BooleanSupplier condition) {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(10);
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime() - deadline)
                    .as("ten seconds, until " + what)
                    .isNegative();
            Thread.onSpinWait();
        }
    }
}
