package dev.weir.http;

import dev.weir.core.Ask;
import dev.weir.core.Bundle;
import dev.weir.core.Limit;
import dev.weir.core.Policies;
import dev.weir.core.Policy;
import dev.weir.core.PolicySet;
import java.util.List;

/**
 * What keeps an address from buying budgets with API keys that nobody has verified: a limit on new ones per address. A pair
 * of address and key that has taken a permit of it counts as known until the limit's period is over; both facts are limits
 * like others, so they hold wherever the back end's do. Without a permit the address' own budget serves.
 */
final class NewKeys {

    private static final String NEW = "weir.new-api-keys";
    private static final String KNOWN = "weir.known-api-keys";

    NewKeys(Limit perAddress, Policies policies) {
        policies.declare(new Policy(NEW, perAddress));
        policies.declare(new Policy(KNOWN, Limit.of(1, perAddress.period())));
    }

    /** Asks for a permit for the key that {@code identity} brings; a key that a verifier has refused costs one too. */
    Ask question(PolicySet policies, Identity identity) {
        Ask ask = new Ask();
        ask.add(bundle(policies, NEW), identity.address());
        if (identity.mayCountUnverified()) {
            ask.add(bundle(policies, KNOWN), identity.unverifiedKey());
        }
        return ask;
    }

    /** Lets the key count if it took a permit just now, or has before. */
    void settle(Ask answer, Identity identity) {
        if (identity.mayCountUnverified() && (answer.allowed() || answer.violated(1))) {
            identity.admitUnverified();
        }
    }

    private static Bundle bundle(PolicySet policies, String name) {
        return policies.bundle(name, List.of(name));
    }
}
