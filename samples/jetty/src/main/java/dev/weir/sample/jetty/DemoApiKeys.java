package dev.weir.sample.jetty;

import dev.weir.http.ApiKeyVerifier;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Map;

/** Three API keys to play with, and their tiers. web.xml names this class. */
public final class DemoApiKeys implements ApiKeyVerifier {

    private static final Map<String, String> TIERS = Map.of(
            "demo-free-1", "free",
            "demo-free-2", "free",
            "demo-premium-1", "premium");

    @Override
    public VerifiedApiKey verify(String apiKey) {
        VerifiedApiKey found = null;
        for (Map.Entry<String, String> known : TIERS.entrySet()) {
            if (MessageDigest.isEqual(bytes(known.getKey()), bytes(apiKey))) {
                found = new VerifiedApiKey(known.getValue());
            }
        }
        return found;
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
