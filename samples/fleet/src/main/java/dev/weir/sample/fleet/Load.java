package dev.weir.sample.fleet;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;

/** Callers who ask all nodes in turn, on behalf of all clients, each as soon as it has its last answer. */
final class Load {

    private static final Duration REQUEST_TIMEOUT = Duration.ofSeconds(30);
    private static final long SHOW_MILLIS = 200;
    /** After so many there is nothing more to be learnt. */
    private static final int MOST_FAILURES = 1_000;
    /** How often each client asks at first: enough to use up a small bucket, and to be refused. */
    private static final int AT_FIRST = 15;

    private final HttpClient client;
    private final List<URI> nodes;
    private final List<AtomicReference<Count>> atNodes;
    private final List<Endpoint> endpoints =
            Traffic.ALL.stream().map(Endpoint::new).toList();
    /** The endpoints in the order in which they are asked, over and over. */
    private final List<Endpoint> round;

    private final AtomicLong next = new AtomicLong();
    private final AtomicInteger failures = new AtomicInteger();
    private final AtomicReference<String> firstFailure = new AtomicReference<>();
    private volatile boolean stopped;

    Load(HttpClient client, List<URI> nodes) {
        this.client = client;
        this.nodes = nodes;
        this.atNodes = Stream.generate(() -> new AtomicReference<>(Count.NONE))
                .limit(nodes.size())
                .toList();
        this.round = endpoints.stream()
                .flatMap(endpoint -> Collections.nCopies(endpoint.traffic.share(), endpoint).stream())
                .toList();
    }

    /** Where requests go, and what became of them. */
    private static final class Endpoint {
        final Traffic traffic;
        final List<Tally> clients;
        final AtomicLong turns = new AtomicLong();

        Endpoint(Traffic traffic) {
            this.traffic = traffic;
            this.clients =
                    traffic.clients().stream().map(who -> new Tally(traffic)).toList();
        }

        /** Which client's turn it is: after the beginning each asks every node once, and then it is the next one's. */
        int who(long turn, int nodes) {
            int inARow = turn < (long) AT_FIRST * clients.size() ? AT_FIRST : nodes;
            return (int) (turn / inARow % clients.size());
        }
    }

    /** Asks for {@code seconds}, with so many callers, and returns when the last answer is there. */
    Result run(int seconds, int callers, Progress progress) throws InterruptedException {
        long nanos = TimeUnit.SECONDS.toNanos(seconds);
        long start = System.nanoTime();
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < callers; i++) {
            Thread thread = new Thread(() -> call(start, nanos), "caller " + i);
            thread.setDaemon(true);
            threads.add(thread);
            thread.start();
        }
        try {
            for (Thread thread : threads) {
                do {
                    thread.join(SHOW_MILLIS);
                    if (!stopped) {
                        progress.show(
                                System.nanoTime() - start,
                                atNodes.stream().map(AtomicReference::get).toList());
                    }
                } while (thread.isAlive());
            }
        } finally {
            stop();
            progress.clear();
        }
        return result();
    }

    /** Has the callers send nothing more. */
    void stop() {
        stopped = true;
    }

    private void call(long start, long nanos) {
        while (!stopped && System.nanoTime() - start < nanos) {
            Endpoint endpoint = round.get((int) (next.getAndIncrement() % round.size()));
            long turn = endpoint.turns.getAndIncrement();
            int node = (int) (turn % nodes.size());
            int who = endpoint.who(turn, nodes.size());
            URI uri = nodes.get(node).resolve(endpoint.traffic.path());

            long sent = System.nanoTime() - start;
            Answer answer = answer(uri, endpoint.traffic.clients().get(who));
            long answered = System.nanoTime() - start;

            atNodes.get(node).updateAndGet(count -> count.plus(answer));
            endpoint.clients.get(who).add(answer, sent, answered);
            if (answer == Answer.FAILED && failures.incrementAndGet() == MOST_FAILURES) {
                stop();
            }
        }
    }

    private Answer answer(URI uri, String address) {
        HttpRequest request = HttpRequest.newBuilder(uri)
                .header("X-Forwarded-For", address)
                .timeout(REQUEST_TIMEOUT)
                .build();
        try {
            int status =
                    client.send(request, HttpResponse.BodyHandlers.discarding()).statusCode();
            if (status == 200 || status == 429) {
                return status == 200 ? Answer.ADMITTED : Answer.REFUSED;
            }
            firstFailure.compareAndSet(null, uri + " answered " + status);
        } catch (IOException e) {
            firstFailure.compareAndSet(null, uri + " did not answer: " + e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            stop();
        }
        return Answer.FAILED;
    }

    private Result result() {
        List<Result.AtNode> perNode = new ArrayList<>();
        for (int i = 0; i < nodes.size(); i++) {
            perNode.add(
                    new Result.AtNode(nodes.get(i).toString(), atNodes.get(i).get()));
        }
        List<Result.AtLimit> perLimit = endpoints.stream()
                .map(endpoint -> Result.AtLimit.of(endpoint.traffic, endpoint.clients))
                .toList();
        return new Result(perNode, perLimit, Optional.ofNullable(firstFailure.get()));
    }
}
