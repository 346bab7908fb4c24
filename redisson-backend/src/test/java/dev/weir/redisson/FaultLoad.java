package dev.weir.redisson;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.core.Algorithm;
import dev.weir.core.Ask;
import dev.weir.core.Bundle;
import dev.weir.core.ClientKey;
import dev.weir.core.Fallback;
import dev.weir.core.Limit;
import dev.weir.core.OnFailure;
import dev.weir.core.Policies;
import dev.weir.core.Policy;
import dev.weir.core.spi.Backend;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

/** A few threads that ask of all kinds, for the same few clients: at once, patiently, and with something to settle. */
final class FaultLoad implements AutoCloseable {

    private static final int THREADS = 4;
    private static final int CLIENTS = 20;
    private static final long PAUSE_NANOS = TimeUnit.MICROSECONDS.toNanos(200);
    private static final List<Bundle> BUNDLES = bundles(Duration.ofMillis(50));
    private static final List<Bundle> PATIENT_BUNDLES = bundles(Duration.ofMinutes(1));

    final AtomicLong answered = new AtomicLong();
    private final Backend backend;
    private final AtomicBoolean ended = new AtomicBoolean();
    private final Queue<Throwable> failures = new ConcurrentLinkedQueue<>();
    private final List<Thread> threads = new ArrayList<>();

    /** Starts it. */
    FaultLoad(Backend backend) {
        this.backend = backend;
        for (int i = 0; i < THREADS; i++) {
            Thread thread = new Thread(this::run, "load-" + i);
            threads.add(thread);
            thread.start();
        }
    }

    /** A limit of each algorithm, and among them each mode of failure. */
    private static List<Bundle> bundles(Duration deadline) {
        List<Bundle> bundles = new ArrayList<>();
        OnFailure[] modes = OnFailure.values();
        for (Algorithm algorithm : Algorithm.values()) {
            Policies policies = new Policies();
            policies.declare(
                    new Policy("limit", Limit.of(100, Duration.ofSeconds(1)).withAlgorithm(algorithm))
                            .withFallback(new Fallback(modes[algorithm.ordinal() % modes.length], deadline, 0.5)));
            bundles.add(policies.current().bundle("load-" + algorithm.ordinal(), List.of("limit")));
        }
        return bundles;
    }

    private static ClientKey client(int number) {
        return new ClientKey(ClientKey.Kind.USER, 1, number);
    }

    private void run() {
        try {
            while (!ended.get()) {
                ask();
                answered.incrementAndGet();
                LockSupport.parkNanos(PAUSE_NANOS);
            }
        } catch (InterruptedException | RuntimeException | Error e) {
            failures.add(e);
        }
    }

    private void ask() throws InterruptedException {
        ThreadLocalRandom random = ThreadLocalRandom.current();
        Ask ask = new Ask();
        ask.add(BUNDLES.get(random.nextInt(BUNDLES.size())), client(random.nextInt(CLIENTS)));
        ask.cost(0, random.nextInt(1, 4));
        if (random.nextInt(4) == 0) {
            ask.patience(0, TimeUnit.MILLISECONDS.toNanos(50));
        }
        if (random.nextInt(2) == 0) {
            ask.hold();
        }
        backend.decide(ask);
        assertThat(ask.await(30, TimeUnit.SECONDS)).as("answered").isTrue();
        if (ask.isOpen()) {
            ask.actual(0, random.nextInt(4));
            backend.settle(ask);
        }
    }

    /** Returns when so many more have been answered. */
    void awaitAnswers(int more) {
        long enough = answered.get() + more;
        Eventually.holds(more + " more answers", () -> answered.get() >= enough || !failures.isEmpty());
        assertThat(failures).isEmpty();
    }

    /** Looks at all that anybody has asked for; Redis has to decide, and is told first what others have admitted for it. */
    static int lookAtAll(Backend backend) throws InterruptedException {
        int looks = 0;
        for (Bundle bundle : PATIENT_BUNDLES) {
            for (int client = 0; client < CLIENTS; client++) {
                Ask look = new Ask();
                look.add(bundle, client(client));
                look.cost(0, 0);
                backend.decide(look);
                assertThat(look.await(30, TimeUnit.SECONDS)).isTrue();
                assertThat(look.failure()).isNull();
                looks++;
            }
        }
        return looks;
    }

    /** Ends it, and returns when nobody asks any more. */
    @Override
    public void close() {
        ended.set(true);
        Eventually.holds("the load ends", () -> threads.stream().noneMatch(Thread::isAlive));
        assertThat(failures).isEmpty();
    }
}
