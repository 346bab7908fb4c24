package dev.weir.redisson;

import dev.weir.core.Algorithm;
import dev.weir.core.Ask;
import dev.weir.core.Bundle;
import dev.weir.core.Policy;
import dev.weir.core.ReplaySession;
import dev.weir.redisson.States.Verdict;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * One call of decide.lua: questions in the order in which they came, over distinct keys. Questions that are the same as the last one before
 * of each of their keys travel as one, with a count: nobody between them asks of these keys, so nothing changes by that.
 *
 * <p>Not thread-safe. To be filled, sent once, and answered or failed once.
 */
final class Call {

    /** The trouble of a question that met a state under rules that were not told. {@link #foreign} reads what is less. */
    static final int OTHER_RULES = -1;
    /** The trouble of a question that came too late, or travelled with one that did. */
    static final int LATE = 1;

    /** It bounds for how long one call holds Redis. */
    static final int MAX_QUESTIONS = 64;
    /** What a script reads at a time must fit on its stack. */
    private static final int MAX_LIMITS = 1_024;

    /** So many askers for each question that Redis is asked make it quick. */
    private static final int FEW = 4;

    private static final long NANOS_PER_MICRO = 1_000;

    private final List<Asker> askers = new ArrayList<>();
    private final List<Place> places = new ArrayList<>();
    private final Map<String, Place> placeOf = new HashMap<>();
    private final List<Bundle> bundles = new ArrayList<>();
    private final List<Line> lines = new ArrayList<>();
    private int limits;
    /** Whether any question may leave something to be given back. */
    private boolean opens;
    /** Whether buckets.lua knows all that it takes. */
    private boolean plain = true;

    private long sentNanos;
    /* The earliest and the last. */
    private long deadlineNanos = Question.NO_DEADLINE;
    private long lastDeadlineNanos;

    /** A client under a bundle. */
    static final class Place {
        final int index;
        final String key;
        final Bundle bundle;
        final RedisKeys.Client client;
        /** The last line so far that asks of it. */
        @Nullable
        Line last;
        /** Where it is in the session, once it is there. */
        int entry = -1;
        /** Whether it is not known any more what stands there. */
        boolean broken;

        Place(int index, String key, Bundle bundle, RedisKeys.Client client) {
            this.index = index;
            this.key = key;
            this.bundle = bundle;
            this.client = client;
        }
    }

    /** A question, and the places of its bundles. */
    static final class Asker {
        final Question question;
        final Place[] places;

        Asker(Question question, Place[] places) {
            this.question = question;
            this.places = places;
        }
    }

    /** Equal questions. */
    static final class Line {
        /** As the script is told, but for how many they are. */
        final int[] row;

        final List<Asker> askers = new ArrayList<>(1);

        Line(int[] row, Asker first) {
            this.row = row;
            askers.add(first);
        }
    }

    /** Whether {@code question} may travel here: not so if a key of it is asked of already under another version of its bundle. */
    @SuppressWarnings("ReferenceEquality") // versions are told apart by identity
    boolean hasRoomFor(Question question) {
        if (askers.isEmpty()) {
            return true;
        }
        if (askers.size() == MAX_QUESTIONS || limits + question.ask().limits() > MAX_LIMITS) {
            return false;
        }
        for (int i = 0; i < question.keys().size(); i++) {
            Place place = placeOf.get(question.keys().get(i));
            if (place != null && place.bundle != question.ask().bundle(i)) {
                return false;
            }
        }
        return true;
    }

    void add(Question question) {
        Place[] asked = new Place[question.keys().size()];
        for (int i = 0; i < asked.length; i++) {
            asked[i] = place(question, i);
        }
        boolean first = askers.isEmpty();
        deadlineNanos = first ? question.deadlineNanos() : earlier(deadlineNanos, question.deadlineNanos());
        lastDeadlineNanos = first ? question.deadlineNanos() : later(lastDeadlineNanos, question.deadlineNanos());
        askers.add(new Asker(question, asked));
        limits += question.ask().limits();
        opens |= question.mayOpen();
        plain &= question.isPlain();
    }

