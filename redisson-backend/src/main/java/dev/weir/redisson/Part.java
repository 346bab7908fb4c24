package dev.weir.redisson;

import dev.weir.core.Ask;
import dev.weir.core.ClientKey;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The part of a question that one call can answer, since its keys share a slot: all of it, but on a cluster.
 *
 * @param whole the question
 * @param bundles which of its bundles these are
 */
record Part(Ask whole, List<Integer> bundles) {

    /** All of {@code whole} as one. */
    static Part of(Ask whole) {
        List<Integer> all = new ArrayList<>();
        for (int i = 0; i < whole.bundles(); i++) {
            all.add(i);
        }
        return new Part(whole, all);
    }

    /**
     * A part for each client: the keys of one share a slot. What all clients share comes last, so that nobody whose own limit refuses
     * ever takes any of it.
     */
    static List<Part> byClient(Ask whole) {
        Map<ClientKey, Part> own = new LinkedHashMap<>();
        Map<ClientKey, Part> shared = new LinkedHashMap<>();
        for (int i = 0; i < whole.bundles(); i++) {
            ClientKey client = whole.client(i);
            boolean global = client.kind() == ClientKey.Kind.GLOBAL;
            (global ? shared : own)
                    .computeIfAbsent(client, key -> new Part(whole, new ArrayList<>()))
                    .bundles
                    .add(i);
        }
        List<Part> parts = new ArrayList<>(own.values());
        parts.addAll(shared.values());
        return parts;
    }

    /**
     * What is asked here.
     *
     * @param mayWait whether there is room to wait
     * @param holds whether what is taken may have to be given back
     */
    Ask question(boolean mayWait, boolean holds) {
        Ask question = new Ask();
        for (int i = 0; i < bundles.size(); i++) {
            question.add(whole.bundle(bundles.get(i)), whole.client(bundles.get(i)));
        }
        for (int i = 0; i < question.limits(); i++) {
            question.cost(i, whole.cost(inWhole(question, i)));
            question.patience(i, mayWait ? whole.patienceNanos(inWhole(question, i)) : 0);
        }
        if (holds) {
            question.hold();
        }
        return question;
    }

    /** Tells {@code ask}, which asks what the whole does, the figures of an answer to this part. */
    void tell(Ask answered, Ask ask) {
        for (int i = 0; i < answered.limits(); i++) {
            ask.answer(
                    inWhole(answered, i),
                    answered.remaining(i),
                    answered.retryAfterNanos(i),
                    answered.resetAfterNanos(i),
                    answered.windowNanos(i));
        }
    }

    /** Notes in the question of this part what {@code ask}, which asks what the whole does, has really used. */
    void use(Ask ask, Ask question) {
        for (int i = 0; i < question.limits(); i++) {
            question.actual(i, ask.actual(inWhole(question, i)));
        }
    }

    /** Where limit {@code limit} of this part's question stands in the whole. */
    private int inWhole(Ask question, int limit) {
        int at = bundles.size() - 1;
        while (question.firstLimit(at) > limit) {
            at--;
        }
        return whole.firstLimit(bundles.get(at)) + limit - question.firstLimit(at);
    }
}
