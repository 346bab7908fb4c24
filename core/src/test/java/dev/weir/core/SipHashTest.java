package dev.weir.core;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;

/** The reference's own vectors: key 00 01 … 0f, message 00 01 02 … of a length. */
class SipHashTest {

    private static final long KEY_0 = 0x0706050403020100L;
    private static final long KEY_1 = 0x0f0e0d0c0b0a0908L;

    /* A character is two bytes, the lower one first. */
    private static String hashOfBytes(int length) {
        byte[] message = new byte[length];
        for (int i = 0; i < length; i++) {
            message[i] = (byte) i;
        }
        SipHash sip = new SipHash(KEY_0, KEY_1);
        long first = sip.hash(new String(message, StandardCharsets.UTF_16LE));
        ByteBuffer hash = ByteBuffer.allocate(16).order(ByteOrder.LITTLE_ENDIAN);
        return HexFormat.of()
                .formatHex(hash.putLong(first).putLong(sip.second()).array());
    }

    @Test
    void hashesAsTheReferenceDoes() {
        assertThat(hashOfBytes(0)).isEqualTo("a3817f04ba25a8e66df67214c7550293");
        assertThat(hashOfBytes(2)).isEqualTo("8177228da4a45dc7fca38bdef60affe4");
        assertThat(hashOfBytes(6)).isEqualTo("14eeca338b208613485ea0308fd7a15e");
        assertThat(hashOfBytes(8)).isEqualTo("3b62a9ba6258f5610f83e264f31497b4");
        assertThat(hashOfBytes(14)).isEqualTo("31fcefac66d7de9c7ec7485fe4494902");
        assertThat(hashOfBytes(62)).isEqualTo("5853542321f567a005d547a4f04759bd");
    }
}
