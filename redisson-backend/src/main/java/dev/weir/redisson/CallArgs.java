package dev.weir.redisson;

import dev.weir.core.Bundle;
import dev.weir.core.Policy;
import dev.weir.redisson.Call.Asker;
import dev.weir.redisson.Call.Line;
import dev.weir.redisson.Call.Place;
import dev.weir.redisson.Wire.Row;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The arguments of decide.lua in the making: what is the same for several questions is told once. Used once. */
final class CallArgs {

    private static final byte[] LATER = {};

    private final List<Object> args = new ArrayList<>(List.of(LATER, LATER));
    private final List<Bundle> bundles = new ArrayList<>();
    private final List<Shared> shared = new ArrayList<>();

    /** An argument that may serve others, too. */
    private static final class Shared {
        /** Of which it asks; null for terms. */
        final @Nullable Bundle bundle;

        final byte[] row;
        /** Of the argument, from 1 on. */
        final int number;

        Shared(@Nullable Bundle bundle, byte[] row, int number) {
            this.bundle = bundle;
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
        row[0] = terms == null ? 0 : once(null, terms);
        row[1] = places.length;
        for (int i = 0; i < places.length; i++) {
            row[2 + 2 * i] = 1 + places[i].index;
            row[3 + 2 * i] = once(places[i].bundle, Wire.asked(question.ask(), i, question.mayOpen()));
        }
        return row;
    }

    /* The last first: it is the one most often. */
    @SuppressWarnings("ReferenceEquality") // rules are told apart by identity
    private int once(@Nullable Bundle bundle, byte[] row) {
        for (int i = shared.size() - 1; i >= 0; i--) {
            Shared told = shared.get(i);
            if (told.bundle == bundle && Arrays.equals(told.row, row)) {
                return told.number;
            }
        }
        args.add(row);
        shared.add(new Shared(bundle, row, args.size()));
        return args.size();
    }

    /** All of them. */
    List<Object> of(List<Place> places, List<Line> lines, long keepMillis, long deadlineMicros) {
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
}
