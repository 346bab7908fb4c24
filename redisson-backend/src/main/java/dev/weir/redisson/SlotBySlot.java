package dev.weir.redisson;

import dev.weir.core.Ask;
import dev.weir.redisson.States.Verdict;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * One question whose keys lie in several slots of a cluster: one part is asked after the other. Each holds what it takes until all have
 * admitted; if one refuses, the others get it back by the rule of return. Until then others see it taken: a request of theirs may be
 * refused for one that is not admitted in the end.
 *
 * <p>All parts are charged as of one turn. If a part admits only for a later turn than those before, these get back what they gave, and
 * are asked again for that turn. Times of different servers are compared by this process' clock, so one part's turn may come before
 * another's by as much as an answer travels.
 *
 * <p>Used once.
 */
final class SlotBySlot {

    /** Turns move when others get in between: rarely, and hardly ever so often. */
    private static final int MAX_ROUNDS = 8;

    private final States states;
    private final List<Part> parts;
    private final boolean holds;
    private final boolean mayOpen;
    private final long deadlineNanos;
    private final Map<Part, Verdict> taken = new LinkedHashMap<>();
    private int asked;
    /** When the request goes on, by this process' clock. */
    private long turnNanos = System.nanoTime();
    /** Those of {@code taken} that are charged as of that turn. */
    private final List<Part> inTurn = new ArrayList<>();

    /**
     * A question to be decided.
     *
     * @param holds whether what is taken stays open in the end
     * @param mayOpen whether there is room to wait or to hold
     * @param deadlineNanos until when somebody waits, by {@link System#nanoTime}, or {@link Question#NO_DEADLINE}
     */
    SlotBySlot(States states, List<Part> parts, boolean holds, boolean mayOpen, long deadlineNanos) {
        this.states = states;
        this.parts = parts;
        this.holds = holds;
        this.mayOpen = mayOpen;
        this.deadlineNanos = deadlineNanos;
    }

    /** The answers of all parts; the question is admitted if all are. Fails if any part has no answer: then none takes anything. */
    CompletionStage<Map<Part, Ask>> decided() {
        return next().exceptionallyCompose(
                        failure -> givenBack().thenCompose(done -> CompletableFuture.failedFuture(failure)));
    }

    /** What has to be settled, once all are admitted. */
    Map<Part, Verdict> open() {
        return taken;
    }

    /** How long, from now, the request waits. */
    long waitNanos() {
        return Math.max(0, turnNanos - System.nanoTime());
    }

    private CompletionStage<Map<Part, Ask>> next() {
        Part part = nextPart();
        if (part == null) {
            return CompletableFuture.completedFuture(admitted());
        }
        if (asked++ == MAX_ROUNDS * parts.size()) {
            throw new IllegalStateException("The slots of a cluster could not agree on a turn");
        }
        Verdict before = taken.remove(part);
        return before == null ? ask(part) : giveBack(before).thenCompose(done -> ask(part));
    }

    private @Nullable Part nextPart() {
        for (Part part : parts) {
            if (!inTurn.contains(part)) {
                return part;
            }
        }
        return null;
    }

    private CompletionStage<Map<Part, Ask>> ask(Part part) {
        boolean last = inTurn.size() == parts.size() - 1;
        Ask question = part.question(mayOpen, holds || !last);
        long notBeforeNanos = waitNanos();
        boolean opens = mayOpen || !holds;
        return states.decide(question, opens, notBeforeNanos, deadlineNanos).thenCompose(verdict -> {
            if (!question.allowed()) {
                return refused(part, question);
            }
            if (question.waitNanos() > notBeforeNanos) {
                turnNanos = System.nanoTime() + question.waitNanos();
                inTurn.clear();
            }
            taken.put(part, verdict);
            inTurn.add(part);
            return next();
        });
    }

    /* Whoever need not wait is not held any longer: it was to be given back if another refused, and none has. */
    private Map<Part, Ask> admitted() {
        Map<Part, Ask> answers = new LinkedHashMap<>();
        for (Map.Entry<Part, Verdict> each : List.copyOf(taken.entrySet())) {
            Ask question = each.getValue().question();
            answers.put(each.getKey(), question);
            if (!question.isOpen()) {
                taken.remove(each.getKey());
            } else if (!holds && question.waitNanos() == 0) {
                taken.remove(each.getKey());
                CompletionStage<Void> unused = states.settle(each.getValue());
            }
        }
        return answers;
    }

    private CompletionStage<Map<Part, Ask>> refused(Part by, Ask answer) {
        Map<Part, CompletableFuture<Ask>> answers = new LinkedHashMap<>();
        for (Part part : parts) {
            Verdict verdict = taken.get(part);
            if (part.equals(by)) {
                answers.put(part, CompletableFuture.completedFuture(answer));
            } else if (verdict != null) {
                answers.put(part, CompletableFuture.completedFuture(verdict.before()));
            } else {
                answers.put(
                        part,
                        states.look(part.question(mayOpen, holds), mayOpen || !holds, waitNanos(), deadlineNanos)
                                .toCompletableFuture());
            }
        }
        List<CompletableFuture<?>> all = new ArrayList<>(answers.values());
        all.add(givenBack().toCompletableFuture());
        return CompletableFuture.allOf(all.toArray(new CompletableFuture<?>[0])).thenApply(done -> {
            Map<Part, Ask> known = new LinkedHashMap<>();
            answers.forEach((part, told) -> known.put(part, told.join()));
            return known;
        });
    }

    private CompletionStage<Void> givenBack() {
        List<CompletableFuture<?>> all = new ArrayList<>();
        for (Verdict verdict : taken.values()) {
            all.add(giveBack(verdict).toCompletableFuture());
        }
        taken.clear();
        return CompletableFuture.allOf(all.toArray(new CompletableFuture<?>[0]));
    }

    private CompletionStage<Void> giveBack(Verdict verdict) {
        Ask question = verdict.question();
        if (!question.isOpen()) {
            return CompletableFuture.completedFuture(null);
        }
        for (int i = 0; i < question.limits(); i++) {
            question.actual(i, 0);
        }
        return states.settle(verdict).exceptionally(lost -> null); // stays charged
    }
}
