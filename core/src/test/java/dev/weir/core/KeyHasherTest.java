package dev.weir.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Locale;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A key is one client's alone, and tells nobody whose. */
class KeyHasherTest {

    private static final byte[] SECRET = "0123456789abcdef".getBytes(StandardCharsets.US_ASCII);
    private final KeyHasher hasher = KeyHasher.withSecret(SECRET);

    @Test
    void sameSecretGivesTheSameKeyInEveryProcess() {
        // HMAC-SHA-256 of 02, 00000005 and "alice" in UTF-16BE, computed elsewhere.
        ClientKey known = new ClientKey(ClientKey.Kind.USER, 0x1a29c0053f5c7822L, 0xcabb2e095ae77b4aL);
        ClientKey key = KeyHasher.withSecret(SECRET.clone()).hash(ClientKey.Kind.USER, "alice");
        assertThat(key).isEqualTo(hasher.hash(ClientKey.Kind.USER, "alice"));
        assertThat(key).isEqualTo(known);
    }

    @Test
    void anotherSecretGivesAnotherKey() {
        ClientKey key = hasher.hash(ClientKey.Kind.USER, "alice");
        assertThat(KeyHasher.withRandomSecret().hash(ClientKey.Kind.USER, "alice"))
                .isNotEqualTo(key);
        assertThat(KeyHasher.withSecret("0123456789abcdeg".getBytes(StandardCharsets.US_ASCII))
                        .hash(ClientKey.Kind.USER, "alice"))
                .isNotEqualTo(key);
    }

    @Test
    void wayInWhichPartsAreCutCounts() {
        assertThat(new Object[] {
                    hash("ab", "c"),
                    hash("a", "bc"),
                    hash("abc"),
                    hash("abc", ""),
                    hash("", "abc"),
                    hash(),
                    hash(""),
                    hash("", ""),
                    hash("a\0\0\0\1b"),
                    hash("a", "b")
                })
                .doesNotHaveDuplicates();
    }

    @ParameterizedTest
    @EnumSource(ClientKey.Kind.class)
    void kindsNeverShareAKey(ClientKey.Kind kind) {
        ClientKey key = hasher.hash(kind, "alice");
        for (ClientKey.Kind other : ClientKey.Kind.values()) {
            if (other != kind) {
                ClientKey otherKey = hasher.hash(other, "alice");
                assertThat(otherKey).isNotEqualTo(key);
                assertThat(otherKey.high()).isNotEqualTo(key.high());
                assertThat(new ClientKey(other, key.high(), key.low())).isNotEqualTo(key);
            }
        }
    }

    @Test
    void unpairedSurrogatesAreCharactersLikeOthers() {
        assertThat(new Object[] {
                    hash("\ud800"), hash("\ud801"), hash("\udc00"), hash("?"), hash("\ufffd"), hash("\ud800\udc00")
                })
                .doesNotHaveDuplicates();
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 15})
    void shortSecretIsRefusedAndNotShown(int length) {
        byte[] secret = "hunter2hunter2hunter2".substring(0, length).getBytes(StandardCharsets.US_ASCII);
        assertThatThrownBy(() -> KeyHasher.withSecret(secret))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("has " + length + " bytes, must have 16 or more")
                .hasMessageNotContaining("hunter");
    }

    @Test
    void secretMayBeWipedAfterUse() {
        byte[] secret = SECRET.clone();
        KeyHasher wiped = KeyHasher.withSecret(secret);
        Arrays.fill(secret, (byte) 0);
        assertThat(wiped.hash(ClientKey.Kind.USER, "alice")).isEqualTo(hasher.hash(ClientKey.Kind.USER, "alice"));
    }

    @Test
    void textOfAKeyShowsNoBitsOfIt() {
        Random random = new Random(42);
        for (int i = 0; i < 1_000; i++) {
            ClientKey key = new ClientKey(ClientKey.Kind.USER, random.nextLong(), random.nextLong());
            String text = key.toString().toLowerCase(Locale.ROOT);
            assertThat(text).startsWith("user#").hasSize("user#".length() + 16);
            for (long half : new long[] {key.high(), key.low()}) {
                for (int shift = 0; shift <= 32; shift += 4) {
                    String bits = String.format(Locale.ROOT, "%08x", (int) (half >>> shift));
                    assertThat(text).doesNotContain(bits);
                }
            }
        }
        assertThat(new ClientKey(ClientKey.Kind.ADDRESS, 0, 0x7f000001L).toString())
                .doesNotContain("7f000001");
    }

    private ClientKey hash(String... parts) {
        return hasher.hash(ClientKey.Kind.CUSTOM, parts);
    }
}
