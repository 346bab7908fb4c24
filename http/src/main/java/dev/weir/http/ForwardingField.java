package dev.weir.http;

import org.jspecify.annotations.Nullable;

/**
 * How a forwarding header is read: a list whose rightmost element was written by the nearest proxy.
 *
 * <p>The list is taken apart from the right, because only there it is certain who wrote it. Whatever stands further left
 * came with the request and may be the client's invention; it must have no say in where an element on the right begins.
 *
 * <p>Both methods read each character of their range a constant number of times and throw on no text whatsoever.
 * Implementations have no state.
 */
sealed interface ForwardingField permits ForwardedField, XForwardedForField {

    /** The reader of that header; null for {@link ForwardingHeader#NONE}. */
    static @Nullable ForwardingField of(ForwardingHeader header) {
        return switch (header) {
            case NONE -> null;
            case FORWARDED -> new ForwardedField();
            case X_FORWARDED_FOR -> new XForwardedForField();
        };
    }

    /** The field's name as sent. */
    String name();

    /**
     * The index of the comma before the element that ends at {@code to} (exclusive), or -1 if none is found down to
     * {@code from} (inclusive). Nothing outside the range is read.
     */
    int commaBefore(CharSequence list, int from, int to);

    /** The address that the element in the range tells, its port and zone dropped; null if it tells none, or is junk. */
    @Nullable
    IpAddress address(CharSequence list, int from, int to);

    /** The first index from {@code from} on that is not a space or tab, {@code to} if there is none. */
    static int skipBlanks(CharSequence text, int from, int to) {
        int at = from;
        while (at < to && isBlank(text.charAt(at))) {
            at++;
        }
        return at;
    }

    /** The end of the range without the spaces and tabs on its right. */
    static int trimBlanks(CharSequence text, int from, int to) {
        int end = to;
        while (end > from && isBlank(text.charAt(end - 1))) {
            end--;
        }
        return end;
    }

    private static boolean isBlank(char c) {
        return c == ' ' || c == '\t'; // OWS of RFC 9110 §5.6.3
    }
}
