package dev.weir.core;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** A limiter under watch: every answer is held against the promises about turns, every use against the bounds. */
final class Watched {

    /** An admitted ask that is open, and when it goes on. */
    private static final class Open {
        private final Ask ask;
        private final long turnNanos;
        private final List<Uses.Use> uses = new ArrayList<>();

        private Open(Ask ask, long turnNanos) {
            this.ask = ask;
            this.turnNanos = turnNanos;
        }
    }

    private record Key(String bundle, ClientKey client) {}

    private record Place(Key key, String policy) {}

    static final int MAX_OPEN = 60;
    private static final long MOST_OWED_NANOS = 1L << 57;

    final ManualTicker ticker;
    final LocalLimiter limiter;
    private final long startNanos;
    private final boolean forgets;
    private final List<Open> open = new ArrayList<>();
    private final Map<Key, List<Open>> line = new HashMap<>();
    private final Map<Key, Bundle> inForce = new HashMap<>();
    private final Map<Place, Uses> uses = new HashMap<>();
    private long latestTurn;

    /**
     * A limiter under watch.
     *
     * @param startNanos where its clock starts
     * @param forgets whether it has room for two entries only
     */
    Watched(long startNanos, boolean forgets) {
        this.startNanos = startNanos;
        this.forgets = forgets;
        this.ticker = new ManualTicker(startNanos);
        this.limiter = new LocalLimiter(
                forgets ? 2 : 1_000, MAX_OPEN, ticker, Asks.ANCHOR, LimiterListener.NONE, new Debts(1_000));
    }

    long now() {
        return ticker.read() - startNanos;
    }

    /** Asks, checks the answer, and writes down what was used. Looks before and afterwards if {@code looks}. */
    void decide(Ask ask, boolean looks) {
        SlowModel.Answer before = looks ? look(ask) : null;
        note(ask);
        limiter.decide(ask);
        if (ask.failure() != null) {
            assertThat(forgets).isTrue();
            return;
        }
        long turn = now() + ask.waitNanos();
        for (int i = 0; i < ask.bundles(); i++) {
            if (ask.allowed() && Judge.takes(ask, i)) {
                assertThat(turn)
                        .as("turn, after those who asked before")
                        .isGreaterThanOrEqualTo(latestTurn(key(ask, i)));
            }
        }
        if (before != null && !forgets) {
            checkAnswer(ask, before);
        }
        if (ask.allowed()) {
            admit(ask, turn);
        }
    }

    private void checkAnswer(Ask ask, SlowModel.Answer before) {
        if (!ask.allowed()) {
            assertThat(look(ask)).as("what is left after a refusal").isEqualTo(before);
        }
        for (int i = 0; i < ask.limits() && ask.allowed(); i++) {
            if (ask.policy(i).limit().algorithm() == Algorithm.LEAKY_BUCKET_QUEUE) {
                assertThat(before.remaining().get(i)).as("places").isGreaterThanOrEqualTo(ask.cost(i));
            }
        }
        if (!ask.isPatient() && !mayQueue(ask)) {
            boolean fits = true;
            for (int i = 0; i < ask.limits(); i++) {
                fits &= ask.cost(i) == 0 || ask.cost(i) <= before.remaining().get(i);
            }
            assertThat(ask.allowed())
                    .as("allowed, with %s left", before.remaining())
                    .isEqualTo(fits);
        }
    }

    /**
     * Asks without patience first, and if that is refused, with it: allowed if the longest wait is within every patience of those in the
     * way.
     */
    void decideTwice(Ask impatient, Ask patient) {
        SlowModel.Answer before = look(patient);
        decide(impatient, false);
        if (impatient.allowed() || impatient.failure() != null || forgets) {
            return;
        }
        long wait = 0;
        long longest = Long.MAX_VALUE;
        boolean expected = true;
        for (int i = 0; i < impatient.bundles(); i++) {
            for (int j = 0; j < impatient.bundle(i).size() && Judge.takes(impatient, i); j++) {
                longest = Math.min(longest, impatient.bundle(i).kernel(j).longestWaitNanos());
            }
        }
        for (int i = 0; i < impatient.limits(); i++) {
            Kernel kernel = Kernel.of(impatient.policy(i).limit());
            if (impatient.violated(i)) {
                expected &= impatient.retryAfterNanos(i) != Ask.NEVER;
                expected &= !kernel.queues()
                        || impatient.cost(i) <= before.remaining().get(i);
                wait = Math.max(wait, impatient.retryAfterNanos(i));
            }
        }
        for (int i = 0; i < impatient.limits(); i++) {
            expected &= !impatient.violated(i) || wait <= Math.min(patient.patienceNanos(i), longest);
        }
        decide(patient, true);
        assertThat(patient.allowed()).as("allowed, if it waits for %s", wait).isEqualTo(expected);
        assertThat(patient.waitNanos()).isEqualTo(expected ? wait : 0);
    }

    /** What each limit says to a question that takes nothing. */
    SlowModel.Answer look(Ask ask) {
        Ask peek = new Ask();
        for (int i = 0; i < ask.bundles(); i++) {
            Asks.add(peek, ask.bundle(i), ask.client(i), new long[ask.bundle(i).size()]);
        }
        note(peek);
        long size = limiter.size();
        limiter.decide(peek);
        assertThat(limiter.size()).isLessThanOrEqualTo(size);
        assertThat(peek.isOpen()).isFalse();
        return SlowModel.Answer.of(peek);
    }