    private static long earlier(long one, long other) {
        return isLater(one, other) ? other : one;
    }

    private static long later(long one, long other) {
        return isLater(one, other) ? one : other;
    }

    private static boolean isLater(long one, long other) {
        return one == Question.NO_DEADLINE || (other != Question.NO_DEADLINE && one - other > 0);
    }

    private static boolean areBuckets(Bundle bundle) {
        for (Policy policy : bundle.policies()) {
            Algorithm algorithm = policy.limit().algorithm();
            if (!algorithm.isBucket() || algorithm == Algorithm.LEAKY_BUCKET_QUEUE) {
                return false;
            }
        }
        return true;
    }

    /** Whether most ask the same, as it was sent. */
    boolean isOfFew() {
        return lines.size() * FEW <= askers.size();
    }

    /** Whether only buckets are asked of, by questions that neither wait nor hold. */
    boolean isPlain() {
        return plain;
    }

    /** Whether {@code reply} says that decide.lua has to be asked, after all. */
    static boolean isLeftToOthers(List<Object> reply) {
        return reply.size() > 1 && reply.get(1) == null;
    }

    /** Until when anybody waits for it, by {@link System#nanoTime}, or {@link Question#NO_DEADLINE}. */
    long deadlineNanos() {
        return lastDeadlineNanos;
    }

    private Place place(Question question, int index) {
        String key = question.keys().get(index);
        Place known = placeOf.get(key);
        if (known != null) {
            return known;
        }
        Bundle bundle = question.ask().bundle(index);
        Place place = new Place(places.size(), key, bundle, question.clients().get(index));
        placeOf.put(key, place);
        places.add(place);
        if (!bundles.contains(bundle)) {
            bundles.add(bundle);
            plain &= areBuckets(bundle);
        }
        return place;
    }

    /** How many questions travel in it. */
    int size() {
        return askers.size();
    }

    boolean isEmpty() {
        return askers.isEmpty();
    }

    /** The distinct bundles that are asked of. */
    List<Bundle> bundles() {
        return bundles;
    }

    /** This call; or, if {@code declared} has failed, one without those who ask of {@code bundle}: they fail with it. */
    Call without(Bundle bundle, CompletableFuture<Void> declared) {
        if (!declared.isCompletedExceptionally()) {
            return this;
        }
        Call rest = new Call();
        for (Asker asker : askers) {
            if (asksOf(asker, bundle)) {
                CompletableFuture<Void> unused = declared.whenComplete(
                        (done, failure) -> asker.question.answer().completeExceptionally(failure));
            } else {
                rest.add(asker.question);
            }
        }
        return rest;
    }

    private static boolean asksOf(Asker asker, Bundle bundle) {
        for (Place place : asker.places) {
            if (place.bundle.equals(bundle)) {
                return true;
            }
        }
        return false;
    }

    List<Object> keys() {
        List<Object> keys = new ArrayList<>(places.size());
        for (Place place : places) {
            keys.add(place.key);
        }
        return keys;
    }

    /**
     * What the script is told.
     *
     * @param told the rules of a bundle, as they are told
     * @param keepMillis how long at least what is held stays
     * @param clock by which the server knows when it is too late for any of them
     */
    List<Object> args(Function<Bundle, byte[]> told, long keepMillis, ServerClock clock) {
        CallArgs args = new CallArgs();
        for (Bundle bundle : bundles) {
            args.rules(bundle, told.apply(bundle));
        }
        for (Asker asker : askers) {
            Line line = args.line(asker);
            if (line != null) {
                lines.add(line);
            }
        }
        long deadline = deadlineNanos == Question.NO_DEADLINE ? ServerClock.UNKNOWN : clock.microsAt(deadlineNanos);
        return args.of(places, lines, plain, keepMillis, deadline);
    }

