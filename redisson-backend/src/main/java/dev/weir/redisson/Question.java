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
 * @param deadlineNanos until when somebody waits for the answer, by {@link System#nanoTime}: whoever is judged later is not
 *     charged; or {@link #NO_DEADLINE}
 * @param clients as the fleet knows them, one for each bundle
 * @param keys where their states stand
 * @param unwanted whether whoever asked has been answered otherwise
 * @param answer gets the verdict, once {@code ask} has its figures
 */
record Question(
        Ask ask,
        boolean mayOpen,
        long notBeforeNanos,
        long deadlineNanos,
        List<RedisKeys.Client> clients,
        List<String> keys,
        BooleanSupplier unwanted,
        CompletableFuture<Verdict> answer) {

    /** Somebody waits for as long as it takes. */
    static final long NO_DEADLINE = Long.MAX_VALUE;

    Question(
            Ask ask,
            boolean mayOpen,
            long notBeforeNanos,
            long deadlineNanos,
            List<RedisKeys.Client> clients,
            List<String> keys,
            BooleanSupplier unwanted) {
        this(ask, mayOpen, notBeforeNanos, deadlineNanos, clients, keys, unwanted, new CompletableFuture<>());
    }

    /** Whether it neither waits nor holds anything. */
    boolean isPlain() {
        if (ask.holds() || notBeforeNanos > 0) {
            return false;
        }
        for (int i = 0; i < ask.limits(); i++) {
            if (ask.patienceNanos(i) > 0) {
                return false;
            }
        }
        return true;
    }

    /** The hash tag of its keys: on a cluster they share that. */
    String tag() {
        return clients.get(0).name();
    }

    /** The same, to be asked once more. */
    Question again() {
        return new Question(ask, mayOpen, notBeforeNanos, deadlineNanos, clients, keys, unwanted);
    }

    /** Whether nobody waits for the answer any more. */
    boolean isUnwanted(long nowNanos) {
        return answer.isDone()
                || unwanted.getAsBoolean()
                || (deadlineNanos != NO_DEADLINE && nowNanos - deadlineNanos >= 0);
    }

    /** Whether a deadline has passed. */
    static boolean isPast(long deadlineNanos) {
        return deadlineNanos != NO_DEADLINE && System.nanoTime() - deadlineNanos >= 0;
    }
}
