package dev.weir.redisson;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.weir.core.Algorithm;
import dev.weir.core.Bundle;
import dev.weir.core.Limit;
import dev.weir.core.Policies;
import dev.weir.core.Policy;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;
import org.redisson.api.RedissonClient;

/**
 * The rules that states stand under, told to all processes: whoever judges by a version for the first time writes it down before,
 * and again and again; so whoever meets a state under rules that it does not know looks them up. An entry outlives every
 * state under it.
 */
final class RuleBook {

    /* Each limit is a line of these, and a version is told in Redis as its lines. */
    private static final int NAME = 0;
    private static final int PERMITS = 1;
    private static final int PERIOD_NANOS = 2;
    private static final int BURST = 3;
    private static final int ALGORITHM = 4;
    private static final int UNIT = 5;
    private static final int ALIGNED = 6;
    private static final int COLUMNS = 7;

    /** Who waits or owes may do so for longer than a limit takes to refill. */
    private static final Duration LEAST = Duration.ofDays(32);
    /** A Redis that has lost its memory knows the rules again after that. */
    private static final Duration RENEWED_AFTER = Duration.ofSeconds(30);

    private static final double MOST_DAYS = 100_000;
    /** A state lives on for what is owed and waited for: not more than so many times as long as its limits take to refill. */
    private static final int REFILLS = 8;

    private static final String READ = Script.of("read.lua");
    private static final String WRITE = Script.of("write.lua");

    private final RedissonClient client;
    private final String prefix;
    private final Rules rules;
    private final Cache<Bundle, Declaration> declarations =
            Caffeine.newBuilder().weakKeys().build();

    private record Declaration(CompletionStage<Void> done, long dueNanos) {}

    RuleBook(RedissonClient client, String prefix, Rules rules) {
        this.client = client;
        this.prefix = prefix;
        this.rules = rules;
    }

    /** Completes when {@code bundle} is written down: at once, but for the first time and when it is due again. */
    CompletionStage<Void> declared(Bundle bundle) {
        Declaration known = declarations.getIfPresent(bundle);
        if (known != null && known.dueNanos - System.nanoTime() > 0) {
            return known.done;
        }
        Duration lives = lives(bundle);
        String key = key(rules.version(bundle));
        byte[] text = text(bundle).getBytes(StandardCharsets.UTF_8);
        byte[] millis = Long.toString(lives.toMillis()).getBytes(StandardCharsets.US_ASCII);
        CompletionStage<Void> written = orForeign(key, Script.run(client, WRITE, List.of(key), List.of(text, millis)))
                .thenApply(nothing -> (Void) null);
        CompletionStage<Void> done = known == null ? written : known.done;
        declarations.put(bundle, new Declaration(done, System.nanoTime() + RENEWED_AFTER.toNanos()));
        written.whenComplete((nothing, failure) -> {
            if (failure != null) {
                declarations.invalidate(bundle);
            }
        });
        return done;
    }

    /** Learns the rules of bundle {@code name} of that version, if they are not known. Completes with whether they are. */
    CompletionStage<Boolean> learn(String name, long version) {
        if (rules.find(name, version) != null) {
            return CompletableFuture.completedFuture(true);
        }
        String key = key(version);
        return orForeign(key, Script.run(client, READ, List.of(key), List.of()))
                .thenApply(
                        reply -> reply.get(0) instanceof byte[] text ? new String(text, StandardCharsets.UTF_8) : null)
                .thenApply(text -> {
                    Bundle bundle = text == null ? null : parse(name, text);
                    return bundle != null && rules.version(bundle) == version;
                });
    }

    private static <T> CompletionStage<T> orForeign(String key, CompletionStage<T> reply) {
        CompletableFuture<T> outcome = new CompletableFuture<>();
        reply.whenComplete((value, failure) -> {
            if (failure == null) {
                outcome.complete(value);
            } else if (String.valueOf(failure.getMessage()).contains("WRONGTYPE")) {
                outcome.completeExceptionally(UnreadableStateException.foreign(key));
            } else {
                outcome.completeExceptionally(failure);
            }
        });
        return outcome;
    }

    private String key(long version) {
        return prefix + ":rules:" + Long.toHexString(version);
    }

    private static Duration lives(Bundle bundle) {
        Duration longest = LEAST;
        for (Policy policy : bundle.policies()) {
            Limit limit = policy.limit();
            double refills = limit.permits() == 0 ? 1 : Math.max(2, (double) limit.burst() / limit.permits());
            double days = Math.min(refills * REFILLS * limit.period().toSeconds() / 86_400, MOST_DAYS);
            Duration lives = Duration.ofDays((long) Math.ceil(days));
            longest = lives.compareTo(longest) > 0 ? lives : longest;
        }
        return longest;
    }

    private static String text(Bundle bundle) {
        List<String> lines = new ArrayList<>();
        for (Policy policy : bundle.policies()) {
            Limit limit = policy.limit();
            lines.add(String.join(
                    " ",
                    policy.name(),
                    Long.toString(limit.permits()),
                    Long.toString(limit.period().toNanos()),
                    Long.toString(limit.burst()),
                    limit.algorithm().name(),
                    limit.unit(),
                    Boolean.toString(limit.aligned())));
        }
        return String.join("\n", lines);
    }

    private static @Nullable Bundle parse(String name, String text) {
        Policies policies = new Policies();
        List<String> names = new ArrayList<>();
        try {
            for (String line : text.split("\n", -1)) {
                String[] columns = line.split(" ", -1);
                if (columns.length != COLUMNS) {
                    return null;
                }
                Limit limit = new Limit(
                        Long.parseLong(columns[PERMITS]),
                        Duration.ofNanos(Long.parseLong(columns[PERIOD_NANOS])),
                        Long.parseLong(columns[BURST]),
                        Algorithm.valueOf(columns[ALGORITHM]),
                        columns[UNIT],
                        Boolean.parseBoolean(columns[ALIGNED]));
                policies.declare(new Policy(columns[NAME], limit));
                names.add(columns[NAME]);
            }
        } catch (IllegalArgumentException notOurs) {
            return null;
        }
        return policies.current().bundle(name, names);
    }
}
