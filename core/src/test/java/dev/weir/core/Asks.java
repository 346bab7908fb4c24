package dev.weir.core;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** Short ways to ask, for tests. */
final class Asks {

    static final WindowAnchor ANCHOR = new WindowAnchor(0, Instant.EPOCH);
    static final ClientKey ALICE = client(1);
    static final ClientKey BOB = client(2);

    private Asks() {}

    static ClientKey client(long number) {
        return new ClientKey(ClientKey.Kind.CUSTOM, number, -number);
    }

    /** A bundle of these limits, which are named a, b, c and so on. */
    static Bundle bundle(String name, Limit... limits) {
        List<Policy> policies = new ArrayList<>();
        for (Limit limit : limits) {
            policies.add(new Policy(String.valueOf((char) ('a' + policies.size())), limit));
        }
        return new Bundle(name, policies);
    }

    /** A question to one bundle: these costs, or one permit of each limit if there are none. */
    static Ask ask(Bundle bundle, ClientKey client, long... costs) {
        Ask ask = new Ask();
        add(ask, bundle, client, costs);
        return ask;
    }

    static void add(Ask ask, Bundle bundle, ClientKey client, long... costs) {
        int first = ask.add(bundle, client);
        for (int i = 0; i < costs.length; i++) {
            ask.cost(first + i, costs[i]);
        }
    }

    static Ask decide(LocalLimiter limiter, Bundle bundle, ClientKey client, long... costs) {
        Ask ask = ask(bundle, client, costs);
        limiter.decide(ask);
        return ask;
    }

    static boolean allowed(LocalLimiter limiter, Bundle bundle, ClientKey client, long... costs) {
        return decide(limiter, bundle, client, costs).allowed();
    }

    /** How many single permits in a row are admitted, up to {@code most}. */
    static int admitted(LocalLimiter limiter, Bundle bundle, ClientKey client, int most) {
        int admitted = 0;
        for (int i = 0; i < most; i++) {
            admitted += allowed(limiter, bundle, client) ? 1 : 0;
        }
        return admitted;
    }

    static LocalLimiter limiter(Ticker ticker) {
        return new LocalLimiter(LocalLimiter.DEFAULT_MAX_ENTRIES, ticker, LimiterListener.NONE);
    }
}
