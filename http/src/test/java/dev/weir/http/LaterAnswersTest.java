package dev.weir.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.annotation.RateLimited;
import dev.weir.core.Ask;
import dev.weir.core.Limit;
import dev.weir.core.LimiterListener;
import dev.weir.core.Policy;
import dev.weir.core.TaskThreads;
import dev.weir.http.ApiKeyVerifier.VerifiedApiKey;
import dev.weir.http.Application.Answer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Back ends that answer later, not at all, or with a failure. */
class LaterAnswersTest {

    private static final String UNAVAILABLE =
            "{\"type\":\"https://iana.org/assignments/http-problem-types#temporary-reduced-capacity\","
                    + "\"title\":\"Temporary Reduced Capacity\",\"status\":503}";

    private final List<Throwable> failures = new ArrayList<>();
    private final Application app = application("1h");
    private final HeldBackend backend = (HeldBackend) app.weir.backend();

    private Application application(String deadline) {
        LimiterListener listener = new LimiterListener() {
            @Override
            public void failed(Ask ask, Throwable cause) {
                failures.add(cause);
            }
        };
        return Application.with(
                builder -> builder.listener(listener), "weir.backend", "held", "weir.deadline", deadline);
    }

    @AfterEach
    void close() {
        app.close();
    }

    @RateLimited(name = "later", permits = 5, per = "1m")
    static class Limited {}

    @SuppressWarnings("unused")
    static class TwoPoints {
        @RateLimited(name = "by-ip", permits = 5, per = "1m", key = "ip")
        @RateLimited(name = "by-user", permits = 5, per = "1m", key = "user")
        void method() {}
    }

    private static final class Gone extends RuntimeException {
        private static final long serialVersionUID = 1L;

        Gone() {
            super("the back end is gone", null, false, false); // one line in the log, not a whole stack
        }
    }

