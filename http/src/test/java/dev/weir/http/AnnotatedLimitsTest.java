package dev.weir.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weir.annotation.RateLimitExempt;
import dev.weir.annotation.RateLimited;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.reflect.Method;
import java.util.List;
import java.util.concurrent.Callable;
import org.junit.jupiter.api.Test;

/** Which place decides, and what it says. How methods of several types belong together: {@link LineageTest}. */
class AnnotatedLimitsTest {

    private static final String HERE = AnnotatedLimitsTest.class.getName() + "$";

    @RateLimited(permits = 1, per = "1s")
    static class LimitedClass {
        public void plain() {}

        @RateLimited(permits = 2, per = "1s")
        @RateLimited(permits = 3, per = "1h")
        public void limited(String first, int[] second) {}

        @RateLimitExempt
        public void exempt() {}
    }

    @Test
    void limitsOfTheMethodAreItsOwnInDeclarationOrder() throws Exception {
        AnnotatedLimits found = of(LimitedClass.class, "limited", String.class, int[].class);
        assertThat(permits(found)).containsExactly(2L, 3L);
        assertThat(found.limits().get(1).per()).isEqualTo("1h");
        assertThat(found.fromMethod()).isTrue();
        assertThat(found.exempt()).isFalse();
        assertThat(found.isEmpty()).isFalse();
        assertThat(found.place()).isEqualTo(HERE + "LimitedClass.limited(String, int[])");
    }

    @Test
    void limitsOfTheClassAreSharedByMethodsWithoutAny() throws Exception {
        AnnotatedLimits found = of(LimitedClass.class, "plain");
        assertThat(permits(found)).containsExactly(1L);
        assertThat(found.fromMethod()).isFalse();
        assertThat(found.place()).isEqualTo(HERE + "LimitedClass");
        assertThat(AnnotatedLimits.of(LimitedClass.class)).isEqualTo(found);
    }

    @Test
    void exemptMethodInsideLimitedClassIsExempt() throws Exception {
        AnnotatedLimits found = of(LimitedClass.class, "exempt");
        assertThat(found.exempt()).isTrue();
        assertThat(found.limits()).isEmpty();
        assertThat(found.isEmpty()).isFalse();
        assertThat(found.place()).isEqualTo(HERE + "LimitedClass.exempt()");
    }

    @RateLimitExempt
    static class ExemptSubclass extends LimitedClass {
        @RateLimited(permits = 4, per = "1s")
        public void added() {}
    }

    @Test
    void limitedMethodInsideExemptClassIsLimited() throws Exception {
        assertThat(permits(of(ExemptSubclass.class, "added"))).containsExactly(4L);
    }

    @Test
    void exemptSubclassOfLimitedClassIsExempt() throws Exception {
        assertThat(AnnotatedLimits.of(ExemptSubclass.class).exempt()).isTrue();
        assertThat(AnnotatedLimits.of(LimitedClass.class.getMethod("plain"), ExemptSubclass.class)
                        .place())
                .isEqualTo(HERE + "ExemptSubclass");
    }

    static class Unannotated {
        public void plain() {}
    }

    @Test
    void whereNothingStandsThePlaceIsTheEndpoint() throws Exception {
        AnnotatedLimits found = of(Unannotated.class, "plain");
        assertThat(found.isEmpty()).isTrue();
        assertThat(found.fromMethod()).isFalse();
        assertThat(found.place()).isEqualTo(HERE + "Unannotated.plain()");
        assertThat(AnnotatedLimits.of(Unannotated.class).place()).isEqualTo(HERE + "Unannotated");
    }

    @RateLimited(permits = 5, per = "1s")
    interface LimitedInterface {
        default void plain() {}
    }

    interface Middle extends LimitedInterface {}

    static class Implementing implements Runnable, Middle {
        @Override
        public void run() {}
    }

    static class SubclassOfImplementing extends Implementing {}

    static class BothSides extends LimitedClass implements LimitedInterface {
        @Override
        public void plain() {}
    }

    @Test
    void classLimitsAreFoundOnInterfacesOfSuperclassesAndSuperInterfaces() throws Exception {
        AnnotatedLimits found = AnnotatedLimits.of(SubclassOfImplementing.class);
        assertThat(permits(found)).containsExactly(5L);
        assertThat(found.place()).isEqualTo(HERE + "LimitedInterface");
        assertThat(of(SubclassOfImplementing.class, "plain")).isEqualTo(found);
    }

    @Test
    void superclassComesBeforeInterface() {
        assertThat(permits(AnnotatedLimits.of(BothSides.class))).containsExactly(1L);
    }

    static class Contradiction {
        @RateLimited(permits = 1, per = "1s")
        @RateLimitExempt
        public void both() {}

        public void plain() {}
    }

    static class OverridesContradiction extends Contradiction {
        @Override
        @RateLimitExempt
        public void both() {}
    }

    @Test
    void bothAnnotationsAtOnePlaceStopTheDeployment() {
        assertThatThrownBy(() -> of(Contradiction.class, "both"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("@RateLimited and @RateLimitExempt on " + HERE + "Contradiction.both():"
                        + " one sets limits, the other lifts them. Remove one of the two.");
    }

    @Test
    void contradictionElsewhereDoesNotMatter() throws Exception {
        assertThat(of(Contradiction.class, "plain").isEmpty()).isTrue();
        assertThat(of(OverridesContradiction.class, "both").exempt()).isTrue();
    }

    static class Overridden {
        @RateLimited(permits = 6, per = "1s")
        public Object call() {
            return "";
        }
    }

    @RateLimited(permits = 7, per = "1s")
    static class OverrideWithOtherAnnotations extends Overridden implements Callable<Object> {
        @Override
        @Deprecated
        @Unrelated
        public String call() {
            return "";
        }
    }

    @Retention(RetentionPolicy.RUNTIME)
    @interface Unrelated {}

    @Test
    void nearestPlaceWinsWhateverOtherAnnotationsTheOverrideCarries() throws Exception {
        AnnotatedLimits found = of(OverrideWithOtherAnnotations.class, "call");
        assertThat(permits(found)).containsExactly(6L);
        assertThat(found.fromMethod()).isTrue();
        assertThat(found.place()).isEqualTo(HERE + "Overridden.call()");
    }

    private static AnnotatedLimits of(Class<?> endpoint, String name, Class<?>... parameters) throws Exception {
        Method method = endpoint.getMethod(name, parameters);
        return AnnotatedLimits.of(method, endpoint);
    }

    private static List<Long> permits(AnnotatedLimits found) {
        return found.limits().stream().map(RateLimited::permits).toList();
    }
}
