package dev.weir.redisson;

import dev.weir.core.Ask;
import dev.weir.redisson.States.Verdict;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.BooleanSupplier;

/**
 * One that is asked of Redis, alone or with others.
 *
 * @param ask what is asked; it gets the figures of the answer
 * @param mayOpen whether it may wait or hold
 * @param notBeforeNanos how long it waits elsewhere: its turn here comes no earlier
 * @param clients as the fleet knows them, one for each bundle
 * @param keys where their states stand
 * @param unwanted whether nobody waits for the answer any more
 * @param answer gets the verdict, once {@code ask} has its figures
 */
record Question(
        Ask ask,
        boolean mayOpen,
        long notBeforeNanos,
        List<RedisKeys.Client> clients,
        List<String> keys,
        BooleanSupplier unwanted,
        CompletableFuture<Verdict> answer) {

    Question(
            Ask ask,
            boolean mayOpen,
            long notBeforeNanos,
            List<RedisKeys.Client> clients,
            List<String> keys,
            BooleanSupplier unwanted) {
        this(ask, mayOpen, notBeforeNanos, clients, keys, unwanted, new CompletableFuture<>());
    }

    /** The same, to be asked once more. */
    Question again() {
        return new Question(ask, mayOpen, notBeforeNanos, clients, keys, unwanted);
    }

    boolean isUnwanted() {
        return answer.isDone() || unwanted.getAsBoolean();
    }
}
