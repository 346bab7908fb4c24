package dev.weir.core;

import static java.time.Duration.ofSeconds;
import static org.jetbrains.lincheck.datastructures.ManagedStrategyGuaranteeKt.forClasses;

import java.util.ArrayList;
import java.util.List;
import org.jetbrains.lincheck.datastructures.IntGen;
import org.jetbrains.lincheck.datastructures.ManagedStrategyGuarantee;
import org.jetbrains.lincheck.datastructures.ModelCheckingOptions;
import org.jetbrains.lincheck.datastructures.Operation;
import org.jetbrains.lincheck.datastructures.Param;
import org.jetbrains.lincheck.datastructures.StressOptions;
import org.junit.jupiter.api.Test;

/** One queue is linearizable: what several threads do to it while time stands still, they do in some order. */
class LeakyBucketLincheckTest {

    private static final int CAPACITY = 5;
    private static final int TASKS = 3;

    /** A queue in which three tasks wait, the first of them for the timer only. */
    @Param(name = "capacity", gen = IntGen.class, conf = "2:6")
    @Param(name = "task", gen = IntGen.class, conf = "0:2")
    public static class OneQueue {
        private final ManualTicker clock = new ManualTicker();
        private final LeakyBucketQueues queues =
                LeakyBucketQueues.builder().time(clock, clock).build();
        private final List<QueuedTask<String>> tasks = new ArrayList<>();

        public OneQueue() {
            configure(CAPACITY);
            for (int i = 0; i < TASKS; i++) {
                tasks.add(queues.submit("test", () -> "done"));
            }
        }

        @Operation
        public int configure(@Param(name = "capacity") int capacity) {
            return queues.configure("test", capacity, 1, ofSeconds(1)).size();
        }

        @Operation
        public String submit() {
            QueuePlace place = queues.submit("test");
            return place.answer() + " " + place.position() + " "
                    + place.waiting().getSeconds();
        }

        @Operation
        public String submitTask() {
            QueuePlace place = queues.submit("test", () -> "done").place();
            return place.answer() + " " + place.position() + " "
                    + place.waiting().getSeconds();
        }

        /* One at a time: who cancels what another thread is just cancelling does not wait for it. */
        @Operation(nonParallelGroup = "cancel")
        public void cancel(@Param(name = "task") int task) {
            tasks.get(task).outcome().cancel(false);
        }

        @Operation
        public String status() {
            return queues.status("test")
                    .map(status ->
                            status.size() + " " + status.total() + " " + status.allowed() + " " + status.cancelled())
                    .orElse("none");
        }

        @Operation
        public int queued() {
            return queues.queued("test").size();
        }

        @Operation
        public boolean delete() {
            return queues.delete("test");
        }
    }

    /** The same, with no thread but one. Waits are in seconds, and so as long as there are places ahead. */
    public static class Specification {
        private final List<Boolean> cancelled = new ArrayList<>(List.of(false, false, false));
        private boolean exists = true;
        private boolean tasksExist = true;
        private int capacity = CAPACITY;
        private int total = TASKS;
        private int allowed = TASKS;

        public int configure(int capacity) {
            if (!exists) {
                cancelled.clear();
                total = 0;
                allowed = 0;
            }
            exists = true;
            this.capacity = capacity;
            return cancelled.size();
        }

        public String submit() {
            if (!exists) {
                return "UNKNOWN_BUCKET 0 0";
            }
            total++;
            if (cancelled.size() >= capacity) {
                return "FULL 0 0";
            }
            allowed++;
            cancelled.add(false);
            return "QUEUED " + cancelled.size() + " " + (cancelled.size() - 1);
        }

        public String submitTask() {
            return submit();
        }

        public void cancel(int task) {
            if (tasksExist && task < cancelled.size()) {
                cancelled.set(task, true);
                while (cancelled.size() > 1 && cancelled.get(cancelled.size() - 1)) { // the first one's turn has come
                    cancelled.remove(cancelled.size() - 1);
                }
            }
        }

        public String status() {
            return exists
                    ? cancelled.size() + " " + total + " " + allowed + " " + (allowed - cancelled.size())
                    : "none";
        }

        public int queued() {
            return exists ? cancelled.size() : 0;
        }

        public boolean delete() {
            boolean existed = exists;
            exists = false;
            tasksExist = false;
            return existed;
        }
    }

    @Test
    void everyInterleavingIsSomeOrder() {
        new ModelCheckingOptions()
                .iterations(16)
                .invocationsPerIteration(40)
                .threads(3)
                .actorsPerThread(2)
                .actorsBefore(0)
                .actorsAfter(1)
                .addGuarantee(pure())
                .sequentialSpecification(Specification.class)
                .check(OneQueue.class);
    }

    /* Shares nothing, and takes Lincheck most of its time. */
    private static ManagedStrategyGuarantee pure() {
        return forClasses(
                        Limit.class.getName(),
                        Policy.class.getName(),
                        Gcra.class.getName(),
                        WindowAnchor.class.getName())
                .allMethods()
                .ignore();
    }

    @Test
    void everyObservedRunIsSomeOrder() {
        new StressOptions()
                .iterations(10)
                .invocationsPerIteration(300)
                .threads(3)
                .actorsPerThread(3)
                .sequentialSpecification(Specification.class)
                .check(OneQueue.class);
    }
}
