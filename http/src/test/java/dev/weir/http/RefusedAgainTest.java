package dev.weir.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.annotation.RateLimited;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

/** An application that dispatches on after a refusal, to what is limited too. */
class RefusedAgainTest {

    @RateLimited(permits = 0, per = "1h", name = "closed")
    static class Closed {}

    @RateLimited(permits = 5, per = "1h", name = "open")
    static class Open {}

    @Test
    void aRefusalIsRememberedAndNamesWhatRefused() {
        try (Application app = Application.with("weir.header-styles", "draft")) {
            Exchange exchange = app.weir.exchange(FakeRequest.from("192.0.2.1"));
            exchange.judge(app.endpoint(Closed.class), Point.ONLY);
            assertThat(exchange.isAdmitted()).isFalse();
            exchange.judge(app.endpoint(Open.class), Point.ONLY);
            assertThat(exchange.isAdmitted()).isTrue();

            exchange.judge(app.endpoint(Closed.class), Point.ONLY);

            assertThat(exchange.isAdmitted()).isFalse();
            assertThat(new String(exchange.refusal().body(), StandardCharsets.UTF_8))
                    .contains("\"violated-policies\":[\"closed\"]");
        }
    }
}
