package dev.weir.redisson;

import dev.weir.core.Ask;
import dev.weir.core.Bundle;
import dev.weir.core.Limit;
import dev.weir.core.Policy;
import dev.weir.redisson.Call.Asker;
import dev.weir.redisson.Call.Line;
import dev.weir.redisson.Call.Place;
import dev.weir.redisson.Wire.Row;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The arguments of decide.lua in the making: what is the same for several questions is told once. Where all ask the same it is told in a
 * shorter form, which is read in half of the time. Used once.
 */
final class CallArgs {

    private static final byte[] LATER = {};
    /** So many limits are told in short, at most. */
    private static final int FEW_LIMITS = 3;

    private final List<Object> args = new ArrayList<>(List.of(LATER, LATER));
    private final List<Bundle> bundles = new ArrayList<>();
    private final List<Shared> shared = new ArrayList<>();

    /** An argument that may serve others, too. */
    private static final class Shared {
        /** Of which it asks; null for terms. */
        final @Nullable Bundle bundle;
        /** Who asks so first. */
        final Question question;

        final int place;
        final byte[] row;
        /** Of the argument, from 1 on. */
        final int number;

        Shared(@Nullable Bundle bundle, Question question, int place, byte[] row, int number) {
            this.bundle = bundle;
            this.question = question;
            this.place = place;
            this.row = row;
            this.number = number;
        }
    }

    /** Tells the rules of a bundle, which come before all else. */
    void rules(Bundle bundle, byte[] told) {
        bundles.add(bundle);
        args.add(told);
    }

    /** Tells one more question: in a line of its own, or in one with others, and then null. */
    @Nullable
    Line line(Asker asker) {
        int[] row = row(asker);
        Line before = asker.places[0].last;
        boolean joins = before != null && Arrays.equals(before.row, row);
        for (Place place : asker.places) {
            joins &= place.last == before;
        }
        if (joins && before != null) {
            before.askers.add(asker);
            return null;
        }
        Line line = new Line(row, asker);
        for (Place place : asker.places) {
            place.last = line;
        }
        return line;
    }

    private int[] row(Asker asker) {
        Question question = asker.question;
        Place[] places = asker.places;
        byte[] terms = Wire.terms(question.ask(), question.mayOpen(), question.notBeforeNanos());
        int[] row = new int[2 + 2 * places.length];
        row[0] = terms == null ? 0 : terms(question, terms);
        row[1] = places.length;
        for (int i = 0; i < places.length; i++) {
            row[2 + 2 * i] = 1 + places[i].index;
            row[3 + 2 * i] = asked(places[i].bundle, question, i);
        }
        return row;
    }

    /* The last first: it is the one most often. */
    private int terms(Question question, byte[] row) {
        for (int i = shared.size() - 1; i >= 0; i--) {
            Shared told = shared.get(i);
            if (told.bundle == null && Arrays.equals(told.row, row)) {
                return told.number;
            }
        }
        return add(null, question, 0, row);
    }

    @SuppressWarnings("ReferenceEquality") // rules are told apart by identity
    private int asked(Bundle bundle, Question question, int place) {
        for (int i = shared.size() - 1; i >= 0; i--) {
            Shared told = shared.get(i);
            if (told.bundle == bundle && asksTheSame(told, question, place)) {
                return told.number;
            }
        }
        return add(bundle, question, place, Wire.asked(question.ask(), place, question.mayOpen()));
    }

    private static boolean asksTheSame(Shared told, Question question, int place) {
        Ask one = told.question.ask();
        Ask other = question.ask();
        int first = one.firstLimit(told.place);
        int otherFirst = other.firstLimit(place);
        for (int j = 0; j < other.bundle(place).size(); j++) {
            if (one.cost(first + j) != other.cost(otherFirst + j)
                    || one.patienceNanos(first + j) != other.patienceNanos(otherFirst + j)) {
                return false;
            }
        }
        return (told.question.isPlain() && question.isPlain())
                || Arrays.equals(told.row, Wire.asked(other, place, question.mayOpen()));
    }

    private int add(@Nullable Bundle bundle, Question question, int place, byte[] row) {
        args.add(row);
        shared.add(new Shared(bundle, question, place, row, args.size()));
        return args.size();
    }

    /**
     * All of them.
     *
     * @param plain whether all limits are buckets, and nobody waits or holds
     */
    List<Object> of(List<Place> places, List<Line> lines, boolean plain, long keepMillis, long deadlineMicros) {
        if (plain && areAlike(lines)) {
            return alike(lines, keepMillis, deadlineMicros);
        }
        int numbers = 2;
        for (Place place : places) {
            numbers += 1 + place.bundle.size();
        }
        Row keys = new Row(numbers).put(keepMillis).put(deadlineMicros);
        for (Place place : places) {
            keys.put(3 + bundles.indexOf(place.bundle));
            for (Policy policy : place.bundle.policies()) {
                keys.put(Wire.phase(policy.limit(), place.client.spread()));
            }
        }
        numbers = 0;
        for (Line line : lines) {
            numbers += 1 + line.row.length;
        }
        Row questions = new Row(numbers);
        for (Line line : lines) {
            questions.put(line.askers.size());
            for (int number : line.row) {
                questions.put(number);
            }
        }
        args.set(0, keys.bytes());
        args.set(1, questions.bytes());
        return args;
    }

    /* Then each line asks of one place, in their order. */
    private boolean areAlike(List<Line> lines) {
        if (bundles.size() > 1 || shared.size() > 1 || bundles.get(0).size() > FEW_LIMITS) {
            return false;
        }
        for (Line line : lines) {
            if (line.askers.get(0).places.length > 1) {
                return false;
            }
        }
        Ask ask = shared.get(0).question.ask();
        List<Policy> policies = bundles.get(0).policies();
        for (int j = 0; j < policies.size(); j++) {
            Limit limit = policies.get(j).limit();
            if (limit.isClosed() || ask.cost(j) == 0 || ask.cost(j) > limit.burst()) {
                return false;
            }
        }
        return true;
    }

    private List<Object> alike(List<Line> lines, long keepMillis, long deadlineMicros) {
        Bundle bundle = bundles.get(0);
        byte[] rules = (byte[]) args.get(2);
        byte[] asked = shared.get(0).row;
        Row row = new Row(5 + 5 * bundle.size());
        row.put(keepMillis).put(deadlineMicros).put(Wire.version(rules)).put(bundle.size());
        row.put(Wire.grainMillis(bundle));
        Ask ask = shared.get(0).question.ask();
        for (int j = 0; j < bundle.size(); j++) {
            Wire.putBucket(row, bundle, j, ask.cost(j));
        }
        byte[] numbers = row.bytes();
        ByteBuffer told = ByteBuffer.allocate(numbers.length + asked.length + lines.size() + rules.length);
        told.put(numbers).put(asked);
        for (Line line : lines) {
            told.put((byte) line.askers.size()); // Call.MAX_QUESTIONS at most
        }
        return List.of(told.put(rules).array());
    }
}
