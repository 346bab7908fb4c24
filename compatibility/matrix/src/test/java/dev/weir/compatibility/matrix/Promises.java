package dev.weir.compatibility.matrix;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.lang.reflect.Method;
import java.net.http.HttpResponse;
import java.util.Arrays;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.TestInfo;

/** What tests of a cell have in common. */
abstract class Promises {

    Client client;

    abstract Pairing pairing();

    /** Its process. */
    abstract CellProcess cell();

    @BeforeEach
    void beginUnlessItMeansNothing(TestInfo test) throws IOException {
        client = new Client(cell().port());
        whyNot(test.getTestMethod().orElseThrow(), pairing()).ifPresent(why -> assumeTrue(false, why));
    }

    /** Why a test does not apply to a pairing, if it does not. */
    static Optional<String> whyNot(Method test, Pairing pairing) {
        return Arrays.stream(test.getAnnotationsByType(NotOn.class))
                .filter(each -> Arrays.stream(each.value())
                        .anyMatch(name -> pairing.name().startsWith(name)
                                || pairing.implementationName().startsWith(name)))
                .map(NotOn::why)
                .findFirst();
    }

    /** Holds if the response says that so much is left, of that policy and of no other, in one set of fields. */
    static HttpResponse<String> assertLeft(HttpResponse<String> response, String policy, int remaining) {
        assertThat(response.headers().allValues("RateLimit"))
                .as("RateLimit of a %d: %s", response.statusCode(), response.body())
                .singleElement()
                .asString()
                .startsWith("\"" + policy + "\";r=" + remaining + ";");
        return response;
    }

    static void assertUnlimited(HttpResponse<String> response) {
        assertThat(response.headers().allValues("RateLimit")).isEmpty();
        assertThat(response.headers().allValues("RateLimit-Policy")).isEmpty();
    }

    static HttpResponse<String> assertStatus(int status, HttpResponse<String> response) {
        assertThat(response.statusCode()).as(response.body()).isEqualTo(status);
        return response;
    }
}
