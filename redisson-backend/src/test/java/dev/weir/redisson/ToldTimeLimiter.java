package dev.weir.redisson;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.core.Ask;
import dev.weir.core.Bundle;
import dev.weir.core.ClientKey;
import dev.weir.core.Replay;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.LongSupplier;
import org.redisson.api.RScript;
import org.redisson.api.RedissonClient;
import org.redisson.client.codec.ByteArrayCodec;

/** The scripts on a real server, told what time it is, in microseconds since 1970. One client of each bundle. */
public final class ToldTimeLimiter {

    private static final String HEAD = Script.of("told-time.lua");
    private static final String REST = Script.of("kernel.lua", "log.lua", "values.lua", "changed.lua", "decide.lua");
    private static final Decide DECIDE = new Decide(Script.of("told-time.lua", "buckets.lua"), HEAD + REST);
    private static final Decide DECIDE_AND_TELL_LIFE =
            new Decide(tellingLife(Script.of("buckets.lua")), tellingLife(REST));
    private static final String SETTLE =
            Script.of("told-time.lua", "kernel.lua", "log.lua", "values.lua", "settle.lua");

    private static final String LEND = Script.of("told-time.lua", "kernel.lua", "log.lua", "values.lua", "lend.lua");

    /** The script for buckets of which nobody waits, and that for all. */
    private record Decide(String buckets, String all) {}

    private final List<RedissonClient> servers;
    /** The bundles that may be met, by their versions. */
    private final Map<Long, Bundle> versions = new LinkedHashMap<>();

    public ToldTimeLimiter(RedissonClient client, Bundle... bundles) {
        this(List.of(client), bundles);
    }

    /** On several servers at once, whose replies must be the same. */
    ToldTimeLimiter(List<RedissonClient> servers, Bundle... bundles) {
        this.servers = servers;
        for (Bundle bundle : bundles) {
            versions.put(versions.size() + 1L, bundle);
        }
    }

    public void decide(Ask ask, long now) {
        decide(DECIDE, ask, now);
    }

    /** Decides, and says until when what was written is needed, in milliseconds since 1970; -1 if nothing was. */
    long decideAndTellLife(Ask ask, long now) {
        List<Object> reply = decide(DECIDE_AND_TELL_LIFE, ask, now);
        return (Long) reply.get(reply.size() - 1);
    }

    /** Decides all of them in one call, as of that time. */
    void decideTogether(List<Ask> asks, long now) {
        decide(DECIDE, asks, now);
    }

    private List<Object> decide(Decide script, Ask ask, long now) {
        return decide(script, List.of(ask), now);
    }

    private List<Object> decide(Decide script, List<Ask> asks, long now) {
        Call call = new Call();
        List<Question> questions = new ArrayList<>();
        for (Ask ask : asks) {
            List<RedisKeys.Client> clients = new ArrayList<>();
            List<String> keys = new ArrayList<>();
            for (int i = 0; i < ask.bundles(); i++) {
                clients.add(new RedisKeys.Client("", 0));
                keys.add(key(ask.bundle(i)));
            }
            Question question = new Question(ask, true, 0, Question.NO_DEADLINE, clients, keys, () -> false);
            assertThat(call.hasRoomFor(question)).isTrue();
            call.add(question);
            questions.add(question);
        }
        List<Object> args = call.args(this::rules, 1_000, new ServerClock());
        List<Object> reply = call.isPlain() ? eval(script.buckets, call.keys(), args, now) : List.of();
        if (reply.isEmpty() || Call.isLeftToOthers(reply)) {
            reply = eval(script.all, call.keys(), args, now);
        }
        call.answer(reply, System.nanoTime());
        for (Question question : questions) {
            assertThat(question.answer().join().trouble()).isZero();
        }
        return reply;
    }

    /** What a process is lent that borrows at that time. */
    Lender.Lending lending(LongSupplier now) {
        return lending(now, now);
    }

