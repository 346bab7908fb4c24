package dev.weir.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weir.annotation.RateLimitExempt;
import dev.weir.annotation.RateLimited;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Annotations that carry the limits: the last resort of {@link AnnotatedLimits}, in the same order of places. */
class MetaAnnotationTest {

    private static final String HERE = MetaAnnotationTest.class.getName() + "$";

    @Retention(RetentionPolicy.RUNTIME)
    @RateLimited(permits = 1, per = "1s")
    @RateLimited(permits = 2, per = "1h")
    @interface Strict {}

    @Retention(RetentionPolicy.RUNTIME)
    @RateLimited(permits = 3, per = "1d")
    @interface Daily {}

    @Retention(RetentionPolicy.RUNTIME)
    @RateLimitExempt
    @interface Free {}

    @Retention(RetentionPolicy.RUNTIME)
    @Strict
    @Outer
    @interface Outer {}

    @Retention(RetentionPolicy.RUNTIME)
    @Pong
    @interface Ping {}

    @Retention(RetentionPolicy.RUNTIME)
    @Ping
    @interface Pong {}

    @Strict
    static class StrictClass {
        public void plain() {}

        @Free
        public void free() {}

        @Daily
        public void daily() {}

        @Daily
        @RateLimited(permits = 4, per = "1s")
        public void own() {}

        @Strict
        @Daily
        public void two() {}

        @Outer
        @Strict
        public void twice() {}

        @Strict
        @Free
        public void contradiction() {}
    }

    @Test
    void limitsOfAMetaAnnotationStandWhereItStands() throws Exception {
        AnnotatedLimits found = of(StrictClass.class, "plain");
        assertThat(permits(found)).containsExactly(1L, 2L);
        assertThat(found.fromMethod()).isFalse();
        assertThat(found.place()).isEqualTo("@" + HERE + "Strict on " + HERE + "StrictClass");
        assertThat(AnnotatedLimits.of(StrictClass.class)).isEqualTo(found);
    }

    @Test
    void theMethodComesBeforeTheClass() throws Exception {
        AnnotatedLimits daily = of(StrictClass.class, "daily");
        assertThat(permits(daily)).containsExactly(3L);
        assertThat(daily.fromMethod()).isTrue();
        assertThat(daily.place()).isEqualTo("@" + HERE + "Daily on " + HERE + "StrictClass.daily()");
        assertThat(of(StrictClass.class, "free").exempt()).isTrue();
    }

    @Test
    void limitsOfItsOwnComeBeforeThoseOfAMetaAnnotation() throws Exception {
        assertThat(permits(of(StrictClass.class, "own"))).containsExactly(4L);
    }

    @Test
    void severalAtOnePlaceAllCountOnce() throws Exception {
        AnnotatedLimits two = of(StrictClass.class, "two");
        assertThat(permits(two)).containsExactly(1L, 2L, 3L);
        assertThat(two.place())
                .isEqualTo("@" + HERE + "Strict on " + HERE + "StrictClass.two() and @" + HERE + "Daily on " + HERE
                        + "StrictClass.two()");
        assertThat(permits(of(StrictClass.class, "twice"))).containsExactly(1L, 2L);
    }

    @Test
    void limitsAndExemptionThroughTwoMetaAnnotationsStopTheDeployment() {
        assertThatThrownBy(() -> of(StrictClass.class, "contradiction"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("@RateLimited and @RateLimitExempt on @" + HERE + "Strict on " + HERE
                        + "StrictClass.contradiction() and @" + HERE + "Free on " + HERE
                        + "StrictClass.contradiction():"
                        + " one sets limits, the other lifts them. Remove one of the two.");
    }

    @Outer
    static class OuterClass {}

    @Ping
    static class Cyclic {}

    @Test
    void metaAnnotationsAreFoundThroughOthersAndSurviveCycles() {
        AnnotatedLimits found = AnnotatedLimits.of(OuterClass.class);
        assertThat(permits(found)).containsExactly(1L, 2L);
        assertThat(found.place()).isEqualTo("@" + HERE + "Strict on @" + HERE + "Outer on " + HERE + "OuterClass");
        assertThat(AnnotatedLimits.of(Cyclic.class).isEmpty()).isTrue();
    }

    static class Base {
        @Strict
        public void search() {}
    }

    @RateLimited(permits = 5, per = "1s")
    static class DirectOnClass extends Base {}

    @Daily
    static class MetaOnClass extends Base {
        @Override
        public void search() {}
    }

    @Test
    void anyDirectPlaceComesBeforeAnyMetaAnnotation() throws Exception {
        assertThat(permits(of(DirectOnClass.class, "search"))).containsExactly(5L);
    }

    @Test
    void overriddenMethodComesBeforeTheClassHereToo() throws Exception {
        AnnotatedLimits found = of(MetaOnClass.class, "search");
        assertThat(permits(found)).containsExactly(1L, 2L);
        assertThat(found.fromMethod()).isTrue();
    }

    private static AnnotatedLimits of(Class<?> endpoint, String name) throws Exception {
        return AnnotatedLimits.of(endpoint.getMethod(name), endpoint);
    }

    private static List<Long> permits(AnnotatedLimits found) {
        return found.limits().stream().map(RateLimited::permits).toList();
    }
}
