package dev.weir.redisson;

import dev.weir.core.Bundle;
import dev.weir.core.ClientKey;
import dev.weir.core.KeyHasher;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.util.Base64;
import java.util.HexFormat;

/**
 * Where the state of a client under a bundle stands in Redis: {@code prefix:{client}:bundle}, both hashed under the secret of the
 * fleet. So the keys of one client share a slot, and tell nobody who that is; no byte of them is a client's choice.
 */
final class RedisKeys {

    private static final Base64.Encoder TEXT = Base64.getUrlEncoder().withoutPadding();

    private final String prefix;
    private final KeyHasher hasher;
    private final boolean readableAddresses;

    RedisKeys(String prefix, KeyHasher hasher) {
        this(prefix, hasher, false);
    }

    /**
     * Keys.
     *
     * @param readableAddresses whether a client that is an address stands there as such, for whoever looks after the server
     */
    RedisKeys(String prefix, KeyHasher hasher, boolean readableAddresses) {
        this.prefix = prefix;
        this.hasher = hasher;
        this.readableAddresses = readableAddresses;
    }

    /**
     * A client, as the fleet knows it.
     *
     * @param name what its keys have in common
     * @param spread by which its windows are shifted
     */
    record Client(String name, long spread) {}

    /** How the fleet knows {@code client}. */
    Client client(ClientKey client) {
        HexFormat hex = HexFormat.of();
        ClientKey hashed =
                hasher.hash(client.kind(), "client", hex.toHexDigits(client.high()), hex.toHexDigits(client.low()));
        boolean readable = readableAddresses && client.kind() == ClientKey.Kind.ADDRESS;
        return new Client(readable ? address(client) : text(hashed.high(), hashed.low()), hashed.low());
    }

    /** The key of {@code client} under {@code bundle}. */
    String key(Client client, Bundle bundle) {
        ClientKey name = hasher.hash(ClientKey.Kind.CUSTOM, "bundle", bundle.name());
        return prefix + ":{" + client.name + "}:" + text(name.high());
    }

    private static String address(ClientKey client) {
        try {
            return InetAddress.getByAddress(bytes(client.high(), client.low())).getHostAddress();
        } catch (UnknownHostException impossible) {
            throw new IllegalStateException("An address has 16 bytes", impossible);
        }
    }

    private static String text(long... numbers) {
        return TEXT.encodeToString(bytes(numbers));
    }

    private static byte[] bytes(long... numbers) {
        ByteBuffer bytes = ByteBuffer.allocate(Long.BYTES * numbers.length);
        for (long number : numbers) {
            bytes.putLong(number);
        }
        return bytes.array();
    }
}
