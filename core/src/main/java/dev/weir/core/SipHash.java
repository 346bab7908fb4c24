package dev.weir.core;

/**
 * SipHash-2-4 with 128 bits (Aumasson and Bernstein, "SipHash: a fast short-input PRF", 2012), of the characters of a string, under a
 * key. Who does not know the key can make no two strings meet.
 */
final class SipHash {

    private final long key0;
    private final long key1;
    private long v0;
    private long v1;
    private long v2;
    private long v3;
    /** The second half of the result; the first is what {@link #hash} returns. */
    private long second;

    SipHash(long key0, long key1) {
        this.key0 = key0;
        this.key1 = key1;
    }

    /** The first 64 bits; then {@link #second} has the others. Not thread-safe. */
    long hash(String text) {
        v0 = key0 ^ 0x736f6d6570736575L;
        v1 = key1 ^ 0x646f72616e646f6dL ^ 0xee;
        v2 = key0 ^ 0x6c7967656e657261L;
        v3 = key1 ^ 0x7465646279746573L;
        int length = text.length();
        int at = 0;
        for (; at + 4 <= length; at += 4) {
            compress(text.charAt(at)
                    | ((long) text.charAt(at + 1) << 16)
                    | ((long) text.charAt(at + 2) << 32)
                    | ((long) text.charAt(at + 3) << 48));
        }
        long last = (2L * length) << 56;
        for (int i = 0; at + i < length; i++) {
            last |= (long) text.charAt(at + i) << (16 * i);
        }
        compress(last);
        v2 ^= 0xee;
        rounds(4);
        long first = v0 ^ v1 ^ v2 ^ v3;
        v1 ^= 0xdd;
        rounds(4);
        second = v0 ^ v1 ^ v2 ^ v3;
        return first;
    }

    long second() {
        return second;
    }

    private void compress(long word) {
        v3 ^= word;
        rounds(2);
        v0 ^= word;
    }

    private void rounds(int count) {
        for (int i = 0; i < count; i++) {
            v0 += v1;
            v2 += v3;
            v1 = Long.rotateLeft(v1, 13) ^ v0;
            v3 = Long.rotateLeft(v3, 16) ^ v2;
            v0 = Long.rotateLeft(v0, 32);
            v2 += v1;
            v0 += v3;
            v1 = Long.rotateLeft(v1, 17) ^ v2;
            v3 = Long.rotateLeft(v3, 21) ^ v0;
            v2 = Long.rotateLeft(v2, 32);
        }
    }
}
