package dev.weir.core;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * One question to a back end, and its answer: a list of (bundle, client, costs), judged as a whole. Either every limit in it
 * takes its cost, or none does; a cost of 0 looks without taking.
 *
 * <p>The caller owns it: fills it with {@link #add}, hands it to {@link dev.weir.core.spi.Backend#decide}, reads the answer
 * when {@link #isDone}, and may use it again after {@link #clear}. That is why deciding allocates nothing. {@link Decision}
 * is the same answer as a value to keep.
 *
 * <p>An ask may be patient ({@link #patience}): then it is allowed also if its turn comes a while later ({@link #waitNanos}). And
 * it may hold what it takes ({@link #hold}). Either way an allowed ask may be open, and has to be settled once: by what was used,
 * or by nothing at all, which gives its place back.
 *
 * <p>Limits are numbered from 0 in the order in which their bundles were added. Not thread-safe while it is filled and
 * read; the back end may answer from another thread, which happens before whatever {@link #onDone} runs and before
 * {@link #isDone} returns true.
 */
public final class Ask {

    /** The wait of a request that can never be admitted. */
    public static final long NEVER = Long.MAX_VALUE;

    private static final int INITIAL_CAPACITY = 4;
    private static final int COST = 0;
    private static final int ACTUAL = 1;
    private static final int PATIENCE = 2;
    private static final int REMAINING = 3;
    private static final int RETRY_AFTER = 4;
    private static final int RESET_AFTER = 5;
    private static final int WINDOW = 6;
    private static final int BEFORE = 7;
    private static final int WIDTH = 8;
    private static final @Nullable Entry[] NO_ENTRIES = new Entry[0];
    private static final long[] NO_NUMBERS = {};
    private static final long[][] NO_STATES = {};
    /** Enough for the answers of those before to come; waking a thread costs more than so many. */
    private static final int YIELDS = 10;
    /** What stands in {@code completion} once the answer is there; before, null or the caller's callback. */
    private static final Runnable DONE = new Runnable() {
        @Override
        public void run() {}
    };

    private static final VarHandle COMPLETION;

    static {
        try {
            COMPLETION = MethodHandles.lookup().findVarHandle(Ask.class, "completion", Runnable.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private int bundles;
    private int limits;
    private EntryKey.Probe[] probes;
    private int[] firstLimit;
    /** What is asked of each limit, and what it says: {@link #WIDTH} numbers for each, side by side. */
    private long[] numbers;

    private boolean patient;
    private boolean holds;
    private long waitNanos;
    private boolean allowed;
    private boolean gathered;
    /* Then nobody has waited for it, and nothing needs to be seen by another thread. */
    private boolean answeredInPlace;
    private volatile boolean givenUp;
    private @Nullable Throwable failure;

    @SuppressWarnings("unused") // by COMPLETION
    private volatile @Nullable Runnable completion;

    /* Room for the local limiter to work in. */
    @Nullable
    Entry[] entries = NO_ENTRIES;

    long[] held = NO_NUMBERS;

    long[][] rooms = NO_STATES;
    long[][] states = NO_STATES;
    long[] waits = NO_NUMBERS;

    @Nullable
    Receipt receipt;

    private @Nullable Object token;

    /** An empty question. */
    public Ask() {
        this(1, INITIAL_CAPACITY);
    }

    private Ask(int bundles, int limits) {
        probes = new EntryKey.Probe[bundles];
        firstLimit = new int[bundles];
        numbers = new long[limits * WIDTH];
    }

    /** The same question once more, without its answer. */
    public Ask copy() {
        Ask copy = new Ask(bundles, limits);
        copy.bundles = bundles;
        copy.limits = limits;
        copy.patient = patient;
        copy.holds = holds;
        for (int i = 0; i < bundles; i++) {
            copy.probes[i] = new EntryKey.Probe(probes[i].bundle, probes[i].client());
        }
        System.arraycopy(firstLimit, 0, copy.firstLimit, 0, bundles);
        System.arraycopy(numbers, 0, copy.numbers, 0, limits * WIDTH);
        for (int i = 0; i < limits; i++) {
            copy.numbers[i * WIDTH + ACTUAL] = copy.numbers[i * WIDTH + COST];
            Arrays.fill(copy.numbers, i * WIDTH + REMAINING, (i + 1) * WIDTH, 0);
        }
        return copy;
    }

    /** The same question, without its answer, by one who only looks: every cost is 0. */
    public Ask look() {
        Ask look = copy();
        for (int i = 0; i < limits; i++) {
            look.cost(i, 0);
        }
        look.holds = false;
        return look;
    }

    /**
     * Forgets question and answer. Not to be called between {@code decide} and the answer, nor before an open ask is settled.
     */
    public Ask clear() {
        bundles = 0;
        limits = 0;
        patient = false;
        holds = false;
        waitNanos = 0;
        allowed = false;
        gathered = false;
        answeredInPlace = false;
        forgetWhatIsRare();
        return this;
    }

    /* Writing a reference, or what is volatile, costs as much as all of a decision's arithmetic; reading nearly nothing. */
    private void forgetWhatIsRare() {
        if (token != null) {
            token = null;
        }
        if (failure != null) {
            failure = null;
        }
        if (givenUp) {
            givenUp = false;
        }
        if (completion != null) {
            COMPLETION.set(this, (Runnable) null);
        }
    }

    /**
     * Asks for one permit of each policy of {@code bundle}, under {@code client}.
     *
     * @return the number of the bundle's first limit, to give it another {@link #cost}
     * @throws IllegalArgumentException if the same bundle is asked of already for the same client
     */
    public int add(Bundle bundle, ClientKey client) {
        int at = bundles;
        if (at == probes.length) {
            probes = Arrays.copyOf(probes, 2 * at);
            firstLimit = Arrays.copyOf(firstLimit, 2 * at);
        }
        EntryKey.Probe probe = probes[at];
        if (probe == null) {
            probe = new EntryKey.Probe(bundle, client);
            probes[at] = probe;
        } else {
            probe.set(bundle, client);
        }
        for (int i = 0; i < at; i++) {
            if (probes[i].equals(probe)) {
                throw new IllegalArgumentException(
                        "Bundle " + bundle.name() + " is asked of twice for one client: add up its costs");
            }
        }
        bundles = at + 1;
        int first = limits;
        firstLimit[at] = first;
        limits = first + bundle.size();
        if (limits * WIDTH > numbers.length) {
            numbers = Arrays.copyOf(numbers, Math.max(limits * WIDTH, 2 * numbers.length));
        }
        for (int i = first; i < limits; i++) {
            int own = i * WIDTH;
            numbers[own + COST] = 1;
            numbers[own + ACTUAL] = 1;
            numbers[own + PATIENCE] = bundle.patienceNanos(i - first);
        }
        return first;
    }

    /** Asks an empty ask for one permit of each policy, under a name: in a limiter in which everybody has one. */
    Ask add(Bundle bundle, String name) {
        EntryKey.Probe probe = EntryKey.Probe.named(bundle, name);
        add(bundle, probe.client());
        probes[0] = probe;
        return this;
    }

    /**
     * Says what limit {@code index} is asked for, in its unit.
     *
     * @throws IllegalArgumentException if {@code permits} is negative
     */
    public void cost(int index, long permits) {
        if (permits < 0) {
            throw new IllegalArgumentException("cost is " + permits + ", must be 0 (looks without taking) or more");
        }
        numbers[at(index, COST)] = permits;
        numbers[at(index, ACTUAL)] = permits;
    }

    /**
     * Says, before an open ask is settled, what limit {@code index} has really used; as much as was taken unless said.
     *
     * @throws IllegalArgumentException if {@code permits} is negative
     */
    public void actual(int index, long permits) {
        if (permits < 0) {
            throw new IllegalArgumentException("actual is " + permits + ", must be 0 (gives all back) or more");
        }
        numbers[at(index, ACTUAL)] = permits;
    }

    /** What limit {@code index} has really used. */
    public long actual(int index) {
        return numbers[at(index, ACTUAL)];
    }

    /**
     * Lets the request wait for its turn, if limit {@code index} stands in its way, for at most {@code nanos}: of several limits
     * in its way the shortest patience counts, and none is the default. A queue is in the way of whoever would not come out of it
     * at once.
     *
     * @throws IllegalArgumentException if {@code nanos} is negative
     */
    public void patience(int index, long nanos) {
        if (nanos < 0) {
            throw new IllegalArgumentException("patience is " + nanos + " ns, must be 0 (does not wait) or more");
        }
        numbers[at(index, PATIENCE)] = nanos;
        patient |= nanos > 0;
    }

    /** Keeps what is taken open, to be settled later by what was really used: {@link dev.weir.core.spi.Backend#settle}. */
    public void hold() {
        holds = true;
    }

    /** How long the request would wait for limit {@code index}. */
    public long patienceNanos(int index) {
        return numbers[at(index, PATIENCE)];
    }

    /** Whether it would wait for any limit. */
    public boolean isPatient() {
        return patient;
    }

    /** Whether it is to be settled even if it need not wait. */
    public boolean holds() {
        return holds;
    }

    /** How many bundles are asked of. */
    public int bundles() {
        return bundles;
    }

    /** The bundle at {@code index}, in the order of {@link #add}. */
    public Bundle bundle(int index) {
        return probes[index].bundle;
    }

    /** The client under which bundle {@code index} is judged. */
    public ClientKey client(int index) {
        return probes[index].client();
    }

    /** The number of the first limit of bundle {@code index}. */
    public int firstLimit(int index) {
        return firstLimit[index];
    }

    /** How many limits are asked of. */
    public int limits() {
        return limits;
    }

    /** The policy of limit {@code index}. */
    public Policy policy(int index) {
        int bundleAt = bundles - 1;
        while (firstLimit[bundleAt] > checked(index)) {
            bundleAt--;
        }
        return probes[bundleAt].bundle.policies().get(index - firstLimit[bundleAt]);
    }

    /** What limit {@code index} is asked for. */
    public long cost(int index) {
        return numbers[at(index, COST)];
    }

    // The answer, to be read once it is there.

    /** Whether the answer, or a failure, is there. */
    public boolean isDone() {
        return answeredInPlace || completion == DONE;
    }

    /** Why there is no answer, or null. */
    public @Nullable Throwable failure() {
        return failure;
    }

    /** Whether every limit has taken its cost. If not, none has taken anything. */
    public boolean allowed() {
        return allowed;
    }

    /** Whole permits left of limit {@code index} after this decision: never negative, never rounded up. */
    public long remaining(int index) {
        return numbers[at(index, REMAINING)];
    }

    /** Whether limit {@code index} stood in the way. */
    public boolean violated(int index) {
        return numbers[at(index, RETRY_AFTER)] != 0;
    }

    /**
     * How long, from now, until limit {@code index} would admit this cost if nobody else asked, in nanoseconds rounded up;
     * 0 if it did not stand in the way, {@link #NEVER} if no wait helps.
     */
    public long retryAfterNanos(int index) {
        return numbers[at(index, RETRY_AFTER)];
    }

    /** How long, from now, until limit {@code index} is as good as new, in nanoseconds rounded up. */
    public long resetAfterNanos(int index) {
        return numbers[at(index, RESET_AFTER)];
    }

    /** What {@link Outcome#windowNanos} says. */
    public long windowNanos(int index) {
        return numbers[at(index, WINDOW)];
    }

    /** How long, from the decision, an allowed request has to wait for its turn, in nanoseconds rounded up; 0 if it need not. */
    public long waitNanos() {
        return waitNanos;
    }

    /** Whether there is something to settle: the request waits for its turn, or was to be held. */
    public boolean isOpen() {
        return token != null || (receipt != null && receipt.isOpen());
    }

    /** What limit {@code index} said, as a value. */
    public Outcome outcome(int index) {
        return new Outcome(
                policy(index), remaining(index), retryAfterNanos(index), resetAfterNanos(index), windowNanos(index));
    }

    /**
     * Runs {@code callback} when the answer is there: at once if it is, else in the thread that answers. One callback per
     * question.
     *
     * @throws IllegalStateException if there is another callback already
     */
    public void onDone(Runnable callback) {
        Runnable before = answeredInPlace ? DONE : (Runnable) COMPLETION.compareAndExchange(this, null, callback);
        if (before == DONE) {
            callback.run();
        } else if (before != null) {
            throw new IllegalStateException("This ask has a callback already");
        }
    }

    /**
     * Waits for the answer. An ask that was given up must not be used again, since its answer may still come. Uses up
     * {@link #onDone}.
     *
     * @return whether it came in time
     * @throws InterruptedException if the thread is interrupted meanwhile
     */
    public boolean await(long timeoutNanos) throws InterruptedException {
        if (!isDone() && timeoutNanos > 0) {
            long deadline = System.nanoTime() + timeoutNanos;
            yieldToOthers(deadline);
            Thread waiter = Thread.currentThread();
            onDone(() -> LockSupport.unpark(waiter));
            for (long left = deadline - System.nanoTime(); !isDone() && left > 0; left = deadline - System.nanoTime()) {
                if (Thread.interrupted()) {
                    throw new InterruptedException("Interrupted while waiting for a decision");
                }
                LockSupport.parkNanos(this, left);
            }
        }
        return isDone();
    }

    /** Waits for the answer as {@link #await}, in a caller's unit. */
    public boolean await(long timeout, TimeUnit unit) throws InterruptedException {
        return await(unit.toNanos(timeout));
    }

    /**
     * Lets others run for a moment if that is likely to bring the answer. Whoever is about to wait for it may call this first: an answer
     * that is there already wakes nobody. Ends at once for an ask that travels alone.
     */
    @SuppressWarnings("ThreadPriorityCheck") // a bounded number of times: each is a step of somebody else who asks, too
    void yieldToOthers(long deadlineNanos) {
        for (int i = 0; gathered && i < YIELDS && !isDone() && deadlineNanos - System.nanoTime() > 0; i++) {
            Thread.yield();
        }
    }

    /**
     * Says that nobody waits for the answer any more. A back end that has not asked yet need not: then the ask fails, and nothing is
     * charged. Otherwise the answer comes as ever. From any thread, before the answer is there.
     */
    public void giveUp() {
        givenUp = true;
    }

    /** Whether nobody waits for the answer any more. */
    public boolean isGivenUp() {
        return givenUp;
    }

    // For back ends.

    /** Says, before {@code decide} returns, that this one waits for a call that carries others' asks, too. */
    public void gathered() {
        gathered = true;
    }

    /** Whether it waits for a call that carries others' asks, too. */
    public boolean isGathered() {
        return gathered;
    }

    /** Answers for limit {@code index}, a bucket. {@code retryAfterNanos} is 0 unless this limit stands in the way. */
    public void answer(int index, long remaining, long retryAfterNanos, long resetAfterNanos) {
        answer(index, remaining, retryAfterNanos, resetAfterNanos, 0);
    }

    /** Answers for limit {@code index}; the last is as in {@link Outcome#windowNanos}. */
    public void answer(int index, long remaining, long retryAfterNanos, long resetAfterNanos, long windowNanos) {
        int own = at(index, 0);
        numbers[own + REMAINING] = remaining;
        numbers[own + RETRY_AFTER] = retryAfterNanos;
        numbers[own + RESET_AFTER] = resetAfterNanos;
        numbers[own + WINDOW] = windowNanos;
    }

    /** Answers as {@code other} was, which asks the same; without completing this one. */
    public void answerAs(Ask other) {
        for (int i = 0; i < limits; i++) {
            System.arraycopy(other.numbers, at(i, REMAINING), numbers, at(i, REMAINING), BEFORE - REMAINING);
        }
        turn(other.waitNanos);
    }

    /** Says, before {@link #complete}, how long an allowed request waits for its turn. */
    public void turn(long waitNanos) {
        this.waitNanos = waitNanos;
    }

    /** Leaves an allowed ask open, before {@link #complete}: {@code token} is whatever the back end needs to settle it. */
    public void open(Object token) {
        this.token = token;
    }

    /** What {@link #open} was given, once: from then on the ask is settled. Null if it is not open. */
    public @Nullable Object close() {
        Object closed = token;
        token = null;
        return closed;
    }

    /** Publishes the answer, from any thread, once. */
    public void complete(boolean allowed) {
        this.allowed = allowed;
        publish();
    }

    /** Publishes that there is no answer, from any thread, once. */
    public void fail(Throwable cause) {
        this.allowed = false;
        this.failure = cause;
        publish();
    }

    /** {@link #complete} before {@code decide} has returned: nobody else can be looking. */
    void completeInPlace(boolean allowed) {
        this.allowed = allowed;
        this.answeredInPlace = true;
        Runnable callback = (Runnable) COMPLETION.get(this);
        if (callback != null) {
            callback.run();
        }
    }

    private void publish() {
        Runnable callback = (Runnable) COMPLETION.getAndSet(this, DONE);
        if (callback == DONE || answeredInPlace) {
            throw new IllegalStateException("This ask has been answered already");
        }
        if (callback != null) {
            callback.run();
        }
    }

    /** Room to judge several limits in. */
    void room() {
        if (entries.length < bundles) {
            entries = new Entry[bundles];
            held = new long[bundles];
        }
        if (states.length < limits) {
            rooms = new long[limits][Kernel.MAX_WORDS];
            states = new long[limits][];
            waits = new long[limits];
        }
    }

    EntryKey.Probe probe(int bundle) {
        return probes[bundle];
    }

    /** Keeps what the state of limit {@code index} was, of one number, until it is clear whether all admit. */
    void before(int index, long number) {
        numbers[at(index, BEFORE)] = number;
    }

    long before(int index) {
        return numbers[at(index, BEFORE)];
    }

    private int at(int index, int number) {
        return checked(index) * WIDTH + number;
    }

    private int checked(int index) {
        if (index < 0 || index >= limits) {
            throw new IndexOutOfBoundsException("limit " + index + " of " + limits);
        }
        return index;
    }
}
