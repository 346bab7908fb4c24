package dev.weir.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.LongRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DurationTextTest {

    @ParameterizedTest
    @CsvSource({
        "0s, PT0S",
        "7ns, PT0.000000007S",
        "5us, PT0.000005S",
        "1ms, PT0.001S",
        "1s, PT1S",
        "90m, PT90M",
        "2h, PT2H",
        "1d, PT24H",
        "007s, PT7S",
        "9223372036854775807ns, PT2562047H47M16.854775807S"
    })
    void readsAWholeNumberAndAUnit(String text, Duration duration) {
        assertThat(DurationText.parse(text)).isEqualTo(duration);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "1sec", "", "s", "1", "-1s", "+1s", "1.5s", "1 s", " 1s", "1s ", "1s\n", "1S", "1_000ms", "1s1ms",
                "\u0661s"
            })
    void refusesAnythingElseAndSaysWhatToWrite(String text) {
        assertThatThrownBy(() -> DurationText.parse(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("\"" + text + "\" is not a duration."
                        + " Write a whole number and one of ns, us, ms, s, m, h, d. Example: 1s");
    }

    @ParameterizedTest
    @ValueSource(strings = {"9223372036854775808ns", "106752d", "99999999999999999999999s"})
    void saysThatADurationIsTooLongForTheKernel(String text) {
        assertThatThrownBy(() -> DurationText.parse(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("\"" + text + "\" is too long. The longest is 106751d, about 292 years. Example: 1d");
    }

    @Test
    void theLongestThatTheMessageNamesIsReadable() {
        assertThat(DurationText.parse("106751d")).isEqualTo(Duration.ofDays(106_751));
    }

    @ParameterizedTest
    @CsvSource({
        "PT0S, 0s",
        "PT60S, 1m",
        "PT90S, 90s",
        "PT1.5S, 1500ms",
        "PT24H, 1d",
        "PT25H, 25h",
        "PT60M, 1h",
        "PT0.000001S, 1us",
        "PT0.001001S, 1001us",
        "PT1.000000001S, 1000000001ns"
    })
    void writesTheLargestUnitThatFits(Duration duration, String text) {
        assertThat(DurationText.format(duration)).isEqualTo(text);
    }

    @Test
    void writesNoDurationThatItCouldNotRead() {
        assertThatThrownBy(() -> DurationText.format(Duration.ofNanos(-1)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("PT-0.000000001S is negative. Durations here start at 0s.");
        assertThatThrownBy(() ->
                        DurationText.format(Duration.ofNanos(Long.MAX_VALUE).plusNanos(1)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("PT2562047H47M16.854775808S is too long. The longest is 106751d, about 292 years.");
    }

    @Property
    void readsWhatItWrites(@ForAll @LongRange(min = 0) long nanos) {
        Duration duration = Duration.ofNanos(nanos);
        assertThat(DurationText.parse(DurationText.format(duration))).isEqualTo(duration);
    }

    @Property
    void writesNothingLongerThanWhatItRead(
            @ForAll @LongRange(min = 1, max = 100_000) long number, @ForAll("units") String unit) {
        Duration duration = DurationText.parse(number + unit);
        String text = DurationText.format(duration);
        assertThat(text).hasSizeLessThanOrEqualTo((number + unit).length());
        assertThat(DurationText.parse(text)).isEqualTo(duration);
    }

    @Provide
    Arbitrary<String> units() {
        return Arbitraries.of("ns", "us", "ms", "s", "m", "h", "d");
    }
}
