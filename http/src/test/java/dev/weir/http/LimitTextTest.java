package dev.weir.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weir.http.LimitText.Item;
import java.time.Duration;
import java.util.List;
import java.util.stream.Collectors;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class LimitTextTest {

    private static final String ADVICE =
            " Write permits/period, and burst n if it differs from the permits. Example: 100/1m burst 50";

    @Test
    void burstIsAsManyAsPermitsUnlessSaid() {
        assertThat(LimitText.parse("100/1m, 1000/1h burst 50"))
                .containsExactly(new Item(100, Duration.ofMinutes(1), 100), new Item(1_000, Duration.ofHours(1), 50));
    }

    @Test
    void whiteSpaceAndUnderscoresAreFree() {
        assertThat(LimitText.parse("\n  1_000 / 1m\tburst\n 2_0_0 ,5/1s\n"))
                .containsExactly(new Item(1_000, Duration.ofMinutes(1), 200), new Item(5, Duration.ofSeconds(1), 5));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "100              | it has no \"/\".",
                "/1m              | no permits stand before the \"/\".",
                "100/             | no period stands after the \"/\".",
                "ten/1m           | permits \"ten\" is not a whole number from 0 on.",
                "-1/1m            | permits \"-1\" is not a whole number from 0 on.",
                "1.5/1m           | permits \"1.5\" is not a whole number from 0 on.",
                "_1/1m            | permits \"_1\" is not a whole number from 0 on.",
                "1_/1m            | permits \"1_\" is not a whole number from 0 on.",
                "1 000/1m         | permits \"1 000\" is not a whole number from 0 on.",
                "9223372036854775808/1m | permits \"9223372036854775808\" is too large.",
                "100/1m bust 5    | \"bust\" stands where only burst may.",
                "100/1m Burst 5   | \"Burst\" stands where only burst may.",
                "100/1m burst     | no number stands after burst.",
                "100/1m burst x   | burst \"x\" is not a whole number from 0 on.",
                "100/1m burst 5 6 | burst \"5 6\" is not a whole number from 0 on.",
            })
    void aBadItemIsQuotedWithItsFaultAndAnExample(String item, String fault) {
        assertThatThrownBy(() -> LimitText.parse("5/1s, " + item))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("\"" + item + "\" is not a limit: " + fault + ADVICE);
    }

    @ParameterizedTest
    @CsvSource({"100/1sec, 1sec", "100/1 m, 1", "100/1m/2, 1m/2", "100/1mburst 5, 1mburst"})
    void aBadPeriodIsToldAsEverywhereElse(String item, String period) {
        assertThatThrownBy(() -> LimitText.parse(item))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("\"" + item + "\" is not a limit: \"" + period + "\" is not a duration."
                        + " Write a whole number and one of ns, us, ms, s, m, h, d. Example: 1s");
    }

    @Test
    void allBadItemsAreReportedTogether() {
        assertThatThrownBy(() -> LimitText.parse(" x/1m, 5/1s,, 100, "))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("\"x/1m\" is not a limit: permits \"x\" is not a whole number from 0 on." + ADVICE + "\n"
                        + "Item 3 of \"x/1m, 5/1s,, 100,\" is empty. Remove a comma." + ADVICE + "\n"
                        + "\"100\" is not a limit: it has no \"/\"." + ADVICE + "\n"
                        + "Item 5 of \"x/1m, 5/1s,, 100,\" is empty. Remove a comma." + ADVICE);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "  "})
    void emptyTextIsAMistakeNotAnUnlimitedEndpoint(String text) {
        assertThatThrownBy(() -> LimitText.parse(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("\"" + text + "\" holds no limit." + ADVICE);
    }

    @Property(tries = 300)
    void readsBackWhatIsWritten(@ForAll("items") List<Item> items, @ForAll("blanks") String blank) {
        String text = items.stream()
                .map(item -> blank + item.permits() + blank + "/" + blank + DurationText.format(item.period()) + blank
                        + (item.burst() == item.permits() ? "" : " burst " + blank + item.burst() + blank))
                .collect(Collectors.joining(","));
        assertThat(LimitText.parse(text)).isEqualTo(items);
    }

    @Provide
    Arbitrary<List<Item>> items() {
        Arbitrary<Long> counts = Arbitraries.longs().between(0, Long.MAX_VALUE);
        Arbitrary<Duration> periods = counts.map(Duration::ofNanos);
        Arbitrary<Item> withBurst = Combinators.combine(counts, periods, counts).as(Item::new);
        Arbitrary<Item> withoutBurst = Combinators.combine(counts, periods).as((n, period) -> new Item(n, period, n));
        return Arbitraries.oneOf(withBurst, withoutBurst).list().ofMinSize(1).ofMaxSize(5);
    }

    @Provide
    Arbitrary<String> blanks() {
        return Arbitraries.of("", " ", "\t", "\n    ");
    }
}