    @Test
    void nothingIsSaidBeforeTheAnswerIsThere() {
        Exchange exchange = judge(client());
        AtomicInteger calls = new AtomicInteger();
        exchange.onDone(calls::incrementAndGet);
        assertThat(exchange.isDone()).isFalse();
        assertThat(exchange.isAdmitted()).isFalse();
        assertThat(exchange.hasOutcomes()).isFalse();
        assertThat(calls).hasValue(0);
        HeldBackend.admit(backend.next());
        assertThat(exchange.isDone()).isTrue();
        assertThat(calls).hasValue(1);
        Answer answer = Application.answer(exchange);
        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.field("RateLimit")).isEqualTo("\"later\";r=4;t=48");
    }

    @Test
    void aRefusalThatComesLaterIsARefusal() {
        Exchange exchange = judge(client());
        HeldBackend.refuse(backend.next());
        exchange.await();
        Answer answer = Application.answer(exchange);
        assertThat(answer.status()).isEqualTo(429);
        assertThat(answer.field("Retry-After")).isEqualTo("2");
        assertThat(answer.field("RateLimit")).isEqualTo("\"later\";r=0;t=2");
    }

    @Test
    void aFailureIsAnswered503AndNeverUnlimited() {
        Exchange exchange = judge(client());
        Gone cause = new Gone();
        backend.next().fail(cause);
        exchange.await();
        assertUnavailable(exchange);
        assertThat(failures).containsExactly(cause);
    }

    @Test
    void awaitGivesUpAtTheDeadline() {
        try (Application quick = application("1ms")) {
            Exchange exchange = judge(quick, client());
            exchange.await();
            assertUnavailable(exchange);
        }
    }

    @Test
    void onDoneRunsAtTheDeadline() throws Exception {
        try (Application quick = application("1ms")) {
            Exchange exchange = judge(quick, client());
            CountDownLatch done = new CountDownLatch(1);
            exchange.onDone(done::countDown);
            assertThat(done.await(10, TimeUnit.SECONDS)).isTrue();
            assertUnavailable(exchange);
        }
    }

    @Test
    void anAnswerAfterTheDeadlineChangesNothing() {
        try (Application quick = application("1ms")) {
            Exchange exchange = judge(quick, client());
            AtomicInteger calls = new AtomicInteger();
            exchange.await();
            exchange.onDone(calls::incrementAndGet);
            HeldBackend.admit(((HeldBackend) quick.weir.backend()).next());
            assertThat(calls).hasValue(1);
            assertUnavailable(exchange);
        }
    }

    @Test
    void anInterruptedThreadIsAnswered503AndStaysInterrupted() {
        Exchange exchange = judge(client());
        Thread.currentThread().interrupt();
        exchange.await();
        assertThat(Thread.interrupted()).isTrue();
        assertUnavailable(exchange);
    }

    @Test
    void aNewApiKeyIsSettledBeforeTheLimitIsAsked() {
        Exchange exchange = judge(client().apiKey("k"));
        assertThat(backend.waiting()).isEqualTo(1);
        Ask gate = backend.next();
        assertThat(gate.bundle(0).name()).isEqualTo("weir.new-api-keys");
        HeldBackend.admit(gate);
        assertThat(exchange.isDone()).isFalse();
        Ask limit = backend.next();
        assertThat(limit.client(0)).isNotEqualTo(gate.client(0)).isEqualTo(gate.client(1));
        HeldBackend.admit(limit);
        assertThat(exchange.isAdmitted()).isTrue();
    }

    @Test
    void aRealApiKeyIsRememberedBeforeTheLimitIsAsked() {
        try (Application verifying = Application.with(
                builder -> builder.apiKeyVerifier(key -> new VerifiedApiKey("")), "weir.backend", "held")) {
            HeldBackend asked = (HeldBackend) verifying.weir.backend();
            Exchange exchange = judge(verifying, client().apiKey("k"));
            Ask gate = asked.next();
            assertThat(gate.cost(0)).isZero();
            assertThat(gate.cost(1)).isZero();
            HeldBackend.admit(gate);
            assertThat(exchange.isDone()).isFalse();
            Ask memory = asked.next();
            assertThat(memory.bundle(0).name()).isEqualTo("weir.verified-api-keys");
            assertThat(memory.client(0)).isEqualTo(gate.client(1));
            HeldBackend.admit(memory);
            assertThat(exchange.isDone()).isFalse();
            HeldBackend.admit(asked.next());
            assertThat(exchange.isAdmitted()).isTrue();
        }
    }

    @Test
    void aFailureToSettleAnApiKeyIsAnswered503() {
        Exchange exchange = judge(client().apiKey("k"));
        backend.next().fail(new Gone());
        assertThat(backend.waiting()).isZero();
        assertUnavailable(exchange);
    }

    /* A few threads bring all answers: what a resolver or a slow client takes of them, everybody waits for. */
    @Test
    void nothingOfARequestIsDoneInTheThreadThatBringsTheAnswer() throws Exception {
        List<Thread> threads = Collections.synchronizedList(new ArrayList<>());
        try (Application verifying = Application.with(
                builder -> builder.executor(TaskThreads.shared()).apiKeyVerifier(key -> {
                    threads.add(Thread.currentThread());
                    return null;
                }),
                "weir.backend",
                "held",
                "weir.deadline",
                "1h")) {
            HeldBackend asked = (HeldBackend) verifying.weir.backend();
            Exchange waits = judge(verifying, client().apiKey("k"));
            Ask first = asked.next();
            Thread brings = new Thread(() -> HeldBackend.admit(first));
            brings.start();
            brings.join();
            assertThat(threads).isEmpty();
            assertThat(waits.isDone()).isFalse(); // but does what has come
            assertThat(threads).containsExactly(Thread.currentThread());

            Exchange freed = judge(verifying, client().apiKey("k"));
            asked.next(); // of the request before
            Ask second = asked.next();
            CountDownLatch failed = new CountDownLatch(1);
            freed.onDone(() -> {
                threads.add(Thread.currentThread());
                failed.countDown();
            });
            Thread bringsToo = new Thread(() -> second.fail(new Gone()));
            bringsToo.start();
            bringsToo.join();
            assertThat(failed.await(30, TimeUnit.SECONDS)).isTrue();
            assertThat(threads).hasSize(2).doesNotContain(brings, bringsToo);
        }
    }

    @Test
    void noEndpointIsAskedTwiceForOneRequest() {
        Exchange exchange = judge(client());
        HeldBackend.admit(backend.next());
        exchange.judge(app.endpoint(Limited.class), Point.ONLY);
        assertThat(exchange.isDone()).isTrue();
        assertThat(exchange.isAdmitted()).isTrue();
        assertThat(backend.waiting()).isZero();
    }

    @Test
    void oneRequestIsJudgedByOneVersionOfThePolicies() {
        Endpoint endpoint = app.endpoint(TwoPoints.class, "method", "x");
        FakeRequest request = client();
        Exchange exchange = app.weir.exchange(request);
        exchange.judge(endpoint, Point.BEFORE_AUTHENTICATION);
        HeldBackend.admit(backend.next());
        Policy lower = new Policy("by-user", Limit.of(3, Duration.ofMinutes(1)));
        app.weir.policies().replace(set -> set.with(lower));
        app.weir.exchange(request).judge(endpoint, Point.AFTER_AUTHENTICATION);
        assertThat(limitOf(backend.next())).isEqualTo(5);

        app.weir.exchange(client()).judge(endpoint, Point.AFTER_AUTHENTICATION);
        assertThat(limitOf(backend.next())).isEqualTo(3);
    }

    @Test
    void anEndpointRegisteredAfterTheRequestBeganIsJudged() {
        Exchange exchange = app.weir.exchange(client());
        exchange.judge(app.endpoint(Limited.class), Point.ONLY);
        HeldBackend.admit(backend.next());
        assertThat(exchange.isAdmitted()).isTrue();
    }

    private static long limitOf(Ask ask) {
        assertThat(ask.policy(0).name()).isEqualTo("by-user");
        return ask.policy(0).limit().permits();
    }

    private Exchange judge(FakeRequest request) {
        return judge(app, request);
    }

    private static Exchange judge(Application app, FakeRequest request) {
        Endpoint endpoint = app.endpoint(Limited.class);
        Exchange exchange = app.weir.exchange(request);
        exchange.judge(endpoint, Point.ONLY);
        return exchange;
    }

    private static FakeRequest client() {
        return FakeRequest.from("192.0.2.1");
    }

    private static void assertUnavailable(Exchange exchange) {
        Answer answer = Application.answer(exchange);
        assertThat(answer.status()).isEqualTo(503);
        assertThat(answer.body()).isEqualTo(UNAVAILABLE);
        assertThat(answer.field("Retry-After")).isEqualTo("1");
        assertThat(answer.field("Cache-Control")).isEqualTo("no-store");
        assertThat(answer.fields().names()).containsExactly("Cache-Control", "Retry-After");
    }
}
