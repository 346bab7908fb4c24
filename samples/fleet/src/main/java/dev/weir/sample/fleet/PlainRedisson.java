package dev.weir.sample.fleet;

import java.io.IOException;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.redisson.Redisson;
import org.redisson.api.RScript;
import org.redisson.api.RedissonClient;
import org.redisson.client.codec.StringCodec;
import org.redisson.config.Config;

/** A client of the same Redis without Weir, which writes all the time: so it shows how long a failover takes by itself. */
final class PlainRedisson implements AutoCloseable {

    private static final long EVERY_NANOS = TimeUnit.MILLISECONDS.toNanos(5);
    private static final int MOST_UNDER_WAY = 1_000;
    private static final String WRITE = "return redis.call('set', KEYS[1], '1', 'EX', '60')";

    /* What it meets is told by how long it lasts. */
    private static final Logger LOG_OF_REDISSON = Logger.getLogger("org.redisson");

    private final RedissonClient client;
    private final String key;
    private final Semaphore underWay = new Semaphore(MOST_UNDER_WAY);
    /* On the scale of System.nanoTime; 0: there was none. Of those sent since the last look. */
    private final AtomicLong firstDone = new AtomicLong();
    private volatile long sinceNanos = System.nanoTime();
    private volatile boolean stopped;

    /** Begins, and writes to whoever is the master by now. */
    PlainRedisson(Servers servers) throws IOException {
        LOG_OF_REDISSON.setLevel(Level.OFF);
        key = Servers.keyOf(servers.master());
        client = Redisson.create(Config.fromYAML(servers.redisson() + "  retryAttempts: 0\n"));
        Thread thread = new Thread(this::write, "plain redisson");
        thread.setDaemon(true);
        thread.start();
    }

    /** Forgets what was, and looks for the first write that succeeds of those that are sent from now on. */
    void beginAgain() {
        sinceNanos = System.nanoTime();
        firstDone.set(0);
    }

    /** When that was, on the scale of {@link System#nanoTime}; 0 if there was none yet. */
    long firstDoneNanos() {
        return firstDone.get();
    }

    private void write() {
        while (!stopped) {
            if (underWay.tryAcquire()) {
                long sent = System.nanoTime();
                client.getScript(StringCodec.INSTANCE)
                        .evalAsync(RScript.Mode.READ_WRITE, WRITE, RScript.ReturnType.VALUE, List.of(key))
                        .whenComplete((done, failure) -> {
                            underWay.release();
                            if (failure == null && sent - sinceNanos > 0) {
                                firstDone.compareAndSet(0, System.nanoTime());
                            }
                        });
            }
            LockSupport.parkNanos(EVERY_NANOS);
        }
    }

    @Override
    public void close() {
        stopped = true;
        client.shutdown(0, 2, TimeUnit.SECONDS);
    }
}
