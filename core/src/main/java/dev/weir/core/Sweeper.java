package dev.weir.core;

import java.lang.ref.WeakReference;
import java.time.Duration;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Sweeps a limiter from time to time for as long as somebody uses it: it holds the limiter by a weak reference only. */
public final class Sweeper implements Runnable {

    private final WeakReference<LocalLimiter> limiter;
    private volatile @Nullable Future<?> schedule;

    private Sweeper(LocalLimiter limiter) {
        this.limiter = new WeakReference<>(limiter);
    }

    /** Sweeps {@code limiter} each {@code period} on {@code scheduler}, until the limiter is collected or that is shut down. */
    public static void start(LocalLimiter limiter, ScheduledExecutorService scheduler, Duration period) {
        Sweeper sweeper = new Sweeper(limiter);
        sweeper.schedule =
                scheduler.scheduleWithFixedDelay(sweeper, period.toNanos(), period.toNanos(), TimeUnit.NANOSECONDS);
    }

    @Override
    public void run() {
        LocalLimiter target = limiter.get();
        Future<?> own = schedule;
        if (target != null) {
            target.sweep();
        } else if (own != null) {
            own.cancel(false);
        }
    }
}
