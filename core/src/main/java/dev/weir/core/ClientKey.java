package dev.weir.core;

import java.util.HexFormat;

/**
 * Who is counted: 128 bits and the kind of thing that they stand for. Two keys of different kinds are never equal, so no
 * value of one kind can pose as another. Holds no secret and no name: addresses are bits, all else is a keyed hash
 * ({@link KeyHasher}).
 *
 * @param kind what the bits stand for
 * @param high the first 64 bits
 * @param low the other 64 bits
 */
public record ClientKey(Kind kind, long high, long low) {

    /** What a key stands for. */
    public enum Kind {
        /** Everybody together. */
        GLOBAL(0),
        /** A network address, or a prefix of one. */
        ADDRESS(1),
        /** A user whom the container has authenticated. */
        USER(2),
        /** An API key that a verifier knows. */
        API_KEY(3),
        /** An address together with an API key that nobody has verified. */
        UNVERIFIED_API_KEY(4),
        /** What a registered resolver made of the request, or a key of a program of its own. */
        CUSTOM(5);

        /** Part of what is hashed, and so of what a fleet agrees on: never to be given to another kind. */
        final byte code;

        Kind(int code) {
            this.code = (byte) code;
        }
    }

    /** The key that everybody shares. */
    public static final ClientKey GLOBAL = new ClientKey(Kind.GLOBAL, 0, 0);

    /** For logs: the kind and a hash of the bits, good for telling clients apart within this process and for nothing else. */
    @Override
    public String toString() {
        return kind + "#" + HexFormat.of().toHexDigits(EntryKey.mix(kind.code, high, low));
    }
}
