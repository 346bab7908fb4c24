package dev.weir.benchmark.churn;

import dev.weir.core.ClientKey;

/**
 * Somebody who was never seen before.
 *
 * @param key as a front end makes it of an address
 * @param name the address as text
 */
record Client(ClientKey key, String name) {

    /** Of IPv6 prefixes, which do not run out, the one of this number. */
    static Client of(long number) {
        long prefix = 0x2001_0db8_0000_0000L + number;
        String name = "ip:" + Long.toHexString(prefix >>> 32) + ":" + Long.toHexString(prefix & 0xffff_ffffL) + "::/64";
        return new Client(new ClientKey(ClientKey.Kind.ADDRESS, prefix, 0), name);
    }
}
