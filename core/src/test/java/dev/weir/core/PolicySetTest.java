package dev.weir.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** One name, one set of figures; a set never changes, only what is in force does. */
class PolicySetTest {

    private static final Policy SEARCH = new Policy("search", Limit.of(10, Duration.ofSeconds(1)));
    private static final Policy LOGIN = new Policy("login", Limit.of(5, Duration.ofMinutes(1)));
    private final Policies policies = new Policies();

    @Test
    void sameNameWithTheSameFiguresIsThereAlready() {
        policies.declare(SEARCH);
        PolicySet before = policies.current();
        policies.declare(new Policy("search", Limit.of(10, Duration.ofMillis(1_000))));
        assertThat(policies.current()).isSameAs(before);
    }

    @Test
    void sameNameWithOtherFiguresIsAnErrorThatShowsBoth() {
        policies.declare(SEARCH);
        assertThatThrownBy(() ->
                        policies.declare(new Policy("search", SEARCH.limit().withBurst(20))))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("\"search\"")
                .hasMessageContaining("10 requests per PT1S burst 20")
                .hasMessageContaining("10 requests per PT1S burst 10");
        assertThat(policies.current().policy("search")).isEqualTo(SEARCH);
    }

    @Test
    void sameFiguresWithOtherErrorsAreAnErrorThatShowsBoth() {
        policies.declare(SEARCH);
        assertThatThrownBy(() -> policies.declare(SEARCH.withMaxError(0.05)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("\"search\" is used with maxError 0.0 and 0.05");
    }

    @ParameterizedTest(name = "{0}")
    @ValueSource(doubles = {-0.01, 1.01, Double.NaN})
    void errorsAreFromNoneToTheWholeBurst(double maxError) {
        assertThatThrownBy(() -> SEARCH.withMaxError(maxError)).hasMessageContaining("Policy.maxError is " + maxError);
    }

    @Test
    void bundleMayBeOffByAsMuchAsEachOfItsPolicies() {
        policies.declare(SEARCH.withMaxError(0.05));
        policies.declare(LOGIN.withMaxError(0.1));
        assertThat(policies.current().bundle("both", List.of("search", "login")).maxError())
                .isEqualTo(0.05);
    }

    @ParameterizedTest(name = "{0} aligned {1}, then {2} aligned {3}")
    @CsvSource(delimiter = '|', textBlock = """
            GCRA         | false | TOKEN_BUCKET | false | 10 requests per PT1S burst 10 by TOKEN_BUCKET and for 10 requests per PT1S burst 10 by GCRA.
            FIXED_WINDOW | false | GCRA         | false | 10 requests per PT1S burst 10 by GCRA and for 10 requests per PT1S by FIXED_WINDOW.
            FIXED_WINDOW | false | FIXED_WINDOW | true  | 10 requests per PT1S aligned and for 10 requests per PT1S not aligned.
            """)
    void sameFiguresCountedInAnotherWayAreAnErrorThatShowsBothWays(
            Algorithm known, boolean knownAligned, Algorithm declared, boolean aligned, String message) {
        policies.declare(new Policy("search", counted(known, knownAligned)));
        assertThatThrownBy(() -> policies.declare(new Policy("search", counted(declared, aligned))))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("\"search\" is used for " + message);
    }

    private static Limit counted(Algorithm algorithm, boolean aligned) {
        return new Limit(10, Duration.ofSeconds(1), 10, algorithm, Limit.REQUESTS, aligned);
    }

    @Test
    void replacementLeavesTheSetBeforeAsItWas() {
        policies.declare(SEARCH);
        policies.declare(LOGIN);
        PolicySet before = policies.current();
        Policy changed = new Policy("search", Limit.of(20, Duration.ofSeconds(1)));
        PolicySet after = policies.replace(set -> set.with(changed));
        assertThat(policies.current()).isSameAs(after);
        assertThat(after.version()).isGreaterThan(before.version());
        assertThat(before.policies()).containsExactly(SEARCH, LOGIN);
        assertThat(after.policies()).containsExactly(changed, LOGIN);
        assertThat(before.bundle("x", List.of("search")).policies()).containsExactly(SEARCH);
        assertThat(after.bundle("x", List.of("search")).policies()).containsExactly(changed);
    }

    @Test
    void bundleKeepsItsIdentityUntilOneOfItsPoliciesChanges() {
        policies.declare(SEARCH);
        policies.declare(LOGIN);
        Bundle search = policies.current().bundle("s", List.of("search"));
        Bundle both = policies.current().bundle("b", List.of("search", "login"));
        assertThat(policies.current().bundle("s", List.of("search"))).isSameAs(search);
        PolicySet after = policies.replace(
                set -> set.with(new Policy("login", LOGIN.limit().withBurst(1))));
        assertThat(after.bundle("s", List.of("search"))).isSameAs(search);
        assertThat(after.bundle("b", List.of("search", "login"))).isNotSameAs(both);
        assertThat(after.bundle("other", List.of("search")).isSameThingAs(search))
                .isFalse();
    }

    @Test
    void unknownPolicyIsNamed() {
        assertThatThrownBy(() -> policies.current().bundle("x", List.of("nobody")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("No policy is named \"nobody\"");
        assertThatThrownBy(() -> policies.current().bundle("x", List.of()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("Bundle \"x\" has no policy");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "a b", "a\r\nSet-Cookie: x", "a\"", "a{b}", "a:b", "ä"})
    void nameThatWouldHaveToBeEscapedIsRefused(String name) {
        assertThatThrownBy(() -> new Policy(name, SEARCH.limit()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("must be 1 to 64 of the characters");
        assertThat(Policy.isName("a".repeat(64))).isTrue();
        assertThat(Policy.isName("a".repeat(65))).isFalse();
    }
}
