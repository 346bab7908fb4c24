package dev.weir.http;

import org.jspecify.annotations.Nullable;

/**
 * {@code Forwarded} (RFC 7239 §4): elements between commas, each of {@code name=value} pairs between semicolons, a value
 * being a token or a quoted string. Within quotes, commas and semicolons separate nothing.
 *
 * <p><b>Which quotes belong together</b> is decided from the right. Read from the left, one quotation mark too many, sent
 * by the client, would turn everything inside out: what the proxy appended would be quoted, what the client quoted would be
 * an element. Read from the right, the end of the list is outside quotes, for there the proxy's own element ends; the first
 * mark met closes a quoted string, and the next one without a backslash before it opens it. (No need to count backslashes:
 * in an element that is well formed, the mark that opens follows a {@code =}, and a mark in between is escaped.) So where an
 * element begins depends on what stands in it and to its right, and on nothing to its left. In a list that is well formed,
 * both directions find the same commas.
 *
 * <p>An element cut out in this way is then read strictly, from its left: any fault of syntax makes all of it junk.
 */
final class ForwardedField implements ForwardingField {

    static final String NAME = "Forwarded";

    private static final String TOKEN_MARKS = "!#$%&'*+-.^_`|~"; // RFC 9110 §5.6.2, besides letters and digits

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public int commaBefore(CharSequence list, int from, int to) {
        boolean quoted = false;
        for (int at = to - 1; at >= from; at--) {
            char c = list.charAt(at);
            if (c == '"') {
                quoted = !quoted || isEscaped(list, from, at);
            } else if (c == ',' && !quoted) {
                return at;
            }
        }
        return -1;
    }

    private static boolean isEscaped(CharSequence list, int from, int mark) {
        return mark > from && list.charAt(mark - 1) == '\\';
    }

    /** The address of the {@code for} pair; null if there is none or more than one, or the element is junk. */
    @Override
    public @Nullable IpAddress address(CharSequence list, int from, int to) {
        IpAddress found = null;
        boolean seen = false;
        int at = from;
        while (true) {
            at = ForwardingField.skipBlanks(list, at, to);
            if (at < to && list.charAt(at) != ';') { // an empty pair is allowed, §4
                int equals = tokenEnd(list, at, to);
                int value = equals + 1;
                if (equals == at || value >= to || list.charAt(equals) != '=') {
                    return null;
                }
                boolean quoted = list.charAt(value) == '"';
                int end = quoted ? quotedEnd(list, value, to) : tokenEnd(list, value, to);
                if (end <= value) {
                    return null;
                }
                if (isFor(list, at, equals)) {
                    if (seen) {
                        return null;
                    }
                    seen = true;
                    found = quoted ? quotedAddress(list, value + 1, end - 1) : NodeAddress.parse(list, value, end);
                }
                at = ForwardingField.skipBlanks(list, end, to);
            }
            if (at == to) {
                return found;
            }
            if (list.charAt(at++) != ';') {
                return null;
            }
        }
    }

    private static boolean isFor(CharSequence text, int from, int to) {
        return to - from == 3
                && (text.charAt(from) | 0x20) == 'f'
                && (text.charAt(from + 1) | 0x20) == 'o'
                && (text.charAt(from + 2) | 0x20) == 'r';
    }

    private static int tokenEnd(CharSequence text, int from, int to) {
        int at = from;
        while (at < to && isTokenCharacter(text.charAt(at))) {
            at++;
        }
        return at;
    }

    private static boolean isTokenCharacter(char c) {
        return NodeAddress.isDigit(c) || NodeAddress.isLetter(c) || TOKEN_MARKS.indexOf(c) >= 0;
    }

    /** The index after the mark that closes the quoted string opened at {@code from} (RFC 9110 §5.6.4), or -1. */
    private static int quotedEnd(CharSequence text, int from, int to) {
        for (int at = from + 1; at < to; at++) {
            char c = text.charAt(at);
            if (c == '"') {
                return at + 1;
            }
            if (c == '\\' && ++at < to) {
                c = text.charAt(at);
            }
            if ((c < ' ' && c != '\t') || c == 0x7f) {
                return -1;
            }
        }
        return -1;
    }

    private static @Nullable IpAddress quotedAddress(CharSequence text, int from, int to) {
        if (IpLiteral.indexOf(text, '\\', from, to) < 0) {
            return NodeAddress.parse(text, from, to);
        }
        StringBuilder unescaped = new StringBuilder(to - from);
        for (int at = from; at < to; at++) {
            char c = text.charAt(at);
            unescaped.append(c == '\\' ? text.charAt(++at) : c);
        }
        return NodeAddress.parse(unescaped, 0, unescaped.length());
    }
}
