package dev.weir.core;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** A queue of turns that can be read at any index and cut at both ends. Grows with what it holds. Not thread-safe. */
final class QueueTurnRing {

    private @Nullable QueueTurn[] turns = new QueueTurn[8]; // a power of two
    private int first;
    private int size;

    int size() {
        return size;
    }

    /** The turn at {@code index}, counted from the first, which is 0. */
    QueueTurn get(int index) {
        QueueTurn turn = turns[at(index)];
        if (index < 0 || index >= size || turn == null) {
            throw new IndexOutOfBoundsException("index is " + index + ", must be from 0 to " + (size - 1));
        }
        return turn;
    }

    QueueTurn last() {
        return get(size - 1);
    }

    void addLast(QueueTurn turn) {
        if (size == turns.length) {
            turns = Arrays.copyOf(toArray(), 2 * size);
            first = 0;
        }
        turns[at(size)] = turn;
        size++;
    }

    QueueTurn removeFirst() {
        QueueTurn turn = get(0);
        turns[first] = null;
        first = at(1);
        size--;
        return turn;
    }

    void removeLast() {
        turns[at(size - 1)] = null;
        size--;
    }

    /** A copy, first to last. */
    QueueTurn[] toArray() {
        QueueTurn[] copy = new QueueTurn[size];
        int untilEnd = Math.min(size, turns.length - first);
        System.arraycopy(turns, first, copy, 0, untilEnd);
        System.arraycopy(turns, 0, copy, untilEnd, size - untilEnd);
        return copy;
    }

    private int at(int index) {
        return (first + index) & (turns.length - 1);
    }
}
