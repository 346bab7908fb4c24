package dev.weir.redisson;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.core.Ask;
import dev.weir.core.Bundle;
import dev.weir.core.ClientKey;
import dev.weir.core.Limit;
import dev.weir.core.Policies;
import dev.weir.core.Policy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Many threads ask while calls come back at any moment: no question stays behind, and calls follow each other. */
class GroupRaceTest {

    private static final int THREADS = 4;
    private static final int TIMES = 20_000;
    private static final IllegalStateException ANSWER = new IllegalStateException("the answer of this test");

    private final ExecutorService network = Executors.newFixedThreadPool(2);
    private final AtomicInteger flying = new AtomicInteger();
    private final AtomicInteger most = new AtomicInteger();
    private final AtomicInteger calls = new AtomicInteger();

    @AfterEach
    void stop() {
        network.shutdownNow();
    }

    /* Every seventh call fails at once, in the thread that asks. */
    private CompletableFuture<Runnable> sent(Call call) {
        if (calls.incrementAndGet() % 7 == 0) {
            return CompletableFuture.completedFuture(() -> call.fail(ANSWER));
        }
        most.accumulateAndGet(flying.incrementAndGet(), Math::max);
        return CompletableFuture.supplyAsync(
                () -> {
                    flying.decrementAndGet();
                    return () -> call.fail(ANSWER);
                },
                network);
    }

    @Test
    void noQuestionStaysBehindAndOneCallIsUnderWayAtATime() throws Exception {
        Group group = new Group(this::sent);
        Policies policies = new Policies();
        policies.declare(new Policy("limit", Limit.of(1, Duration.ofDays(1))));
        Bundle bundle = policies.current().bundle("bundle", List.of("limit"));
        List<Question> questions = new ArrayList<>();
        for (int i = 0; i < THREADS * TIMES; i++) {
            Ask ask = new Ask();
            ask.add(bundle, ClientKey.GLOBAL);
            questions.add(new Question(
                    ask,
                    false,
                    0,
                    Question.NO_DEADLINE,
                    List.of(new RedisKeys.Client("", 0)),
                    List.of("key-" + i % 100),
                    () -> false));
        }
        List<Thread> threads = new ArrayList<>();
        for (int t = 0; t < THREADS; t++) {
            List<Question> own = questions.subList(t * TIMES, (t + 1) * TIMES);
            threads.add(new Thread(() -> own.forEach(question -> {
                group.add(question);
                question.answer()
                        .handle((verdict, failure) -> failure)
                        .join(); // alone again: the next may be the last of all
            })));
        }
        threads.forEach(Thread::start);
        for (Thread thread : threads) {
            thread.join(TimeUnit.SECONDS.toMillis(60));
        }
        assertThat(questions).allMatch(question -> question.answer().isCompletedExceptionally());
        assertThat(most).hasValue(1);
    }
}
