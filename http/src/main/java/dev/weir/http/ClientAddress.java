package dev.weir.http;

import java.util.Iterator;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Finds the address of the client behind trusted proxies (RFC 7239 §8.1 tells why others must not be believed).
 *
 * <p>From the socket's peer it walks the forwarding header from right to left, one element for each hop that is a trusted
 * proxy: the peer says from whom it got the request, and if that is a trusted proxy again, it is believed in turn. The walk
 * ends at the first address that is not trusted, which is the client's; at the leftmost, if all are trusted; and at the last
 * hop so proven, if what that hop says is no address ({@code unknown}, {@code _hidden}, a name, junk). So nothing that a
 * client writes into the header is ever looked at, except its own address by the proxy that saw it.
 *
 * <p>Immutable, and safe for use by several threads.
 */
final class ClientAddress {

    /** So many elements of the list are read at most; a walk that is not over then ends at the last hop proven. */
    static final int MAX_ELEMENTS = 32;

    /** So many characters at the right end of the list are read at most, likewise. */
    static final int MAX_CHARACTERS = 8 * 1024;

    private final TrustedProxies trusted;
    private final @Nullable ForwardingField field;

    ClientAddress(TrustedProxies trusted, ForwardingHeader header) {
        this.trusted = trusted;
        this.field = ForwardingField.of(header);
    }

    /**
     * The client's address, whole (cutting IPv6 to its network is the caller's), or null if the peer has none that can be
     * read, as with a Unix socket.
     *
     * @param peer the socket's address as the container tells it: a literal, possibly in brackets or with a zone
     * @param headerLines gives all lines of the header of that name, in the order received; asked once at most, and only if
     *     the peer is trusted. Example: {@code name -> request.getHeaders(name).asIterator()}
     */
    @Nullable
    IpAddress resolve(@Nullable String peer, Function<? super String, ? extends Iterator<String>> headerLines) {
        IpAddress address = peer == null ? null : peerAddress(peer);
        if (address == null || field == null || !trusted.contains(address)) {
            return address;
        }
        Iterator<String> lines = headerLines.apply(field.name());
        return lines.hasNext() ? walk(address, field, joined(lines)) : address;
    }

    /** The walk over one list, from a peer that may or may not be trusted. */
    IpAddress walk(IpAddress peer, ForwardingField field, CharSequence list) {
        IpAddress hop = peer;
        int to = list.length();
        int floor = Math.max(0, to - MAX_CHARACTERS);
        for (int element = 0; element < MAX_ELEMENTS && trusted.contains(hop); element++) {
            int comma = field.commaBefore(list, floor, to);
            boolean cutOff = comma < 0 && floor > 0; // the element may go on to the left of what is read
            IpAddress next = cutOff ? null : field.address(list, comma + 1, to);
            if (next == null) {
                break;
            }
            hop = next;
            if (comma < 0) {
                break;
            }
            to = comma;
        }
        return hop;
    }

    /** Several lines are one list (RFC 9110 §5.3). Nearly always there is one, and nothing to copy. */
    private static String joined(Iterator<String> lines) {
        String first = lines.next();
        if (!lines.hasNext()) {
            return first;
        }
        StringBuilder list = new StringBuilder(first);
        while (lines.hasNext()) {
            list.append(", ").append(lines.next());
        }
        return list.toString();
    }

    private static @Nullable IpAddress peerAddress(String peer) {
        int last = peer.length() - 1;
        return last > 0 && peer.charAt(0) == '[' && peer.charAt(last) == ']'
                ? IpLiteral.v6(peer, 1, last)
                : IpAddress.parse(peer);
    }
}
