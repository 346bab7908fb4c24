package dev.weir.http;

import org.jspecify.annotations.Nullable;

/**
 * The address of a node as RFC 7239 §6 spells it: {@code v4}, {@code v4:port}, {@code [v6]} or {@code [v6]:port}.
 *
 * <p>The port is dropped, since a client has a new one with each connection. It must be one to five digits, or {@code _} and
 * letters, digits, {@code . _ -} (§6.3); else the node is junk.
 */
final class NodeAddress {

    private NodeAddress() {}

    /** The address, or null for {@code unknown}, an {@code _obfuscated} identifier (§6.2, §6.3), a name, or junk. */
    static @Nullable IpAddress parse(CharSequence text, int from, int to) {
        if (from < to && text.charAt(from) == '[') {
            int bracket = IpLiteral.indexOf(text, ']', from, to);
            return bracket >= 0 && isEndOrPort(text, bracket + 1, to) ? IpLiteral.v6(text, from + 1, bracket) : null;
        }
        int colon = IpLiteral.indexOf(text, ':', from, to);
        if (colon < 0) {
            return IpLiteral.v4(text, from, to);
        }
        return isEndOrPort(text, colon, to) ? IpLiteral.v4(text, from, colon) : null;
    }

    private static boolean isEndOrPort(CharSequence text, int from, int to) {
        if (from == to) {
            return true;
        }
        int port = from + 1;
        if (text.charAt(from) != ':' || port == to) {
            return false;
        }
        return text.charAt(port) == '_' ? isObfuscatedPort(text, port + 1, to) : isPort(text, port, to);
    }

    private static boolean isPort(CharSequence text, int from, int to) {
        for (int at = from; at < to; at++) {
            if (!isDigit(text.charAt(at))) {
                return false;
            }
        }
        return to - from <= 5;
    }

    private static boolean isObfuscatedPort(CharSequence text, int from, int to) {
        for (int at = from; at < to; at++) {
            char c = text.charAt(at);
            boolean allowed = isDigit(c) || isLetter(c) || c == '.' || c == '_' || c == '-';
            if (!allowed) {
                return false;
            }
        }
        return from < to;
    }

    static boolean isDigit(char c) {
        return c >= '0' && c <= '9';
    }

    static boolean isLetter(char c) {
        int lower = c | 0x20;
        return lower >= 'a' && lower <= 'z';
    }
}
