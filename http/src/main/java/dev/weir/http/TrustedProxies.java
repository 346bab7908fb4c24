package dev.weir.http;

import java.util.ArrayList;
import java.util.List;

/**
 * The networks whose machines are believed when they say for whom they forward a request.
 *
 * <p>Immutable, and safe for use by several threads.
 *
 * @param networks in the order in which they were written; copied
 */
record TrustedProxies(List<Cidr> networks) {

    private static final TrustedProxies NONE = new TrustedProxies(List.of());

    TrustedProxies {
        networks = List.copyOf(networks);
    }

    /** Nobody: each client is its socket's peer, and no forwarding header is read. */
    static TrustedProxies none() {
        return NONE;
    }

    /**
     * The networks of a list such as {@code 10.0.0.0/8, 2001:db8::7}; blank text is {@link #none}.
     *
     * @throws IllegalArgumentException naming every entry that cannot be read, each with what to write instead
     */
    static TrustedProxies parse(String commaSeparated) {
        if (commaSeparated.isBlank()) {
            return none();
        }
        List<Cidr> networks = new ArrayList<>();
        List<String> faults = new ArrayList<>();
        for (String entry : commaSeparated.split(",", -1)) {
            String text = entry.strip();
            if (text.isEmpty()) {
                faults.add("An entry is empty. Write one comma between two entries, none at the ends.");
                continue;
            }
            try {
                networks.add(Cidr.parse(text));
            } catch (IllegalArgumentException fault) {
                faults.add(fault.getMessage());
            }
        }
        if (!faults.isEmpty()) {
            throw new IllegalArgumentException(
                    "The trusted proxies \"" + commaSeparated + "\" cannot be read:\n  " + String.join("\n  ", faults));
        }
        return new TrustedProxies(networks);
    }

    /** Whether the address is a trusted proxy's. */
    boolean contains(IpAddress address) {
        for (Cidr network : networks) {
            if (network.contains(address)) {
                return true;
            }
        }
        return false;
    }

    /** Whether {@code 0.0.0.0/0} or {@code ::/0} is among the networks: then clients choose their own address. */
    boolean isCatchAll() {
        return networks.stream().anyMatch(network -> network.bits() == 0);
    }
}
