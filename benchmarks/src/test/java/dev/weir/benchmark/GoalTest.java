package dev.weir.benchmark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class GoalTest {

    @Test
    void ratioIsTheMedianOfTheRatiosOfTheRounds() {
        Samples ratio = new Samples(2, 30, 4).over(new Samples(1, 10, 1));
        assertThat(ratio.median()).isEqualTo(3);
        assertThat(ratio.least()).isEqualTo(2);
        assertThat(ratio.most()).isEqualTo(4);
        assertThatThrownBy(() -> new Samples(1, 2).over(new Samples(1))).hasMessageContaining("2 rounds set against 1");
    }

    @Test
    void lineTellsWhetherItIsMet() {
        assertThat(Goal.atMost("hot", new Samples(0.3, 0.31, 0.32), 0.45)).hasToString("goal hot 0.310 <=0.45 met");
        assertThat(Goal.atLeast("rate", new Samples(2, 2.1, 2.2), 2.5)).hasToString("goal rate 2.10 >=2.5 short");
        assertThat(Goal.atMost("alloc", 0, 0)).hasToString("goal alloc 0 <=0 met");
    }

    @Test
    void lineTellsWhenRoundsDifferAboutIt() {
        assertThat(Goal.atMost("hot", new Samples(0.4, 0.43, 0.5), 0.45))
                .hasToString("goal hot 0.430 <=0.45 met within spread");
        assertThat(Goal.atMost("hot", new Samples(0.46, 0.47, 0.5), 0.45))
                .as("two runs may differ by as much")
                .hasToString("goal hot 0.470 <=0.45 short within spread");
    }

    @Test
    void tablesCanBeReadAsTheyAre() {
        Grid table =
                new Grid("way", "ns").row("weir", new Samples(40, 44.25, 50)).row("a longer one", 1234.5);
        assertThat(table.markdown()).isEqualTo("""
                | way          |                  ns |
                | ------------ | ------------------: |
                | weir         | 44.3 (40.0 to 50.0) |
                | a longer one |               1,235 |
                """.replace("1,235", "1,235"));
    }
}
