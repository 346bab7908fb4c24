package dev.weir.redisson;

import dev.weir.core.Bundle;
import dev.weir.core.ClientKey;
import dev.weir.core.KeyHasher;
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

    RedisKeys(String prefix, KeyHasher hasher) {
        this.prefix = prefix;
        this.hasher = hasher;
    }

    /** A client, as the fleet knows it. */
    ClientKey client(ClientKey client) {
        HexFormat hex = HexFormat.of();
        return hasher.hash(client.kind(), "client", hex.toHexDigits(client.high()), hex.toHexDigits(client.low()));
    }

    /** The key of {@code client}, which {@link #client} has made, under {@code bundle}. */
    String key(ClientKey client, Bundle bundle) {
        ClientKey name = hasher.hash(ClientKey.Kind.CUSTOM, "bundle", bundle.name());
        return prefix + ":{" + text(client.high(), client.low()) + "}:" + text(name.high());
    }

    private static String text(long... numbers) {
        ByteBuffer bytes = ByteBuffer.allocate(Long.BYTES * numbers.length);
        for (long number : numbers) {
            bytes.putLong(number);
        }
        return TEXT.encodeToString(bytes.array());
    }
}
