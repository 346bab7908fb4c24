package dev.weir.redisson;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.weir.core.Bundle;
import dev.weir.core.Policy;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * The versions of bundles that this process knows: a version is 52 bits of a hash of all figures, the same in every process. So a
 * state says under which rules it stands, and one that stands under others is carried over.
 */
final class Rules {

    private static final int MOST_VERSIONS = 8;
    private static final int VERSION_BITS = 52;

    /** Bundles that were replaced are not kept by this. */
    private final Cache<Bundle, Told> told = Caffeine.newBuilder().weakKeys().build();
    /** By the name of the bundle. Replaced as a whole. */
    private final Map<String, Map<Long, Bundle>> known = new ConcurrentHashMap<>();

    /** What decide.lua is told of a bundle, and the versions of its name by which that was made. */
    private static final class Told {
        private final long version;
        private final Map<Long, Bundle> all;
        private final byte[] row;

        Told(Bundle bundle, long version, Map<Long, Bundle> all) {
            Map<Long, Bundle> others = new LinkedHashMap<>(all);
            others.remove(version);
            this.version = version;
            this.all = all;
            this.row = Wire.rules(bundle, version, others);
        }
    }

    /** The version of {@code bundle}, which is known from now on. */
    long version(Bundle bundle) {
        return current(bundle).version;
    }

    /** The bundle of that name and version, or null. */
    @Nullable
    Bundle find(String name, long version) {
        return known.getOrDefault(name, Map.of()).get(version);
    }

    /** Whether any state of {@code bundle} may stand under other rules, as far as is known here. */
    boolean knowsOthers(Bundle bundle) {
        return known.getOrDefault(bundle.name(), Map.of()).size() > 1;
    }

    /** What decide.lua is told of {@code bundle}. Not to be written to. */
    byte[] told(Bundle bundle) {
        return current(bundle).row;
    }

    private Told current(Bundle bundle) {
        Told before = told.getIfPresent(bundle);
        if (before != null && before.all == known.get(bundle.name())) {
            return before;
        }
        long version = before == null ? hash(bundle) : before.version;
        Map<Long, Bundle> all = known.compute(
                bundle.name(),
                (name, others) -> others != null && others.get(version) != null
                        ? others
                        : with(others == null ? Map.of() : others, version, bundle));
        Told now = new Told(bundle, version, all);
        told.put(bundle, now);
        return now;
    }

    private static Map<Long, Bundle> with(Map<Long, Bundle> before, long version, Bundle bundle) {
        Map<Long, Bundle> after = new LinkedHashMap<>(before);
        after.remove(version);
        after.put(version, bundle);
        while (after.size() > MOST_VERSIONS) {
            after.remove(after.keySet().iterator().next());
        }
        return Collections.unmodifiableMap(after);
    }

    private static long hash(Bundle bundle) {
        StringBuilder figures = new StringBuilder();
        for (Policy policy : bundle.policies()) {
            figures.append(policy.name()).append(' ').append(policy.limit()).append('\n');
        }
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256")
                    .digest(figures.toString().getBytes(StandardCharsets.UTF_8));
            return ByteBuffer.wrap(digest).getLong() >>> (Long.SIZE - VERSION_BITS);
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException("Every Java platform has SHA-256", impossible);
        }
    }
}
