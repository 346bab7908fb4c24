package dev.weir.jaxrs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.weir.annotation.RateLimitExempt;
import dev.weir.annotation.RateLimited;
import dev.weir.core.ManualTicker;
import dev.weir.http.DeploymentException;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Mistakes stop the deployment, and are told together. */
class DeploymentTest {

    @Path("first")
    public static class First {
        @GET
        @RateLimited(permits = 1, per = "1sec")
        public String get() {
            return "first";
        }
    }

    @Path("second")
    @RateLimited(permits = 1, per = "1s", key = "adress")
    public static class Second {
        @GET
        public String get() {
            return "second";
        }

        @GET
        @Path("both")
        @RateLimited(permits = 1, per = "1s")
        @RateLimitExempt
        public String both() {
            return "both";
        }
    }

    @Path("sound")
    public static class Sound {
        @GET
        @RateLimited(permits = 1, per = "1s")
        public String get() {
            return "sound";
        }
    }

    @Path("locating")
    public static class Locating {
        @GET
        public String get() {
            return "locating";
        }

        @Path("part")
        @RateLimited(permits = 1, per = "1s")
        public Part part() {
            return new Part();
        }
    }

    public static class Part {
        @GET
        public String get() {
            return "part";
        }
    }

    @Test
    void malformedAnnotationsOfAllResourcesAreToldInOneMessage() {
        DeploymentException refusal =
                refusal(JaxrsServer.of(First.class, Second.class, Sound.class).weir(TestWeir.of(new ManualTicker())));
        assertThat(refusal.problems())
                .hasSize(3)
                .anySatisfy(problem -> assertThat(problem).contains(First.class.getTypeName() + ".get()", "1sec"))
                .anySatisfy(problem -> assertThat(problem).contains(Second.class.getTypeName() + ":", "adress"))
                .anySatisfy(problem -> assertThat(problem).contains(Second.class.getTypeName() + ".both()"));
        assertThat(refusal).hasMessageContaining("for 3 reasons");
    }

    @Test
    void limitOfALocatorStopsTheDeploymentAndIsNamed() {
        DeploymentException refusal =
                refusal(JaxrsServer.of(Locating.class, Sound.class).weir(TestWeir.of(new ManualTicker())));
        assertThat(refusal.problems())
                .singleElement()
                .asString()
                .startsWith("@RateLimited on " + Locating.class.getName() + ".part: ")
                .contains("only finds a sub-resource", "Move it to the class that it returns");
    }

    @Test
    void malformedSettingStopsTheDeployment() {
        DeploymentException refusal =
                refusal(JaxrsServer.of(Sound.class).property("weir.header-styles", "draft, x-epock"));
        assertThat(refusal).hasMessageContaining("weir.header-styles").hasMessageContaining("x-epock");
    }

    private static DeploymentException refusal(JaxrsServer.Plan plan) {
        Throwable thrown = catchThrowable(() -> plan.start().close());
        Set<Throwable> seen = Collections.newSetFromMap(new IdentityHashMap<>());
        DeploymentException found = find(thrown, seen);
        assertThat(found).as("a DeploymentException behind " + thrown).isNotNull();
        return found;
    }

    private static DeploymentException find(Throwable thrown, Set<Throwable> seen) {
        if (thrown == null || thrown instanceof DeploymentException || !seen.add(thrown)) {
            return (DeploymentException) (thrown instanceof DeploymentException ? thrown : null);
        }
        DeploymentException found = find(thrown.getCause(), seen);
        for (Throwable suppressed : thrown.getSuppressed()) {
            found = found == null ? find(suppressed, seen) : found;
        }
        return found;
    }
}
