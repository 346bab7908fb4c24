package dev.weir.http;

import org.jspecify.annotations.Nullable;

/**
 * Which header the trusted proxies write the client's address into. Exactly one is read, the other ignored: a proxy that
 * appends to one passes the other through as the client sent it.
 */
public enum ForwardingHeader {
    /** No header: the client is the socket's peer. */
    NONE("none", null),
    /** {@code Forwarded}, RFC 7239. */
    FORWARDED("forwarded", ForwardedField.NAME),
    /** {@code X-Forwarded-For}, which has no specification. */
    X_FORWARDED_FOR("x-forwarded-for", XForwardedForField.NAME);

    private final String setting;
    private final @Nullable String headerName;

    ForwardingHeader(String setting, @Nullable String headerName) {
        this.setting = setting;
        this.headerName = headerName;
    }

    /**
     * The header that a setting's text names: {@code none}, {@code forwarded} or {@code x-forwarded-for}, in lower or upper
     * case.
     *
     * @throws IllegalArgumentException with the text and the choices
     */
    public static ForwardingHeader parse(String text) {
        for (ForwardingHeader header : values()) {
            if (header.setting.equalsIgnoreCase(text)) {
                return header;
            }
        }
        throw new IllegalArgumentException(
                "\"" + text + "\" is not a forwarding header. Write none, forwarded or x-forwarded-for.");
    }

    /** The field name as sent, such as {@code X-Forwarded-For}; null for {@link #NONE}. */
    public @Nullable String headerName() {
        return headerName;
    }
}
