package dev.weir.http;

import dev.weir.core.Ask;
import dev.weir.core.Bundle;
import dev.weir.core.ClientKey;
import dev.weir.core.Fallback;
import dev.weir.core.Limit;
import dev.weir.core.Policies;
import dev.weir.core.Policy;
import dev.weir.core.PolicySet;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What keeps an address from buying budgets with made-up API keys, and from finding a real one by trying: a limit on new ones
 * per address. All facts about keys are limits like others, so they hold wherever the back end's do, within its memory.
 *
 * <p>Without a verifier, a pair of address and key that has taken a permit counts as known until the limit's period is over;
 * without a permit the address' own budget serves.
 *
 * <p>With one, a key that it refuses costs a permit, a real one none. An address without a permit has only those keys put to
 * the verifier that it has brought before and that were real; so who guesses learns nothing more, and who shares the address
 * goes on. Such a pair is remembered for a period after its last request, at least. Requests that are judged at the same moment
 * may share the last permit.
 */
final class NewKeys {

    private static final String NEW = "weir.new-api-keys";
    private static final String KNOWN = "weir.known-api-keys";
    private static final String VERIFIED = "weir.verified-api-keys";

    NewKeys(Limit perAddress, Fallback fallback, PolicySettings settings, Policies policies) {
        Limit oncePerPeriod = Limit.of(1, perAddress.period());
        policies.declare(settings.applied(new Policy(NEW, perAddress).withFallback(fallback)));
        policies.declare(settings.applied(new Policy(KNOWN, oncePerPeriod, true).withFallback(fallback)));
        Limit toppedUp = oncePerPeriod.withBurst(2); // in time, so never over while in use
        policies.declare(settings.applied(new Policy(VERIFIED, toppedUp, true).withFallback(fallback)));
    }

    /** Asks what is known of the key that {@code identity} brings; without a verifier, for a permit for it as well. */
    Ask question(PolicySet policies, Identity identity) {
        boolean looks = identity.hasVerifier();
        Ask ask = new Ask();
        ask.add(bundle(policies, NEW), identity.address());
        ask.add(bundle(policies, looks ? VERIFIED : KNOWN), identity.unverifiedKey());
        for (int i = 0; looks && i < ask.limits(); i++) {
            ask.cost(i, 0);
        }
        return ask;
    }

    /** Lets the key count if it may; what is to be asked then, to keep what was learnt of it, or null. */
    @Nullable
    Ask settle(Ask answer, PolicySet policies, Identity identity) {
        if (!identity.hasVerifier()) {
            if (answer.allowed() || answer.violated(1)) {
                identity.admitUnverified();
            }
            return null;
        }
        boolean known = answer.resetAfterNanos(1) > 0;
        if (!known && answer.remaining(0) == 0) {
            return null;
        }
        if (!identity.verify()) {
            return onePermit(bundle(policies, NEW), identity.address());
        }
        return answer.remaining(1) == 0 ? null : onePermit(bundle(policies, VERIFIED), identity.unverifiedKey());
    }

    private static Ask onePermit(Bundle bundle, ClientKey client) {
        Ask ask = new Ask();
        ask.add(bundle, client);
        return ask;
    }

    private static Bundle bundle(PolicySet policies, String name) {
        return policies.bundle(name, List.of(name));
    }
}
