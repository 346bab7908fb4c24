package dev.weir.sample.fleet;

import dev.weir.sample.fleet.Servers.Kind;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/**
 * What happens to Redis, or to a node, while requests go on. In the order in which they come: those of one kind of servers one after the
 * other, and those last after which something is missing.
 */
@SuppressWarnings("ImmutableEnumChecker") // the actions keep nothing
enum Fault {
    NONE(Kind.SINGLE, "nothing happens", 0, stage -> {}, stage -> {}),
    STOP(
            Kind.SINGLE,
            "SIGSTOP, then SIGCONT",
            0,
            stage -> stage.servers().first().pause(),
            stage -> stage.servers().first().resume()),
    READ_ONLY(
            Kind.SINGLE,
            "it takes no writes (NOREPLICAS)",
            0,
            stage -> stage.servers().first().tell("CONFIG", "SET", "min-replicas-to-write", "1"),
            stage -> stage.servers().first().tell("CONFIG", "SET", "min-replicas-to-write", "0")),
    REPLICA(
            Kind.SINGLE,
            "it becomes a replica (READONLY)",
            0,
            stage -> stage.servers().first().tell("REPLICAOF", "127.0.0.1", "1"),
            stage -> stage.servers().first().tell("REPLICAOF", "NO", "ONE")),
    FLUSH(Kind.SINGLE, "FLUSHALL", 1, stage -> stage.servers().first().tell("FLUSHALL"), stage -> {}),
    KILL(
            Kind.SINGLE,
            "kill -9, then started again",
            1,
            stage -> stage.servers().first().kill(),
            stage -> stage.servers().first().restart()),
    NODE(Kind.SINGLE, "kill -9 of a node", 0, Stage::killNode, stage -> {}),
    DELAY(Kind.BEHIND_PROXY, "replies come 200 ms later", Proxy.Mode.DELAY),
    DROP(Kind.BEHIND_PROXY, "replies get lost", Proxy.Mode.DROP),
    CUT(Kind.BEHIND_PROXY, "connections end within replies", Proxy.Mode.CUT),
    /** Forgets what was not copied yet, as the next does. */
    FAILOVER(
            Kind.SENTINEL,
            "the master is killed, Sentinel",
            1,
            stage -> stage.servers().master().kill()),
    ELECTION(
            Kind.CLUSTER,
            "a master is killed, cluster",
            1,
            stage -> stage.servers().master().kill());

    final Kind servers;
    final String words;

    /** How many bursts of a client Redis forgets with it, at most. */
    final int forgets;

    /** Whether others take over, so that it is over when they have. */
    final boolean endsByItself;

    private final Action begin;
    private final Action end;

    @FunctionalInterface
    private interface Action {
        void on(Stage stage) throws IOException, InterruptedException;
    }

    Fault(Kind servers, String words, Proxy.Mode mode) {
        this(
                servers,
                words,
                0,
                stage -> stage.servers().proxy().mode(mode),
                stage -> stage.servers().proxy().mode(Proxy.Mode.PASS));
    }

    Fault(Kind servers, String words, int forgets, Action begin) {
        this(servers, words, forgets, true, begin, stage -> {});
    }

    Fault(Kind servers, String words, int forgets, Action begin, Action end) {
        this(servers, words, forgets, false, begin, end);
    }

    Fault(Kind servers, String words, int forgets, boolean endsByItself, Action begin, Action end) {
        this.servers = servers;
        this.words = words;
        this.forgets = forgets;
        this.endsByItself = endsByItself;
        this.begin = begin;
        this.end = end;
    }

    void begin(Stage stage) throws IOException, InterruptedException {
        begin.on(stage);
    }

    void end(Stage stage) throws IOException, InterruptedException {
        end.on(stage);
    }

    /** Its name as an option. */
    String option() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /**
     * Reads {@code all}, or names with commas between them.
     *
     * @throws IllegalArgumentException that tells which there are
     */
    static List<Fault> parse(String text) {
        if (text.equals("all")) {
            return List.of(values());
        }
        List<String> names = List.of(text.split(",", -1));
        List<Fault> found =
                Arrays.stream(values()).filter(f -> names.contains(f.option())).toList();
        if (found.size() != names.size()) {
            throw new IllegalArgumentException("write all, or some of " + names());
        }
        return found;
    }

    /** The names of all. */
    static String names() {
        return Arrays.stream(values()).map(Fault::option).collect(Collectors.joining(","));
    }
}
