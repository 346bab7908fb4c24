package dev.weir.http;

import org.jspecify.annotations.Nullable;

/**
 * An IPv4 or IPv6 address as bits: two spellings of one address are equal, an IPv4 and an IPv6 address never are.
 *
 * <p>Only literals are read, never names, and nothing here asks a resolver. An IPv4-mapped address
 * ({@code ::ffff:1.2.3.4}, RFC 4291 §2.5.5.2) <em>is</em> that IPv4 address, in whichever way it is spelled. Addresses that
 * embed IPv4 in another way stay IPv6: {@code 64:ff9b::/96} (NAT64, RFC 6052), {@code 2002::/16} (6to4, RFC 3056) and
 * {@code ::1.2.3.4}. A {@link #prefix prefix} of 64 therefore makes one client of all that comes through one NAT64
 * prefix; where such a translator stands in front of the server, cut to 128.
 *
 * <p>Immutable, and safe for use by several threads.
 */
public final class IpAddress {

    /* Invariant: ::ffff:0:0/96 is IPv4, all other bit patterns are IPv6. So the bits alone tell the family, and equal bits
     * are equal addresses. Cutting keeps it: an IPv4 address is cut within its last 32 bits, and no IPv6 address can be cut
     * into ::ffff:0:0/96, since those 16 ones would have to be in it already. */
    private static final long MAPPED = 0xffffL;

    private static final int V4_OFFSET = 96;
    private static final int GROUPS = 8;

    private final long high;
    private final long low;

    IpAddress(long high, long low) {
        this.high = high;
        this.low = low;
    }

    static IpAddress ofV4(long bits) {
        return new IpAddress(0, MAPPED << 32 | bits);
    }

    /**
     * The address that {@code text} spells, or null if it is no literal.
     *
     * <p>IPv4 is four decimal numbers without leading zeros (RFC 6943 §3.1.1 tells how much else is taken for an address
     * elsewhere). IPv6 is what RFC 4291 §2.2 allows, without brackets; a {@code %zone} (RFC 4007 §11) is dropped. Linear in
     * the length of the text; throws on no text whatsoever.
     */
    public static @Nullable IpAddress parse(CharSequence text) {
        return IpLiteral.parse(text, 0, text.length());
    }

    /**
     * The address that the characters from {@code from} (inclusive) to {@code to} (exclusive) spell, or null; see
     * {@link #parse(CharSequence)}.
     *
     * @throws IndexOutOfBoundsException if the text has no such range
     */
    public static @Nullable IpAddress parse(CharSequence text, int from, int to) {
        return IpLiteral.parse(text, from, to);
    }

    /** The first 64 bits; 0 for IPv4. */
    public long high() {
        return high;
    }

    /** The last 64 bits; for IPv4 {@code a.b.c.d} those of {@code ::ffff:a.b.c.d}. */
    public long low() {
        return low;
    }

    /** Whether this is an IPv4 address, an IPv4-mapped one included. */
    public boolean isV4() {
        return high == 0 && low >>> 32 == MAPPED;
    }

    /**
     * This address with all bits after the first {@code bits} cleared: the same value for all addresses of the network.
     *
     * @param bits 0 to 32 for IPv4, 0 to 128 for IPv6
     * @throws IllegalArgumentException if {@code bits} is outside that range
     */
    public IpAddress prefix(int bits) {
        if (bits < 0 || bits > width()) {
            throw new IllegalArgumentException("The prefix of " + this + " is " + bits + ", must be 0 to " + width());
        }
        int kept = bits + offset();
        return new IpAddress(high & highMask(kept), low & lowMask(kept));
    }

    /** Whether both are of one family and agree in the first {@code bits}; what {@link #prefix} tells, without an object. */
    boolean sharesPrefix(IpAddress other, int bits) {
        int compared = bits + offset();
        return isV4() == other.isV4()
                && ((high ^ other.high) & highMask(compared)) == 0
                && ((low ^ other.low) & lowMask(compared)) == 0;
    }

    /** How many bits an address of this family has: 32 or 128. */
    int width() {
        return 128 - offset();
    }

    private int offset() {
        return isV4() ? V4_OFFSET : 0;
    }

    // Java shifts by the amount modulo 64, so "all bits out" needs its own branch.

    private static long highMask(int bits) {
        if (bits >= 64) {
            return -1L;
        }
        return bits == 0 ? 0 : -1L << (64 - bits);
    }

    private static long lowMask(int bits) {
        return bits <= 64 ? 0 : -1L << (128 - bits);
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof IpAddress that && high == that.high && low == that.low;
    }

    @Override
    public int hashCode() {
        return 31 * Long.hashCode(high) + Long.hashCode(low);
    }

    /** The one canonical spelling: dotted for IPv4, RFC 5952 §4 for IPv6, without brackets. */
    @Override
    public String toString() {
        return isV4() ? v4Text() : v6Text();
    }

    private String v4Text() {
        return (low >>> 24 & 0xff) + "." + (low >>> 16 & 0xff) + "." + (low >>> 8 & 0xff) + "." + (low & 0xff);
    }

    private String v6Text() {
        int gap = -1;
        int gapLength = 1; // RFC 5952 §4.2.2: a lone zero group is not shortened
        for (int i = 0; i < GROUPS; i++) {
            int zeros = zeroGroupsFrom(i);
            if (zeros > gapLength) { // the first of the longest, §4.2.3
                gap = i;
                gapLength = zeros;
            }
        }
        StringBuilder text = new StringBuilder(39);
        int i = 0;
        while (i < GROUPS) {
            if (i == gap) {
                text.append("::");
                i += gapLength;
            } else {
                if (i > 0 && i != gap + gapLength) {
                    text.append(':');
                }
                text.append(Integer.toHexString(group(i)));
                i++;
            }
        }
        return text.toString();
    }

    private int zeroGroupsFrom(int index) {
        int end = index;
        while (end < GROUPS && group(end) == 0) {
            end++;
        }
        return end - index;
    }

    private int group(int index) {
        long half = index < 4 ? high : low;
        return (int) (half >>> (48 - 16 * (index & 3))) & 0xffff;
    }
}
