package dev.weir.benchmark.local;

import dev.weir.core.ClientKey;
import java.util.SplittableRandom;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.infra.ThreadParams;

/** Who asks, one after the other: at random, each thread in an order of its own. Equal to what is remembered, but not the same objects. */
@State(Scope.Thread)
@SuppressWarnings("NullAway.Init")
public class Keys {

    private static final int LENGTH = 1 << 18;

    private String[] names;
    private ClientKey[] clients;
    private int at;

    /** Draws the order. */
    @Setup
    public void setUp(KeyedBenchmark benchmark, ThreadParams thread) {
        String[] ownNames = new String[benchmark.keys];
        ClientKey[] ownClients = new ClientKey[benchmark.keys];
        for (int i = 0; i < benchmark.keys; i++) {
            ownNames[i] = name(i);
            int unused = ownNames[i].hashCode(); // a string keeps it, as that of a name that came before does
            ownClients[i] = client(i);
        }
        SplittableRandom random = new SplittableRandom(17 + thread.getThreadIndex());
        names = new String[LENGTH];
        clients = new ClientKey[LENGTH];
        for (int i = 0; i < LENGTH; i++) {
            int key = random.nextInt(benchmark.keys);
            names[i] = ownNames[key];
            clients[i] = ownClients[key];
        }
    }

    static String name(int i) {
        return "ip:10." + (i >>> 16 & 255) + "." + (i >>> 8 & 255) + "." + (i & 255);
    }

    static ClientKey client(int i) {
        return new ClientKey(ClientKey.Kind.ADDRESS, 0, 0xffff_0a00_0000L + i);
    }

    String nextName() {
        return names[at++ & LENGTH - 1];
    }

    /* Made for each request, as front ends do. */
    ClientKey nextClient() {
        ClientKey next = clients[at++ & LENGTH - 1];
        return next;
    }
}
