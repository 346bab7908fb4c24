package dev.weir.benchmark.redis;

import java.util.Arrays;
import java.util.List;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;

/** One way, round by round. */
record Series(String part, String way, List<Figures> rounds) {

    double median(ToDoubleFunction<Figures> figure) {
        return median(rounds.stream().mapToDouble(figure).toArray());
    }

    double least(ToDoubleFunction<Figures> figure) {
        return rounds.stream().mapToDouble(figure).min().orElseThrow();
    }

    double most(ToDoubleFunction<Figures> figure) {
        return rounds.stream().mapToDouble(figure).max().orElseThrow();
    }

    /** How many times that of {@code other} the figure is: the median over rounds, since what disturbs a round disturbs both. */
    double times(Series other, ToDoubleFunction<Figures> figure) {
        return median(IntStream.range(0, rounds.size())
                .mapToDouble(i -> figure.applyAsDouble(rounds.get(i)) / figure.applyAsDouble(other.rounds.get(i)))
                .toArray());
    }

    private static double median(double[] values) {
        double[] sorted = values.clone();
        Arrays.sort(sorted);
        int middle = sorted.length / 2;
        return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    }
}