    /**
     * Answers all questions by what the script has said.
     *
     * @param sentNanos when it was asked, by {@link System#nanoTime}
     */
    void answer(List<Object> reply, long sentNanos) {
        this.sentNanos = sentNanos;
        try {
            long nowNanos = (Long) reply.get(0) * NANOS_PER_MICRO;
            if (reply.size() == 1) {
                askers.forEach(asker -> asker.question.answer().complete(late(asker.question, nowNanos)));
                return;
            }
            ReplaySession session = new ReplaySession(nowNanos);
            List<Object> values = reply.subList(1 + lines.size(), 1 + lines.size() + places.size());
            for (int i = 0; i < lines.size(); i++) {
                long verdict = (Long) reply.get(1 + i);
                List<Asker> equal = lines.get(i).askers;
                for (int k = 0; k < equal.size(); k++) {
                    Asker asker = equal.get(k);
                    if (verdict < 0) {
                        asker.question.answer().complete(verdict(asker, values, nowNanos, trouble(verdict, asker)));
                    } else {
                        judge(asker, k < verdict, values, session, nowNanos);
                    }
                }
            }
        } catch (RuntimeException e) {
            fail(e);
        }
    }

    /* One whose figures cannot be worked out has nobody else fail who asks of other keys. */
    private void judge(Asker asker, boolean admitted, List<Object> values, ReplaySession session, long nowNanos) {
        Question question = asker.question;
        Ask ask = question.ask();
        try {
            int[] entries = new int[asker.places.length];
            for (int i = 0; i < entries.length; i++) {
                Place place = asker.places[i];
                checkKnown(!place.broken);
                if (place.entry < 0) {
                    byte[] value = (byte[]) values.get(place.index);
                    place.entry = session.add(
                            ask.client(i), Wire.state(place.bundle, value, place.client.spread(), nowNanos));
                }
                entries[i] = place.entry;
            }
            session.decide(ask, question.mayOpen(), question.notBeforeNanos(), entries);
            checkKnown(ask.allowed() == admitted);
        } catch (RuntimeException e) {
            for (Place place : asker.places) {
                place.broken = true;
            }
            question.answer().completeExceptionally(e);
            return;
        }
        question.answer().complete(verdict(asker, values, nowNanos, 0));
    }

    private static void checkKnown(boolean agreed) {
        if (!agreed) {
            throw new IllegalStateException("The kernels in Redis and here do not agree");
        }
    }

    private Verdict verdict(Asker asker, List<Object> values, long nowNanos, int trouble) {
        List<byte @Nullable []> own = Collections.singletonList((byte[]) values.get(asker.places[0].index));
        if (asker.places.length > 1) {
            own = new ArrayList<>(asker.places.length);
            for (Place place : asker.places) {
                own.add((byte[]) values.get(place.index));
            }
        }
        boolean settles = opens;
        for (byte[] value : own) {
            settles |= value != null && trouble == 0 && Wire.isOpen(value);
        }
        return new Verdict(asker.question.ask(), asker.question.clients(), own, trouble, nowNanos, sentNanos, settles);
    }

    private Verdict late(Question question, long nowNanos) {
        return new Verdict(question.ask(), question.clients(), List.of(), LATE, nowNanos, sentNanos, opens);
    }

    /* The script tells which of all keys is not ours, the question is told which of its own. */
    private static int trouble(long verdict, Asker asker) {
        for (int i = 0; i < asker.places.length; i++) {
            if (-2 - verdict == asker.places[i].index) {
                return -2 - i;
            }
        }
        return OTHER_RULES;
    }

    /** Which bundle of its question is not ours, by that trouble of it. */
    static int foreign(int trouble) {
        return -2 - trouble;
    }

    /** Fails all questions that have no answer. */
    void fail(Throwable failure) {
        for (Asker asker : askers) {
            asker.question.answer().completeExceptionally(failure);
        }
    }
}
