package dev.weir.http;

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
        KeyHasher hasher) {}
