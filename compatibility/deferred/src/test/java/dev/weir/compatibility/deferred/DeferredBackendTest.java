package dev.weir.compatibility.deferred;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.core.Ask;
import dev.weir.core.ClientKey;
import dev.weir.core.Limit;
import dev.weir.core.Policy;
import dev.weir.core.PolicySet;
import dev.weir.http.Weir;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** That the front ends' tests in this module are what they claim to be. */
class DeferredBackendTest {

    @Test
    void backEndOfTheSystemSettingsAnswersLaterFromAnotherThreadAndReplacesThePolicies() throws Exception {
        try (Weir weir = Weir.builder().build()) {
            weir.policies().declare(new Policy("p", Limit.of(5, Duration.ofHours(1))));
            PolicySet before = weir.policies().current();
            Thread caller = Thread.currentThread();
            for (int i = 0; i < 6; i++) {
                Thread[] answering = new Thread[1];
                Ask ask = new Ask();
                ask.add(weir.policies().current().bundle("b", List.of("p")), ClientKey.GLOBAL);
                ask.onDone(() -> answering[0] = Thread.currentThread());
                weir.backend().decide(ask);
                assertThat(waitFor(ask)).isTrue();
                assertThat(answering[0]).isNotNull().isNotSameAs(caller);
                assertThat(ask.allowed()).isEqualTo(i < 5);
            }
            assertThat(weir.policies().current().version()).isGreaterThan(before.version() + 1);
            assertThat(weir.policies().current().policies()).containsExactlyElementsOf(before.policies());
        }
    }

    private static boolean waitFor(Ask ask) {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(10);
        while (!ask.isDone() && System.nanoTime() - deadline < 0) {
            Thread.onSpinWait();
        }
        return ask.isDone();
    }
}
