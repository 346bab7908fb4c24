package dev.weir.http;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Reads address literals, strictly: what is not one as RFC 4291 §2.2 or dotted decimal has it gives null.
 *
 * <p>The JDK's own reading resolves host names and takes {@code 1}, {@code 127.1} and, asked so, octal. Two readers that
 * disagree on an address are how filters are passed, so there is one spelling of IPv4 here and no name look-up.
 *
 * <p>Each character is read a constant number of times, at most six.
 */
final class IpLiteral {

    private static final int GROUPS = 8;
    private static final int NO_GAP = -1;

    private IpLiteral() {}

    /** An IPv4 or a bare IPv6 literal. */
    static @Nullable IpAddress parse(CharSequence text, int from, int to) {
        Objects.checkFromToIndex(from, to, text.length());
        int firstGroupEnd = Math.min(to, from + 5); // at most four digits, then the colon
        return indexOf(text, ':', from, firstGroupEnd) < 0 ? v4(text, from, to) : v6(text, from, to);
    }

    /** A dotted quad, and nothing else. */
    static @Nullable IpAddress v4(CharSequence text, int from, int to) {
        long bits = quad(text, from, to);
        return bits < 0 ? null : IpAddress.ofV4(bits);
    }

    /** An IPv6 literal, without brackets; as a value it is IPv4 if it is an IPv4-mapped one. */
    static @Nullable IpAddress v6(CharSequence text, int from, int to) {
        int percent = indexOf(text, '%', from, to);
        if (percent < 0) {
            return groups(text, from, to);
        }
        return isZone(text, percent + 1, to) ? groups(text, from, percent) : null;
    }

    private static @Nullable IpAddress groups(CharSequence text, int from, int to) {
        int[] groups = new int[GROUPS];
        int count = 0;
        int gap = NO_GAP; // how many groups stand to the left of "::"
        int at = from;
        if (to - from >= 2 && text.charAt(from) == ':' && text.charAt(from + 1) == ':') {
            gap = 0;
            at += 2;
        }
        while (at < to) {
            int start = at;
            int group = 0;
            int digit;
            while (at < to && (digit = hexDigit(text.charAt(at))) >= 0) {
                group = group << 4 | digit;
                if (++at - start > 4) {
                    return null;
                }
            }
            if (count == GROUPS || at == start) {
                return null;
            }
            if (at < to && text.charAt(at) == '.') {
                long tail = quad(text, start, to);
                if (tail < 0 || count > GROUPS - 2) {
                    return null;
                }
                groups[count++] = (int) (tail >>> 16);
                groups[count++] = (int) (tail & 0xffff);
                break;
            }
            groups[count++] = group;
            if (at == to) {
                break;
            }
            if (text.charAt(at) != ':' || ++at == to) {
                return null;
            }
            if (text.charAt(at) == ':') {
                if (gap != NO_GAP) {
                    return null;
                }
                gap = count;
                at++;
            }
        }
        return assemble(groups, count, gap);
    }

    private static @Nullable IpAddress assemble(int[] groups, int count, int gap) {
        if (gap == NO_GAP ? count < GROUPS : count == GROUPS) { // "::" stands for one group or more
            return null;
        }
        int head = gap == NO_GAP ? GROUPS : gap;
        int zeros = GROUPS - count;
        long high = 0;
        long low = 0;
        for (int i = 0; i < GROUPS; i++) {
            int group = i < head ? groups[i] : i < head + zeros ? 0 : groups[i - zeros];
            high = high << 16 | low >>> 48;
            low = low << 16 | group;
        }
        return new IpAddress(high, low);
    }

    /** The 32 bits of a dotted quad, or -1. */
    private static long quad(CharSequence text, int from, int to) {
        long bits = 0;
        int part = 0;
        int digits = 0;
        int dots = 0;
        for (int at = from; at < to; at++) {
            char c = text.charAt(at);
            if (c == '.') {
                if (digits == 0 || ++dots > 3) {
                    return -1;
                }
                bits = bits << 8 | part;
                part = 0;
                digits = 0;
            } else {
                boolean leadingZero = digits > 0 && part == 0;
                if (c < '0' || c > '9' || leadingZero) {
                    return -1;
                }
                part = part * 10 + (c - '0');
                digits++;
                if (part > 255) {
                    return -1;
                }
            }
        }
        return dots == 3 && digits > 0 ? bits << 8 | part : -1;
    }

    /** Interface names are nearly free text; spaces, control characters and what is not ASCII are junk. */
    private static boolean isZone(CharSequence text, int from, int to) {
        for (int at = from; at < to; at++) {
            char c = text.charAt(at);
            if (c <= ' ' || c > '~') {
                return false;
            }
        }
        return from < to;
    }

    // Not Character.digit, which takes the digits of every script.
    private static int hexDigit(char c) {
        if (c >= '0' && c <= '9') {
            return c - '0';
        }
        int lower = c | 0x20;
        return lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : -1;
    }

    /** The index of {@code wanted} in the range, or -1. */
    static int indexOf(CharSequence text, char wanted, int from, int to) {
        for (int at = from; at < to; at++) {
            if (text.charAt(at) == wanted) {
                return at;
            }
        }
        return -1;
    }
}