    /** The same for one that asks at another time than it is heard. */
    Lender.Lending lending(LongSupplier now, LongSupplier asks) {
        return new Lender.Lending() {
            @Override
            public long spread(ClientKey client) {
                return 0;
            }

            @Override
            public long microsIn(ClientKey client, Duration wait) {
                return asks.getAsLong() + wait.toNanos() / 1_000;
            }

            @Override
            public CompletionStage<List<Object>> lend(Bundle bundle, ClientKey client, byte[] told, byte[] offers) {
                List<Object> args = List.of(rules(bundle), told, offers);
                return CompletableFuture.completedFuture(
                        eval(LEND, List.of(key(bundle), key(bundle) + ":loans"), args, now.getAsLong()));
            }
        };
    }

    /** What expiry does. */
    void forget(Bundle bundle) {
        servers.forEach(client -> client.getKeys().delete(key(bundle)));
    }

    /* As under the rules that each state stands under by now. */
    void settle(Ask ask, long decided, long now) {
        List<Bundle> inForce = new ArrayList<>();
        List<Replay.State> states = new ArrayList<>();
        List<Integer> settles = new ArrayList<>();
        for (int i = 0; i < ask.bundles(); i++) {
            inForce.add(ask.bundle(i));
            states.add(Replay.forgotten(ask.bundle(i), 0, now * 1_000));
            if (Replay.taken(ask, i).settles()) {
                settles.add(i);
            }
        }
        List<Object> reply = settle(ask, settles, decided, now, inForce);
        if ((Long) reply.get(0) == 2) {
            for (int k = 0; k < settles.size(); k++) {
                byte[] value = value(reply, k);
                if (value != null) {
                    inForce.set(settles.get(k), versions.get(Wire.version(value)));
                }
            }
            reply = settle(ask, settles, decided, now, inForce);
        }
        assertThat((Long) reply.get(0)).as("verdict").isEqualTo(1);
        for (int k = 0; k < settles.size(); k++) {
            byte[] value = value(reply, k);
            int i = settles.get(k);
            if (value != null) {
                states.set(i, Wire.state(inForce.get(i), value, 0, now * 1_000));
            }
        }
        Replay.settle(ask, now * 1_000, states);
    }

    private List<Object> settle(Ask ask, List<Integer> settles, long decided, long now, List<Bundle> inForce) {
        List<Object> keys = new ArrayList<>();
        List<Object> args = new ArrayList<>();
        args.add(Wire.turn(ask));
        for (int i : settles) {
            Bundle bundle = inForce.get(i);
            keys.add(key(bundle));
            args.add(rules(bundle));
            args.add(
                    bundle == ask.bundle(i)
                            ? Wire.settlement(ask, i, 0, decided * 1_000)
                            : Wire.settlement(ask, i, bundle, 0));
        }
        return eval(SETTLE, keys, args, now);
    }

    private static String key(Bundle bundle) {
        return "weir:{" + bundle.name() + "}";
    }

    private byte[] rules(Bundle bundle) {
        Map<Long, Bundle> others = new LinkedHashMap<>(versions);
        long version = 0;
        for (Map.Entry<Long, Bundle> each : versions.entrySet()) {
            if (each.getValue() == bundle) {
                version = each.getKey();
            }
        }
        others.values().removeIf(other -> other == bundle || !other.name().equals(bundle.name()));
        return Wire.rules(bundle, version, others);
    }

    private static String tellingLife(String script) {
        return HEAD + "local function decide()\n" + script
                + "end\nlocal reply = decide()\nreply[#reply + 1] = lastNeeded\nreturn reply";
    }

    private List<Object> eval(String script, List<Object> keys, List<Object> told, long now) {
        List<Object> args = new ArrayList<>(told);
        args.add(Long.toString(now).getBytes(StandardCharsets.US_ASCII));
        List<Object> first = List.of();
        for (RedissonClient client : servers) {
            List<Object> reply = client.getScript(ByteArrayCodec.INSTANCE)
                    .eval(RScript.Mode.READ_WRITE, script, RScript.ReturnType.LIST, keys, args.toArray());
            first = first.isEmpty() ? reply : first;
            assertThat(reply.toArray())
                    .as("another server's reply")
                    .usingRecursiveComparison()
                    .isEqualTo(first.toArray());
        }
        return first;
    }

    private static byte[] value(List<Object> reply, int bundle) {
        return reply.size() > 2 + bundle ? (byte[]) reply.get(2 + bundle) : null;
    }
}