    private void admit(Ask ask, long turn) {
        boolean waits = ask.waitNanos() > 0;
        Open admitted = new Open(ask, turn);
        for (int i = 0; i < ask.bundles(); i++) {
            for (int j = 0; j < ask.bundle(i).size(); j++) {
                int limit = ask.firstLimit(i) + j;
                admitted.uses.add(uses(ask, i, j).admitted(ask.policy(limit).limit(), turn, waits, ask.cost(limit)));
            }
            if (Judge.takes(ask, i)) {
                line.computeIfAbsent(key(ask, i), k -> new ArrayList<>()).add(admitted);
            }
        }
        latestTurn = Math.max(latestTurn, turn);
        assertThat(ask.isOpen()).isEqualTo(waits || ask.holds());
        if (ask.isOpen()) {
            open.add(admitted);
        }
    }

    /** Settles one of those who are open: as it was taken, if {@code share} is negative; else that many eighths of it were used. */
    void settle(int pick, int share) {
        if (open.isEmpty()) {
            return;
        }
        Open one = open.remove(Math.floorMod(pick, open.size()));
        Ask ask = one.ask;
        boolean early = one.turnNanos > now();
        for (int i = 0; i < ask.bundles(); i++) {
            for (int j = 0; j < ask.bundle(i).size() && share >= 0 && (share == 0 || !early); j++) {
                int limit = ask.firstLimit(i) + j;
                long actual = (ask.cost(limit) * share + 7) / 8 + (share > 8 ? j : 0);
                ask.actual(limit, mayOwe(ask, i, j, actual) ? actual : Math.min(actual, ask.cost(limit)));
                one.uses.get(limit).permits = Math.min(ask.actual(limit), ask.cost(limit));
                if (ask.actual(limit) > ask.cost(limit)) {
                    Limit now = inForce.get(key(ask, i)).policies().get(j).limit();
                    uses(ask, i, j).above(now, now(), ask.actual(limit) - ask.cost(limit));
                }
            }
            if (share == 0 && Judge.takes(ask, i)) {
                line.get(key(ask, i)).remove(one);
            }
        }
        limiter.settle(ask);
        limiter.settle(ask);
        assertThat(ask.isOpen()).isFalse();
    }

    /* Not where nobody keeps it: at the bound, where nothing was taken or held, and beyond what numbers can tell. */
    private boolean mayOwe(Ask ask, int bundle, int index, long actual) {
        Limit now = inForce.get(key(ask, bundle)).policies().get(index).limit();
        long above = actual - ask.cost(ask.firstLimit(bundle) + index);
        return !forgets
                && (ask.holds() || Judge.takes(ask, bundle))
                && above <= MOST_OWED_NANOS / Math.max(1, now.period().toNanos() / now.permits());
    }

    boolean isOpen() {
        return !open.isEmpty();
    }

    /** When all have gone on that were admitted, and all else is forgotten, too. */
    void assertAllComesToAnEnd() {
        while (isOpen()) {
            settle(0, -1);
        }
        long reset = 0;
        for (Map.Entry<Key, Bundle> entry : inForce.entrySet()) {
            Ask ask = Asks.ask(entry.getValue(), entry.getKey().client);
            reset = look(ask).resetAfterNanos().stream().reduce(reset, Math::max);
        }
        ticker.advanceNanos(Math.max(reset, latestTurn - now()));
        inForce.forEach((key, bundle) -> {
            List<Long> left = look(Asks.ask(bundle, key.client)).remaining();
            for (int i = 0; i < left.size(); i++) {
                assertThat(left.get(i))
                        .isEqualTo(bundle.policies().get(i).limit().burst());
            }
        });
        limiter.sweep();
        assertThat(limiter.size()).isZero();
        assertEveryPlaceIsFree();
    }

    private void assertEveryPlaceIsFree() {
        Bundle wide = Asks.bundle("wide", Limit.of(1_000, java.time.Duration.ofSeconds(1)));
        List<Ask> held = new ArrayList<>();
        for (int i = 0; i <= MAX_OPEN; i++) {
            Ask ask = Asks.ask(wide, Asks.ALICE);
            ask.hold();
            limiter.decide(ask);
            assertThat(ask.allowed()).as("place %s of %s", i, MAX_OPEN).isEqualTo(i < MAX_OPEN);
            held.add(ask);
        }
        held.forEach(limiter::settle);
    }

    void assertWithinBounds() {
        uses.forEach((place, ofOne) -> ofOne.assertWithinBounds());
    }

    private static boolean mayQueue(Ask ask) {
        for (int i = 0; i < ask.limits(); i++) {
            if (ask.policy(i).limit().algorithm() == Algorithm.LEAKY_BUCKET_QUEUE) {
                return true;
            }
        }
        return false;
    }

    private long latestTurn(Key key) {
        return line.getOrDefault(key, List.of()).stream()
                .mapToLong(admitted -> admitted.turnNanos)
                .max()
                .orElse(Long.MIN_VALUE);
    }

    private void note(Ask ask) {
        for (int i = 0; i < ask.bundles(); i++) {
            inForce.put(key(ask, i), ask.bundle(i));
            for (int j = 0; j < ask.bundle(i).size(); j++) {
                uses(ask, i, j).inForce(ask.bundle(i).policies().get(j).limit());
            }
        }
    }

    private Uses uses(Ask ask, int bundle, int index) {
        String policy = ask.bundle(bundle).policies().get(index).name();
        return uses.computeIfAbsent(new Place(key(ask, bundle), policy), place -> new Uses());
    }

    private static Key key(Ask ask, int bundle) {
        return new Key(ask.bundle(bundle).name(), ask.client(bundle));
    }
}
