package dev.weir.benchmark.load;

import dev.weir.benchmark.ChildJvm;
import dev.weir.benchmark.redis.Latencies;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.util.ArrayList;
import java.util.List;

/** Sends requests, each connection the next as soon as it has the answer to the last; in a process of its own. */
final class Generator {

    private static final int CONNECTIONS = 16;

    private final Latencies latencies = new Latencies();
    private int toSend;
    private int underWay;
    private int admitted;
    private int refused;

    private Generator(int requests) {
        toSend = requests;
    }

    /**
     * Answers lines of {@code PORT PATH REQUESTS}: seconds, how many were answered 200, how many 429, p50 and p99 in µs.
     *
     * @throws UncheckedIOException at any other answer
     */
    public static void main(String[] args) throws IOException {
        ChildJvm.answer(line -> {
            String[] words = line.split(" ", -1);
            try {
                return new Generator(Integer.parseInt(words[2])).run(Integer.parseInt(words[0]), words[1]);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        });
    }

    private String run(int port, String path) throws IOException {
        List<Connection> connections = new ArrayList<>();
        try (Selector selector = Selector.open()) {
            for (int i = 0; i < CONNECTIONS; i++) {
                connections.add(Connection.open(port, path, selector));
            }
            long start = System.nanoTime();
            for (Connection connection : connections) {
                sendNext(connection);
            }
            while (underWay > 0) {
                selector.select(this::answered);
            }
            double seconds = (System.nanoTime() - start) / 1e9;
            return seconds + " " + admitted + " " + refused + " " + latencies.micros(0.5) + " "
                    + latencies.micros(0.99);
        } finally {
            for (Connection connection : connections) {
                connection.close();
            }
        }
    }

    private void sendNext(Connection connection) throws IOException {
        if (toSend > 0) {
            toSend--;
            underWay++;
            connection.send();
        }
    }

    private void answered(SelectionKey key) {
        Connection connection = (Connection) key.attachment();
        try {
            int status = connection.read();
            if (status == 0) {
                return;
            }
            latencies.add(System.nanoTime() - connection.sentNanos());
            count(status);
            underWay--;
            sendNext(connection);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void count(int status) throws IOException {
        switch (status) {
            case 200 -> admitted++;
            case 429 -> refused++;
            default -> throw new IOException("Answered " + status);
        }
    }
}
