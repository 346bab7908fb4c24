package dev.weir.http;

/**
 * All addresses that begin with the first {@code bits} of {@code network}, as in {@code 10.0.0.0/8} (RFC 4632 §3.1,
 * RFC 4291 §2.3).
 *
 * <p>An IPv4 network holds IPv4 addresses only, an IPv6 network IPv6 addresses only; so {@code ::/0} is not everything.
 * Immutable, and safe for use by several threads.
 *
 * @param network the first address of the network
 * @param bits the length of the prefix, 0 to 32 for IPv4, 0 to 128 for IPv6
 */
record Cidr(IpAddress network, int bits) {

    private static final int MAPPED_BITS = 96;

    /** Clears what {@code network} has beyond the prefix; {@link #parse} refuses it instead. */
    Cidr {
        network = network.prefix(bits);
    }

    /**
     * The network that {@code text} spells; a single address is a network of one. An IPv4-mapped network is the IPv4 one:
     * {@code ::ffff:10.0.0.0/104} is {@code 10.0.0.0/8}.
     *
     * @throws IllegalArgumentException with the text and what to write instead
     */
    static Cidr parse(String text) {
        int slash = text.indexOf('/');
        IpAddress address = IpAddress.parse(text, 0, slash < 0 ? text.length() : slash);
        if (address == null
                || text.indexOf('%') >= 0) { // a zone would be dropped: trust on more links than was written
            throw new IllegalArgumentException("\"" + text
                    + "\" is not an address or a network. Example: 10.0.0.0/8, 192.0.2.7 or 2001:db8::/32.");
        }
        if (slash < 0) {
            return new Cidr(address, address.width());
        }
        boolean mapped = address.isV4() && text.indexOf(':') >= 0;
        int least = mapped ? MAPPED_BITS : 0;
        int most = least + address.width();
        int bits = number(text, slash + 1);
        if (bits < least || bits > most) {
            throw new IllegalArgumentException("\"" + text + "\" needs a prefix length of " + least + " to " + most
                    + " after the slash. Example: " + (address.isV4() ? "10.0.0.0/8." : "2001:db8::/32."));
        }
        Cidr cidr = new Cidr(address, bits - least);
        if (!cidr.network.equals(address)) {
            throw new IllegalArgumentException("\"" + text + "\" has bits set beyond its prefix. Write " + cidr
                    + " for the network, or " + address + " for the one address.");
        }
        return cidr;
    }

    /** Whether the address lies in this network. */
    boolean contains(IpAddress address) {
        return network.sharesPrefix(address, bits);
    }

    /** The canonical spelling, which {@link #parse} reads. */
    @Override
    public String toString() {
        return network + "/" + bits;
    }

    /** Up to three decimal digits without a leading zero, else -1. */
    private static int number(String text, int from) {
        int digits = text.length() - from;
        if (digits < 1 || digits > 3 || (digits > 1 && text.charAt(from) == '0')) {
            return -1;
        }
        int number = 0;
        for (int at = from; at < text.length(); at++) {
            char c = text.charAt(at);
            if (c < '0' || c > '9') {
                return -1;
            }
            number = number * 10 + (c - '0');
        }
        return number;
    }
}
