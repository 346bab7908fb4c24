package dev.weir.http;

import org.jspecify.annotations.Nullable;

/**
 * {@code X-Forwarded-For}: addresses between commas. There is no grammar; this takes what proxies write, which is
 * {@code v4}, {@code v4:port}, bare {@code v6}, {@code [v6]} and {@code [v6]:port}, with or without white space around.
 *
 * <p>A bare {@code v6} followed by a port cannot be told from a longer {@code v6}: who sends ports must send brackets.
 */
final class XForwardedForField implements ForwardingField {

    static final String NAME = "X-Forwarded-For";

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public int commaBefore(CharSequence list, int from, int to) {
        for (int at = to - 1; at >= from; at--) {
            if (list.charAt(at) == ',') {
                return at;
            }
        }
        return -1;
    }

    @Override
    public @Nullable IpAddress address(CharSequence list, int from, int to) {
        int start = ForwardingField.skipBlanks(list, from, to);
        int end = ForwardingField.trimBlanks(list, start, to);
        return isBareV6(list, start, end) ? IpLiteral.v6(list, start, end) : NodeAddress.parse(list, start, end);
    }

    /** With two colons it cannot be {@code v4:port}. */
    private static boolean isBareV6(CharSequence text, int from, int to) {
        if (from == to || text.charAt(from) == '[') {
            return false;
        }
        int colon = IpLiteral.indexOf(text, ':', from, to);
        return colon >= 0 && IpLiteral.indexOf(text, ':', colon + 1, to) >= 0;
    }
}
