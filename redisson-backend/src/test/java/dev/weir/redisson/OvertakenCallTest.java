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
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.Test;

/** A call that is stuck, and those after it. The network of this test answers when it is told to. */
class OvertakenCallTest {

    private static final Bundle BUNDLE = bundle();

    /** Of the calls, in the order in which they were sent: it completes when there is a reply. */
    private final List<CompletableFuture<Void>> replies = new ArrayList<>();

    private final Group group = new Group(this::sent);

    private CompletionStage<Runnable> sent(Call call) {
        CompletableFuture<Void> reply = new CompletableFuture<>();
        replies.add(reply);
        return reply.thenApply(here -> () -> call.fail(new IllegalStateException("the answer of this test")));
    }

    private static Bundle bundle() {
        Policies policies = new Policies();
        policies.declare(new Policy("limit", Limit.of(1, Duration.ofDays(1))));
        return policies.current().bundle("bundle", List.of("limit"));
    }

    private Question ask(long deadlineNanos) {
        Ask ask = new Ask();
        ask.add(BUNDLE, ClientKey.GLOBAL);
        Question question = new Question(
                ask, false, 0, deadlineNanos, List.of(new RedisKeys.Client("", 0)), List.of("key"), () -> false);
        group.add(question);
        return question;
    }

    private void reply(int call) {
        replies.get(call).complete(null);
    }

    private static long soon() {
        return System.nanoTime() + Duration.ofMillis(50).toNanos();
    }

    private static long later() {
        return System.nanoTime() + Duration.ofMinutes(10).toNanos();
    }

    private static void pass(long deadline) {
        Eventually.holds("the deadline has passed", () -> Question.isPast(deadline));
    }

    @Test
    void whoComesAfterItsDeadlinesDoesNotWaitForIt() {
        long deadline = soon();
        Question stuck = ask(deadline);
        Question gathered = ask(later());
        assertThat(replies).hasSize(1);
        pass(deadline);
        Question last = ask(later());
        assertThat(replies).as("calls").hasSize(2);
        reply(1);
        assertThat(gathered.answer()).isCompletedExceptionally();
        assertThat(last.answer()).isCompletedExceptionally();
        assertThat(stuck.answer()).isNotDone();
        reply(0);
        assertThat(stuck.answer()).isCompletedExceptionally();
    }

    @Test
    void untilTheLastOfItsDeadlinesOthersGather() {
        ask(later());
        long deadline = soon();
        Question soon = ask(deadline);
        ask(later());
        reply(0); // the second leaves, with one whose deadline passes and one who waits
        assertThat(replies).hasSize(2);
        pass(deadline);
        ask(later());
        assertThat(replies).as("calls").hasSize(2);
        ask(Question.NO_DEADLINE);
        assertThat(replies).as("calls").hasSize(2);
        reply(1);
        assertThat(soon.answer()).isCompletedExceptionally();
        assertThat(replies).as("calls").hasSize(3);
    }

    @Test
    void whoWaitsForAsLongAsItTakesIsNotOvertaken() {
        ask(Question.NO_DEADLINE);
        ask(later());
        assertThat(replies).hasSize(1);
    }

    @Test
    void itsReplyLetsNoSecondCallGoBesideTheOneThatOvertookIt() {
        long deadline = soon();
        ask(deadline);
        pass(deadline);
        ask(later());
        assertThat(replies).hasSize(2);
        reply(0);
        Question third = ask(later());
        assertThat(replies).as("calls").hasSize(2);
        reply(1);
        assertThat(replies).as("calls").hasSize(3);
        reply(2);
        assertThat(third.answer()).isCompletedExceptionally();
    }

    @Test
    void whoseOwnDeadlineHasPassedMeanwhileIsNotSent() {
        long deadline = soon();
        ask(deadline);
        Question late = ask(deadline);
        pass(deadline);
        ask(later());
        assertThat(replies).hasSize(2);
        assertThat(late.answer())
                .as("before any reply")
                .failsWithin(Duration.ZERO)
                .withThrowableOfType(CancellationException.class);
    }
}
