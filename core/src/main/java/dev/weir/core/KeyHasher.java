package dev.weir.core;

import java.nio.ByteBuffer;
import java.security.InvalidKeyException;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.util.concurrent.atomic.AtomicReferenceArray;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/**
 * Turns what identifies a client into a {@link ClientKey}: the first 128 bits of HMAC-SHA-256 (RFC 2104) under a secret, so
 * that keys tell nobody what they were made from and cannot be made to collide. Safe for use by many threads.
 */
public final class KeyHasher {

    /** The least length of a secret, in bytes. */
    public static final int MIN_SECRET_BYTES = 16;

    private static final String ALGORITHM = "HmacSHA256";

    private static final int RESTING = 32;

    /* Never fed, only cloned: a clone costs less than a lookup of the algorithm, and shares nothing. */
    private final Mac prototype;
    /* Clones that nobody uses just now: whoever takes one has it alone. */
    private final AtomicReferenceArray<@Nullable Mac> resting = new AtomicReferenceArray<>(RESTING);

    private KeyHasher(byte[] secret) {
        try {
            prototype = Mac.getInstance(ALGORITHM);
            prototype.init(new SecretKeySpec(secret, ALGORITHM));
        } catch (NoSuchAlgorithmException | InvalidKeyException impossible) {
            throw new IllegalStateException("Every Java platform has " + ALGORITHM, impossible);
        }
    }

    /**
     * A hasher whose keys are the same in every process that knows the secret.
     *
     * @throws IllegalArgumentException if the secret is shorter than 16 bytes
     */
    public static KeyHasher withSecret(byte[] secret) {
        if (secret.length < MIN_SECRET_BYTES) {
            throw new IllegalArgumentException("The secret has " + secret.length + " bytes, must have "
                    + MIN_SECRET_BYTES + " or more. Make one with: openssl rand -base64 32");
        }
        return new KeyHasher(secret.clone());
    }

    /** A hasher with a random secret of its own. */
    public static KeyHasher withRandomSecret() {
        byte[] secret = new byte[32];
        new SecureRandom().nextBytes(secret);
        return new KeyHasher(secret);
    }

    /**
     * The key of these parts. The kind and the length of each part are hashed too, so no two lists of parts share a key by
     * the way they are cut. Every character counts, unpaired surrogates included.
     */
    public ClientKey hash(ClientKey.Kind kind, String... parts) {
        int size = 1;
        for (String part : parts) {
            size += Integer.BYTES + part.length() * Character.BYTES;
        }
        ByteBuffer message = ByteBuffer.allocate(size).put(kind.code);
        for (String part : parts) {
            message.putInt(part.length());
            for (int i = 0; i < part.length(); i++) {
                message.putChar(part.charAt(i));
            }
        }
        int place = (int) Thread.currentThread().getId() & RESTING - 1;
        Mac rested = resting.getAndSet(place, null);
        Mac mac = rested == null ? cloned() : rested;
        ByteBuffer digest = ByteBuffer.wrap(mac.doFinal(message.array())); // which resets it
        resting.setRelease(place, mac);
        return new ClientKey(kind, digest.getLong(), digest.getLong());
    }

    private Mac cloned() {
        try {
            return (Mac) prototype.clone();
        } catch (CloneNotSupportedException e) {
            throw new IllegalStateException("The security provider's " + ALGORITHM + " cannot be cloned", e);
        }
    }
}
