package dev.weir.redisson;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.weir.core.Bundle;
import dev.weir.core.ClientKey;
import dev.weir.core.KeyHasher;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Where the state of a client under a bundle stands in Redis: {@code prefix:{client}:bundle}, both hashed under the secret of the
 * fleet. So the keys of one client share a slot, and tell nobody who that is; no byte of them is a client's choice. A configured
 * queue stands under {@code prefix:queue:{name}}, hashed likewise.
 */
final class RedisKeys {

    private static final Base64.Encoder TEXT = Base64.getUrlEncoder().withoutPadding();

    private static final Pattern PREFIXES = Pattern.compile("[A-Za-z0-9_.-]{1,32}");

    private static final int REMEMBERED = 50_000;

    private final String prefix;
    private final KeyHasher hasher;
    private final boolean readableAddresses;
    /** Of bundles, by their own: there are as many as a configuration has. */
    private final Map<String, String> names = new ConcurrentHashMap<>();
    /* A hash costs more than all else that becomes of a key. */
    private final Cache<ClientKey, Client> clients =
            Caffeine.newBuilder().maximumSize(REMEMBERED).build();

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

    String prefix() {
        return prefix;
    }

    KeyHasher hasher() {
        return hasher;
    }

    /**
     * Checks what keys are to begin with.
     *
     * @throws IllegalArgumentException if it is no prefix; the message names {@code setting}
     */
    static void checkPrefix(String setting, String prefix) {
        if (!PREFIXES.matcher(prefix).matches()) {
            throw new IllegalArgumentException(
                    setting + " = \"" + prefix + "\": write 1 to 32 of the characters A-Z a-z 0-9 . _ -");
        }
    }

    /** A client, as the fleet knows it. */
    static final class Client {
        private final String name;
        private final long spread;
        /* That of the bundle which was asked of last: most often it is again, and its hash is known. Racy, and of no harm. */
        private volatile @Nullable KeyOfBundle last;

        /**
         * A client.
         *
         * @param name what its keys have in common
         * @param spread by which its windows are shifted
         */
        Client(String name, long spread) {
            this.name = name;
            this.spread = spread;
        }

        String name() {
            return name;
        }

        long spread() {
            return spread;
        }
    }

    private record KeyOfBundle(String bundle, String key) {}

    /** How the fleet knows {@code client}. */
    Client client(ClientKey client) {
        Client known = clients.getIfPresent(client);
        if (known == null) {
            known = hashed(client);
            clients.put(client, known);
        }
        return known;
    }

    private Client hashed(ClientKey client) {
        HexFormat hex = HexFormat.of();
        ClientKey hashed =
                hasher.hash(client.kind(), "client", hex.toHexDigits(client.high()), hex.toHexDigits(client.low()));
        boolean readable = readableAddresses && client.kind() == ClientKey.Kind.ADDRESS;
        return new Client(readable ? address(client) : text(hashed.high(), hashed.low()), hashed.low());
    }

    /** The key of {@code client} under {@code bundle}. */
    String key(Client client, Bundle bundle) {
        KeyOfBundle last = client.last;
        if (last == null || !last.bundle.equals(bundle.name())) {
            last = new KeyOfBundle(bundle.name(), prefix + ":{" + client.name + "}:" + name(bundle));
            client.last = last;
        }
        return last.key;
    }

    /** What the keys of all clients under {@code bundle} look like. */
    String pattern(Bundle bundle) {
        return prefix + ":{*}:" + name(bundle);
    }

    /** The key of the configured queue of that name. */
    String queue(String name) {
        ClientKey hash = hasher.hash(ClientKey.Kind.CUSTOM, "queue", name);
        return prefix + ":queue:{" + text(hash.high(), hash.low()) + "}";
    }

    private String name(Bundle bundle) {
        return names.computeIfAbsent(
                bundle.name(),
                name -> text(hasher.hash(ClientKey.Kind.CUSTOM, "bundle", name).high()));
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
