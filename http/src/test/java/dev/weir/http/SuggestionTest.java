package dev.weir.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Collection;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.AlphaChars;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.StringLength;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SuggestionTest {

    private static final Collection<String> KEYS = List.of("client", "ip", "user", "api-key", "global");

    @ParameterizedTest
    @CsvSource({
        "cliant, client", // replaced
        "clien, client", // left out
        "clients, client", // added
        "uesr, user", // swapped: one edit, not two
        "usr, user",
        "glboal, global",
        "gobale, global", // two of six
        "apikey, api-key",
        "CLIENT, client"
    })
    void findsWhatWasMeant(String unknown, String meant) {
        assertThat(Suggestion.nearest(unknown, KEYS)).contains(meant);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "x", "ib", "tenant", "cxxent9", "usre1"})
    void doesNotGuessBeyondAThirdOfTheLength(String unknown) {
        assertThat(Suggestion.nearest(unknown, KEYS)).isEmpty();
    }

    @Test
    void theNearestWinsAndThenTheAlphabet() {
        assertThat(Suggestion.nearest("premium", List.of("premiere", "premiun")))
                .contains("premiun");
        assertThat(Suggestion.nearest("tier-x", List.of("tier-b", "tier-a", "tier-c")))
                .contains("tier-a");
    }

    @Test
    void knowsNothingAmongNothing() {
        assertThat(Suggestion.nearest("client", List.of())).isEmpty();
    }

    @Property(tries = 200)
    void findsANameWithOneCharacterLeftOut(
            @ForAll @AlphaChars @StringLength(min = 4, max = 30) String name,
            @ForAll @IntRange(max = 29) int position) {
        int at = position % name.length();
        String unknown = name.substring(0, at) + name.substring(at + 1);
        assertThat(Suggestion.nearest(unknown, List.of("0123456789", name))).contains(name);
    }
}
