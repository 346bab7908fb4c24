package dev.weir.benchmark;

import java.util.Arrays;
import java.util.function.DoubleBinaryOperator;
import java.util.stream.IntStream;

/**
 * One figure, measured once in each round. Those of two ways that took turns may be set against each other round by round: what disturbs
 * a round disturbs both.
 */
public final class Samples {

    private final double[] rounds;

    /**
     * Samples of so many rounds.
     *
     * @throws IllegalArgumentException if there is none
     */
    public Samples(double... rounds) {
        if (rounds.length == 0) {
            throw new IllegalArgumentException("Samples without a round");
        }
        this.rounds = rounds.clone();
    }

    /** The figure of each round. */
    public double[] rounds() {
        return rounds.clone();
    }

    /** The one in the middle, or between the two there. */
    public double median() {
        double[] sorted = rounds.clone();
        Arrays.sort(sorted);
        int middle = sorted.length / 2;
        return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    }

    /** The smallest. */
    public double least() {
        return Arrays.stream(rounds).min().orElseThrow();
    }

    /** The largest. */
    public double most() {
        return Arrays.stream(rounds).max().orElseThrow();
    }

    /** How many times {@code other} this is, in each round. */
    public Samples over(Samples other) {
        return with(other, (own, theirs) -> own / theirs);
    }

    /** How much more than {@code other} this is, in each round. */
    public Samples minus(Samples other) {
        return with(other, (own, theirs) -> own - theirs);
    }

    /**
     * Both figures of each round made into one.
     *
     * @throws IllegalArgumentException if there are not as many rounds of {@code other}
     */
    public Samples with(Samples other, DoubleBinaryOperator both) {
        if (rounds.length != other.rounds.length) {
            throw new IllegalArgumentException(rounds.length + " rounds set against " + other.rounds.length);
        }
        return new Samples(IntStream.range(0, rounds.length)
                .mapToDouble(i -> both.applyAsDouble(rounds[i], other.rounds[i]))
                .toArray());
    }

    /** The median, and the spread if there is one. */
    @Override
    public String toString() {
        return rounds.length == 1
                ? Grid.number(median())
                : Grid.number(median()) + " (" + Grid.number(least()) + " to " + Grid.number(most()) + ")";
    }
}
