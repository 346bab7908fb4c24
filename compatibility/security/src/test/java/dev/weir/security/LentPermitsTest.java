package dev.weir.security;

import static dev.weir.security.Tally.admitted;
import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.annotation.RateLimited;
import java.nio.ByteBuffer;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Part H: what it is worth that processes borrow permits ahead. */
@Timeout(120)
class LentPermitsTest {

    private static final int BURST = 20_000;
    private static final int SHARE = 1_000;
    private static final int ROUND = 100;

    @RateLimited(permits = BURST, per = "10d", key = "ip", maxError = 0.05)
    static class Hot extends Counting {
        private static final long serialVersionUID = 1L;
    }

    @Test
    @Row(
            value = "H11",
            promise =
                    "What a process that dies has on loan stays spent, and all processes together have no more on loan than the error that is allowed",
            set = "`maxError`, or `weir.policy.NAME.max-error`; without it nothing is borrowed")
    void whatADeadProcessHasOnLoanStaysSpent() throws Exception {
        try (SharedRedis redis = new SharedRedis();
                Site other = redis.site().servlet("/hot", new Hot()).start()) {
            SharedRedis.reached(other.weir().backend());
            int admitted = 0;
            long onLoan;
            try (Site dies = redis.site().servlet("/hot", new Hot()).start()) {
                SharedRedis.reached(dies.weir().backend());
                long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
                do {
                    assertThat(System.nanoTime() - deadline).as("a minute").isNegative();
                    admitted += admitted(dies, ROUND, "/hot");
                    onLoan = onLoan(redis);
                } while (onLoan == 0);
            } // and gives nothing back
            int round;
            do {
                round = admitted(other, ROUND, "/hot");
                admitted += round;
                assertThat(onLoan(redis)).as("on loan").isLessThanOrEqualTo(SHARE);
            } while (round == ROUND);
            assertThat(admitted).as("both together").isBetween(BURST - 2 * SHARE, BURST + 1);
        }
    }

    /** How many permits all processes have, of the one client there is. */
    private static long onLoan(SharedRedis redis) {
        long now = redis.micros();
        long sum = 0;
        for (String key : redis.states()) {
            if (key.endsWith(":loans")) {
                ByteBuffer row = ByteBuffer.wrap(redis.bucket(key).get());
                row.position(3 * Double.BYTES);
                while (row.hasRemaining()) {
                    row.getDouble(); // who
                    double until = row.getDouble();
                    double permits = row.getDouble();
                    sum += until > now ? (long) permits : 0;
                }
            }
        }
        return sum;
    }
}
