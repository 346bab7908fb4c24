package dev.weir.redisson;

import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.function.Function;
import java.util.function.ToIntFunction;
import org.jspecify.annotations.Nullable;
import org.redisson.api.RedissonClient;
import org.redisson.connection.CRC16;

/**
 * The groups in which questions travel, each of keys that one call may ask of: on a cluster those of one slot, else all, in one group or
 * several.
 */
final class Groups {

    private static final int SLOTS = 16_384;

    private final ToIntFunction<String> placeOf;
    private final Sender sender;
    private final AtomicReferenceArray<@Nullable Place> places;
    private final boolean alone;

    /** Sends a call to a server whose time that clock tells. Completes as {@link Group} asks for. */
    interface Sender {
        CompletionStage<Runnable> send(Call call, ServerClock clock);
    }

    /** Where calls go: a group has at most one under way. */
    private record Place(Group group, ServerClock clock) {}

    private Groups(int places, boolean alone, ToIntFunction<String> placeOf, Sender sender) {
        this.places = new AtomicReferenceArray<>(places);
        this.alone = alone;
        this.placeOf = placeOf;
        this.sender = sender;
    }

    /**
     * Groups over {@code client}.
     *
     * @param flights how many calls are under way at a time, those of one client in one of them at most; on a cluster one for each slot. 0:
     *     each question travels alone
     */
    static Function<Sender, Groups> of(RedissonClient client, int flights) {
        if (flights == 0) {
            return sender -> new Groups(1, true, tag -> 0, sender);
        } else if (client.getConfig().isClusterConfig()) {
            return sender -> new Groups(SLOTS, false, Groups::slot, sender);
        }
        return sender -> new Groups(flights, false, tag -> Math.floorMod(tag.hashCode(), flights), sender);
    }

    private static int slot(String tag) {
        return CRC16.crc16(tag.getBytes(StandardCharsets.UTF_8)) % SLOTS;
    }

    /** With whom those who ask of keys with that hash tag travel; null: with nobody. */
    @Nullable
    Group of(String tag) {
        return alone ? null : place(tag).group;
    }

    /** What time it is where keys with that hash tag live. */
    ServerClock clock(String tag) {
        return place(tag).clock;
    }

    private Place place(String tag) {
        int index = placeOf.applyAsInt(tag);
        Place known = places.get(index);
        if (known != null) {
            return known;
        }
        ServerClock clock = new ServerClock();
        Place made = new Place(new Group(call -> sender.send(call, clock)), clock);
        Place first = places.compareAndExchange(index, null, made);
        return first == null ? made : first;
    }
}
