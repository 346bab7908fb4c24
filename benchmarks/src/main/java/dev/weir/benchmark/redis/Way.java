package dev.weir.benchmark.redis;

import dev.weir.benchmark.Samples;
import java.util.List;
import java.util.function.ToDoubleFunction;

/** One way, round by round. */
record Way(String part, String name, List<Figures> rounds) {

    Samples each(ToDoubleFunction<Figures> figure) {
        return new Samples(rounds.stream().mapToDouble(figure).toArray());
    }

    /** How many times that of {@code other} the figure is, in each round. */
    Samples over(Way other, ToDoubleFunction<Figures> figure) {
        return each(figure).over(other.each(figure));
    }
}
