package dev.weir.http;

import dev.weir.core.ClientKey;
import dev.weir.core.ClientKey.Kind;
import dev.weir.core.KeyHasher;
import org.jspecify.annotations.Nullable;

/**
 * How clients are told apart: what {@link Identity} works by. Immutable.
 *
 * @param addresses finds the client's address behind proxies
 * @param watch warns of proxies that nobody has configured
 * @param ipv6Prefix how many bits of an IPv6 address make one client
 * @param apiKeyHeader the field that carries API keys
 * @param verifier knows which of them are real, if anybody does
 * @param hasher makes keys of names
 */
record ClientRules(
        ClientAddress addresses,
        ProxyWatch watch,
        int ipv6Prefix,
        String apiKeyHeader,
        @Nullable ApiKeyVerifier verifier,
        KeyHasher hasher) {

    /**
     * Who sent {@code request} by its address, or its prefix if it is IPv6. Peers without an address (a Unix socket, a container that
     * knows none) are one client together, distinct from every address.
     */
    ClientKey address(RequestView request) {
        watch.look(request);
        IpAddress ip = addresses.resolve(request.peerAddress(), request::headers);
        if (ip == null) {
            return hasher.hash(Kind.ADDRESS, "no address");
        }
        IpAddress client = ip.isV4() ? ip : ip.prefix(ipv6Prefix);
        return new ClientKey(Kind.ADDRESS, client.high(), client.low());
    }
}
