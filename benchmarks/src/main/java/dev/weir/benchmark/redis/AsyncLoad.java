package dev.weir.benchmark.redis;

import dev.weir.core.Ask;
import dev.weir.core.spi.Backend;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** So many asks in the air, without a thread for any of them: each answer sends the next. */
record AsyncLoad(int inTheAir, Backend backend, Traffic traffic) implements Load {

    private static final long PATIENCE_SECONDS = 60;

    @Override
    public Tally run(long endNanos) throws InterruptedException {
        CountDownLatch landed = new CountDownLatch(inTheAir);
        List<Lane> lanes = new ArrayList<>();
        for (int i = 0; i < inTheAir; i++) {
            lanes.add(new Lane(endNanos, landed));
        }
        lanes.forEach(Lane::ask);
        if (!landed.await(
                PATIENCE_SECONDS + TimeUnit.NANOSECONDS.toSeconds(endNanos - System.nanoTime()), TimeUnit.SECONDS)) {
            throw new IllegalStateException(landed.getCount() + " asks got no answer");
        }
        Tally all = new Tally();
        for (Lane lane : lanes) {
            if (lane.ask.failure() != null) {
                throw new IllegalStateException("An ask got no decision", lane.ask.failure());
            }
            all.addAll(lane.tally);
        }
        return all;
    }

    /** One ask at a time. Of whichever thread has the answer. */
    private final class Lane {
        private final Ask ask = new Ask();
        private final Traffic.Stream clients = traffic.stream();
        private final Tally tally = new Tally();
        private final long endNanos;
        private final CountDownLatch landed;
        private long startNanos;

        Lane(long endNanos, CountDownLatch landed) {
            this.endNanos = endNanos;
            this.landed = landed;
        }

        /* Answers that are there at once must not nest. */
        void ask() {
            do {
                startNanos = System.nanoTime();
                if (endNanos - startNanos <= 0 || ask.failure() != null) {
                    landed.countDown();
                    return;
                }
                ask.clear().add(traffic.bundle(), clients.next());
                backend.decide(ask);
            } while (ask.isDone() && noted());
            ask.onDone(this::answered);
        }

        private void answered() {
            noted();
            ask();
        }

        private boolean noted() {
            tally.note(System.nanoTime() - startNanos, ask.allowed());
            return true;
        }
    }
}
