package dev.weir.http;

import dev.weir.core.ManualTicker;
import dev.weir.http.Endpoints.Finding;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** An application without a container: a {@link Weir} whose clocks stand still, and calls to its endpoints. */
final class Application implements AutoCloseable {

    static final Instant NOW = Instant.ofEpochSecond(1_700_000_000, 200_000_000);

    final ManualTicker ticker = new ManualTicker(Long.MAX_VALUE - 1_000_000_000L);
    final Weir weir;

    private Application(Map<String, String> settings, UnaryOperator<WeirBuilder> more) {
        WeirBuilder builder = Weir.builder()
                .settings(Settings.none().after("init-param", settings))
                .ticker(ticker)
                .clock(Clock.fixed(NOW, ZoneOffset.UTC))
                .executor(Runnable::run);
        weir = more.apply(builder).build();
    }

    /** One with settings, as pairs of a name and a value. */
    static Application with(String... settings) {
        return with(builder -> builder, settings);
    }

    /** One with settings, and with what only code can say. */
    static Application with(UnaryOperator<WeirBuilder> more, String... settings) {
        Map<String, String> values = new LinkedHashMap<>();
        for (int i = 0; i < settings.length; i += 2) {
            values.put(settings[i], settings[i + 1]);
        }
        return new Application(values, more);
    }

    /** What a client was answered; an admitted request got 200 and no body. */
    record Answer(
            int status, RecordingResponse fields, @Nullable String body) {
        /** The only line of a field, or null if there is none. */
        @Nullable
        String field(String name) {
            List<String> lines = fields.lines(name);
            if (lines.size() > 1) {
                throw new AssertionError(name + " has several lines: " + lines);
            }
            return lines.isEmpty() ? null : lines.get(0);
        }

        boolean admitted() {
            return status == 200;
        }
    }

    /** The endpoint of an annotated class. */
    Endpoint endpoint(Class<?> type) {
        return limited(weir.endpoints().ofClass(type));
    }

    /** The endpoint of the method of that name, unnamed limits of which are called {@code label}. */
    Endpoint endpoint(Class<?> type, String method, String label) {
        return limited(finding(type, method, label));
    }

    /** What is found at the method of that name. */
    Finding finding(Class<?> type, String method, String label) {
        for (var candidate : type.getDeclaredMethods()) {
            if (candidate.getName().equals(method)) {
                return weir.endpoints().ofMethod(type, candidate, label, label);
            }
        }
        throw new AssertionError(type + " has no method " + method);
    }

    Answer call(Class<?> type, FakeRequest request) {
        return call(endpoint(type), request);
    }

    /** A request, from beginning to end, as a front end would see to it. */
    Answer call(Endpoint endpoint, FakeRequest request) {
        Exchange exchange = weir.exchange(request);
        exchange.judge(endpoint, Point.ONLY);
        exchange.await();
        return answer(exchange);
    }

    /** What a front end writes once the answer is there. */
    static Answer answer(Exchange exchange) {
        RecordingResponse response = new RecordingResponse();
        exchange.writeFields(response);
        if (exchange.isAdmitted()) {
            return new Answer(200, response, null);
        }
        Refusal refusal = exchange.refusal();
        refusal.writeFields(response);
        return new Answer(refusal.status(), response, new String(refusal.body(), StandardCharsets.UTF_8));
    }

    /** How many of at most {@code most} requests pass before the first refusal. */
    int admitted(Class<?> type, int most, Supplier<FakeRequest> request) {
        int passed = 0;
        while (passed < most && call(type, request.get()).admitted()) {
            passed++;
        }
        return passed;
    }

    void advance(Duration step) {
        ticker.advance(step);
    }

    @Override
    public void close() {
        weir.close();
    }

    private static Endpoint limited(Finding finding) {
        if (finding instanceof Finding.Limited limited) {
            return limited.endpoint();
        }
        throw new AssertionError("Not limited: " + finding);
    }
}
