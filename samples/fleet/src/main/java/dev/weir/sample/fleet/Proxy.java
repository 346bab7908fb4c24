package dev.weir.sample.fleet;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * Stands between the nodes and Redis, on the loopback, and does to replies what networks do. What is asked always arrives.
 *
 * <p>Two threads for each connection. Safe for use by many threads.
 */
final class Proxy implements AutoCloseable {

    private static final int CONNECT_MILLIS = 2_000;
    private static final int BUFFER_BYTES = 16_384;

    /** What becomes of replies. */
    enum Mode {
        /** They arrive. */
        PASS,
        /** Each arrives so much later. */
        DELAY,
        /** None arrives, and nobody is told: the connections stay. */
        DROP,
        /** The first half of each arrives, and then the connection ends. */
        CUT
    }

    private final int target;
    private final long delayNanos;
    private final ServerSocket listening;
    private final Set<Socket> open = ConcurrentHashMap.newKeySet();
    private volatile Mode mode = Mode.PASS;
    private volatile boolean closed;

    /**
     * One that lets all pass.
     *
     * @param target the port to which connections go
     * @param delayMillis by how much {@link Mode#DELAY} delays
     */
    Proxy(int target, long delayMillis) throws IOException {
        this.target = target;
        this.delayNanos = TimeUnit.MILLISECONDS.toNanos(delayMillis);
        this.listening = new ServerSocket(0, 0, InetAddress.getLoopbackAddress());
        start(this::accept, "proxy");
    }

    int port() {
        return listening.getLocalPort();
    }

    /** Holds for replies that come from now on. After a time of {@link Mode#DROP} all connections end: half of what was said is missing. */
    void mode(Mode next) {
        boolean missing = mode == Mode.DROP;
        mode = next;
        if (missing) {
            open.forEach(Proxy::end);
        }
    }

    private void accept() {
        while (!closed) {
            try {
                Socket client = listening.accept();
                start(() -> serve(client), "proxy, what is asked");
            } catch (IOException e) {
                // closed, or somebody who has left at once
            }
        }
    }

    private void serve(Socket client) {
        try (client;
                Socket server = new Socket()) {
            open.add(client);
            open.add(server);
            server.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), target), CONNECT_MILLIS);
            client.setTcpNoDelay(true);
            server.setTcpNoDelay(true);
            if (!closed) {
                start(() -> pass(server, client), "proxy, what is answered");
                client.getInputStream().transferTo(server.getOutputStream());
            }
            open.remove(server);
        } catch (IOException e) {
            // one of both has ended it, so it ends for the other, too
        } finally {
            open.remove(client);
        }
    }

    private void pass(Socket server, Socket client) {
        try (server;
                client) {
            InputStream in = server.getInputStream();
            OutputStream out = client.getOutputStream();
            byte[] reply = new byte[BUFFER_BYTES];
            for (int length = in.read(reply); length >= 0; length = in.read(reply)) {
                Mode now = mode;
                if (now == Mode.DELAY) {
                    await(System.nanoTime() + delayNanos);
                }
                if (now != Mode.DROP) {
                    out.write(reply, 0, now == Mode.CUT ? length / 2 : length);
                }
                if (now == Mode.CUT) {
                    return;
                }
            }
        } catch (IOException e) {
            // as above
        }
    }

    private static void await(long nanoTime) {
        for (long left = nanoTime - System.nanoTime(); left > 0; left = nanoTime - System.nanoTime()) {
            LockSupport.parkNanos(left);
        }
    }

    private static void start(Runnable work, String name) {
        Thread thread = new Thread(work, name);
        thread.setDaemon(true);
        thread.start();
    }

    private static void end(Socket socket) {
        try {
            socket.close();
        } catch (IOException e) {
            // then it has ended
        }
    }

    /** Ends all connections. */
    @Override
    public void close() throws IOException {
        closed = true;
        listening.close();
        open.forEach(Proxy::end);
    }
}
