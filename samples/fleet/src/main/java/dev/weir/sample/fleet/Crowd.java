package dev.weir.sample.fleet;

import dev.weir.annotation.OnFailure;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;

/** The clients of one phase of a run, whom nobody has seen before, and what became of their requests. Safe for use by many threads. */
final class Crowd {

    /** How many there may be that meet the same Redis. */
    static final int MOST = 256;

    private final List<Place> places = new ArrayList<>();
    /* In the order in which they are asked for, over and over. */
    private final List<Place> round = new ArrayList<>();
    private final AtomicLong next = new AtomicLong();
    private final AtomicLong begun = new AtomicLong();
    private final AtomicLong ended = new AtomicLong();
    private final AtomicLong failed = new AtomicLong();
    private final AtomicLong admitted = new AtomicLong();
    private final AtomicReference<String> firstFailure = new AtomicReference<>();

    /** An endpoint and its clients. */
    private static final class Place {
        final Traffic traffic;
        final List<Tally> clients;
        final AtomicLong turns = new AtomicLong();

        Place(Traffic traffic) {
            this.traffic = traffic;
            this.clients =
                    traffic.clients().stream().map(who -> new Tally(traffic)).toList();
        }
    }

    /**
     * A crowd.
     *
     * @param number which no other has that meets the same Redis, from 0 to below {@link #MOST}: by it their addresses differ
     */
    Crowd(int number, List<Traffic> traffic) {
        for (int i = 0; i < traffic.size(); i++) {
            String network = "10." + number + "." + i + ".";
            Place place = new Place(traffic.get(i)
                    .of(traffic.get(i).clients().stream()
                            .map(host -> network + host)
                            .toList()));
            places.add(place);
            round.addAll(Collections.nCopies(place.traffic.share(), place));
        }
        Collections.shuffle(round, new Random(1)); // the same for all
    }

    /** A request that somebody is to send. */
    final class Request {
        private final Place place;
        private final int who;

        private Request(Place place, int who) {
            this.place = place;
            this.who = who;
        }

        String path() {
            return place.traffic.path();
        }

        String client() {
            return place.traffic.clients().get(who);
        }

        /** It was answered. Times are nanoseconds on any one scale. */
        void answered(int status, long sentNanos, long answeredNanos) {
            Answer answer = place.traffic.answer(status);
            if (answer == Answer.FAILED) {
                failed("/" + path() + " answered " + status);
                return;
            }
            if (answer == Answer.ADMITTED) {
                admitted.incrementAndGet();
            }
            place.clients.get(who).add(answer, sentNanos, answeredNanos);
            ended.incrementAndGet();
        }

        /** There was no answer, or a wrong one. */
        void failed(String why) {
            firstFailure.compareAndSet(null, why);
            failed.incrementAndGet();
            ended.incrementAndGet();
        }

        /** It went down with a node, so it is none of those of whom answers are due. */
        void lost() {
            begun.decrementAndGet();
        }
    }

    /** Whose turn it is. It must be told what has become of it. */
    Request next() {
        begun.incrementAndGet();
        Place place = round.get((int) (next.getAndIncrement() % round.size()));
        return new Request(place, (int) (place.turns.getAndIncrement() % place.clients.size()));
    }

    /** Whether all that was sent has come to an end. */
    boolean isDone() {
        return ended.get() == begun.get();
    }

    long asked() {
        return ended.get();
    }

    long admitted() {
        return admitted.get();
    }

    long failed() {
        return failed.get();
    }

    /** What went wrong first, or null. */
    String firstFailure() {
        return firstFailure.get();
    }

    /**
     * How much was admitted above what the limits allow, under all limits whose mode does not admit all.
     *
     * @param bursts how many bursts more each client may have had
     */
    Excess excess(int bursts) {
        Excess all = Excess.NONE;
        for (Place place : places) {
            if (place.traffic.onFailure() != OnFailure.OPEN) {
                all = all.plus(Excess.of(place.traffic, place.clients, bursts));
            }
        }
        return all;
    }

    /** The same of one endpoint. */
    Excess excess(String path, int bursts) {
        return places.stream()
                .filter(place -> place.traffic.path().equals(path))
                .map(place -> Excess.of(place.traffic, place.clients, bursts))
                .reduce(Excess.NONE, Excess::plus);
    }

    /** How many were refused to clients of limits of which nobody asks for more than there is. */
    long refusedBelowLimit() {
        return places.stream()
                .filter(place -> place.traffic.path().equals(Traffic.AMPLE.path()))
                .flatMap(place -> place.clients.stream())
                .mapToLong(client -> client.count().refused())
                .sum();
    }
}
