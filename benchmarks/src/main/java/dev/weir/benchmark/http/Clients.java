package dev.weir.benchmark.http;

/**
 * Who asks. A few hundred clients are active at a time, one after the other in an order that looks random, then others: so what is left of
 * their permits differs. A client's address is one text, as it is where connections are kept open.
 */
final class Clients {

    /** How many there are. */
    static final int COUNT = 1 << 14;
    /** How many would fit: a limiter's cache is two thirds full. */
    static final int BOUND = COUNT * 3 / 2;

    /** How many are active at a time. */
    static final int ACTIVE = 256;
    /** How often each asks until others do. */
    static final int TIMES = 200;

    private static final int STEP = 101; // has no divisor in common with ACTIVE

    private final String[] addresses = new String[COUNT];
    private int served;

    Clients() {
        for (int i = 0; i < COUNT; i++) {
            addresses[i] = address(i);
            int unused = addresses[i].hashCode(); // which a text keeps
        }
    }

    static String address(int i) {
        return "10.1." + (i >>> 8 & 255) + "." + (i & 255);
    }

    String next() {
        int active = served / (ACTIVE * TIMES) * ACTIVE;
        return addresses[(active + ((served++ * STEP) & (ACTIVE - 1))) & (COUNT - 1)];
    }
}
