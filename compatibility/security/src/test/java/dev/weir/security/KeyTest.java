package dev.weir.security;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.annotation.RateLimited;
import dev.weir.core.Bundle;
import dev.weir.core.ClientKey;
import dev.weir.core.ClientKey.Kind;
import dev.weir.core.KeyHasher;
import dev.weir.core.Limit;
import dev.weir.core.LocalLimiter;
import dev.weir.http.ApiKeyVerifier.VerifiedApiKey;
import java.lang.reflect.Constructor;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.Test;

/** Part E: keys that are chosen to be odd, or to collide. */
class KeyTest {

    private static final byte[] SECRET = "0123456789abcdef".getBytes(StandardCharsets.US_ASCII);

    @RateLimited(permits = 5, per = "1m", key = "api-key")
    static class Keyed extends Counting {
        private static final long serialVersionUID = 1L;
    }

    @Test
    @Row(
            value = "E5",
            promise =
                    "Of a key, whatever characters it has, only 128 bits of a digest go on, and no two odd keys are one")
    void oddKeysAreKeptAsDigestsOnly() {
        KeyHasher hasher = KeyHasher.withSecret(SECRET);
        List<String> odd = List.of(
                "\0",
                "a\0b",
                "\r\nSET x 1\r\n",
                "\n",
                "{",
                "}",
                "{a}",
                "{a}b",
                "a b",
                " ",
                "\t",
                "\uD83D\uDE00",
                "\uD83D",
                "\uDE00",
                "\u00ff",
                "\ufffd",
                "'\"; return 1 --",
                "]] redis.call('FLUSHALL') [[",
                "%00",
                "?",
                "*",
                ":",
                "a:b");
        Set<ClientKey> keys = new HashSet<>();
        for (String key : odd) {
            keys.add(hasher.hash(Kind.API_KEY, key));
        }
        assertThat(keys)
                .hasSameSizeAs(odd)
                .allSatisfy(key -> assertThat(key.toString()).matches("[A-Z_]+#[0-9a-f]{16}"));

        try (Site site = Site.with()
                .weir(builder -> builder.apiKeyVerifier(key -> new VerifiedApiKey("")))
                .servlet("/keyed", new Keyed())
                .start()) {
            List<String> sent =
                    List.of("{", "}", "{a}", "{a}b", "a b", "\u00ff", "'\"; return 1 --", "%00", "*", "a\tb");
            for (String key : sent) {
                for (int i = 0; i < 6; i++) {
                    int status = Wire.send(site, "GET", "/keyed", "X-API-Key: " + key)
                            .status();
                    assertThat(status).as(key).isEqualTo(i < 5 ? 200 : 429);
                }
            }
            // One entry for each key's limit, one for the fact that it is verified.
            assertThat(MemoryTest.limiter(site).size()).isEqualTo(2 * sent.size());
            for (String cut : List.of("a\0b", "a\rb")) {
                assertThat(Wire.send(site, "GET", "/keyed", "X-API-Key: " + cut).status())
                        .isEqualTo(400);
            }
        }
    }

    @Test
    @Row(value = "E7", promise = "Clients cannot choose keys or addresses of equal hash: what look-ups use is keyed")
    void keysOfEqualHashAreSpread() throws Exception {
        KeyHasher hasher = KeyHasher.withSecret(SECRET);
        List<ClientKey> keys = new ArrayList<>();
        List<ClientKey> addresses = new ArrayList<>();
        Set<Integer> strings = new HashSet<>();
        for (int i = 0; i < 1 << 14; i++) {
            StringBuilder key = new StringBuilder();
            for (int bit = 0; bit < 14; bit++) {
                key.append((i >> bit & 1) == 0 ? "Aa" : "BB");
            }
            strings.add(key.toString().hashCode());
            keys.add(hasher.hash(Kind.API_KEY, key.toString()));
            addresses.add(new ClientKey(Kind.ADDRESS, (long) i << 32 | i, 0)); // Long.hashCode is 0
        }
        assertThat(strings).hasSize(1);

        for (List<ClientKey> clients : List.of(keys, addresses)) {
            Set<Integer> whole = new HashSet<>();
            Set<Integer> buckets = new HashSet<>();
            for (ClientKey client : clients) {
                Object stored = stored(client);
                assertThat(stored).isInstanceOf(Comparable.class);
                whole.add(stored.hashCode());
                buckets.add(stored.hashCode() & (1 << 14) - 1);
            }
            assertThat(whole).hasSizeGreaterThan((1 << 14) - 16);
            // Of 2^14 random numbers below 2^14, 1 - 1/e are different: 10,357.
            assertThat(buckets).hasSizeGreaterThan(8_000);
        }
    }

    @Test
    @Row(value = "E8", promise = "Keys are 128 bits of HMAC-SHA-256, and all of them count")
    void all128BitsCount() throws Exception {
        ByteBuffer message = ByteBuffer.allocate(1 + 4 + 2 * 3).put((byte) 3).putInt(3);
        message.putChar('k').putChar('e').putChar('y');
        Mac mac = Mac.getInstance("HmacSHA256");
        mac.init(new SecretKeySpec(SECRET, "HmacSHA256"));
        ByteBuffer digest = ByteBuffer.wrap(mac.doFinal(message.array()));
        assertThat(KeyHasher.withSecret(SECRET).hash(Kind.API_KEY, "key"))
                .isEqualTo(new ClientKey(Kind.API_KEY, digest.getLong(), digest.getLong()));

        LocalLimiter limiter = new LocalLimiter();
        Bundle bundle = MemoryTest.bundle(Limit.of(5, Duration.ofHours(1)));
        for (ClientKey key : List.of(
                new ClientKey(Kind.API_KEY, 1, 1),
                new ClientKey(Kind.API_KEY, 1, 2),
                new ClientKey(Kind.API_KEY, 2, 1),
                new ClientKey(Kind.USER, 1, 1))) {
            assertThat(MemoryTest.admitted(limiter, bundle, key, 10)).isEqualTo(5);
        }
    }

    /** What the limiter looks {@code client} up with. */
    private static Object stored(ClientKey client) throws Exception {
        Constructor<?> probe =
                Class.forName("dev.weir.core.EntryKey$Probe").getDeclaredConstructor(Bundle.class, ClientKey.class);
        probe.setAccessible(true);
        return probe.newInstance(MemoryTest.bundle(Limit.of(5, Duration.ofHours(1))), client);
    }
}
