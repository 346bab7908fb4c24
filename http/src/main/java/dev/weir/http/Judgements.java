package dev.weir.http;

import dev.weir.core.Ask;
import dev.weir.core.Outcome;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What the points of one request have said so far, and what is to be told of it. */
final class Judgements {

    private final List<Judged> judged = new ArrayList<>(2);

    private record Member(Judged judged, Plan.Slot slot, int endpointAt) {}

    void add(Judged answered) {
        judged.add(answered);
    }

    void remove(Judged givenUp) {
        judged.remove(givenUp);
    }

    boolean isEmpty() {
        return judged.isEmpty();
    }

    /** What {@code endpoint} has said at {@code point}, or null if it was not asked there. */
    @Nullable
    Judged find(Endpoint endpoint, Point point) {
        for (Judged each : judged) {
            if (each.endpoint() == endpoint && each.point() == point) {
                return each;
            }
        }
        return null;
    }

    /** Whether the filter's default limits are among them. */
    boolean haveDefaults() {
        return judged.stream().anyMatch(each -> each.endpoint().isDefault());
    }

    /** Settles estimates by {@code answer}; whether there were any. */
    boolean settle(@Nullable Object answer) {
        boolean any = false;
        for (Judged each : judged) {
            any |= each.settle(answer);
        }
        return any;
    }

    /** The last refusal: an application that dispatches on after one may have been admitted elsewhere since. */
    Judged refused() {
        for (int i = judged.size() - 1; i >= 0; i--) {
            if (!judged.get(i).ask().allowed()) {
                return judged.get(i);
            }
        }
        throw new IllegalStateException("This exchange has not been refused");
    }

    /** What other points have charged stays charged: until there is enough again, the same request would be refused there. */
    long chargedWaitNanos() {
        long longest = 0;
        for (Judged each : judged) {
            Ask ask = each.ask();
            for (int i = 0; ask.allowed() && i < ask.limits(); i++) {
                longest = Math.max(longest, DraftFields.untilNanos(ask.outcome(i), ask.cost(i)));
            }
        }
        return longest;
    }

    String policyLine() {
        if (judged.size() == 1) {
            return judged.get(0).plan().policyLine();
        }
        StringBuilder line = new StringBuilder();
        for (Member member : members()) {
            line.append(line.length() == 0 ? "" : ", ").append(member.slot.policyItem());
        }
        return line.toString();
    }

    List<Outcome> outcomes(boolean violatedOnly) {
        List<Outcome> outcomes = new ArrayList<>(4);
        for (Member member : members()) {
            int index = member.slot.index();
            if (!violatedOnly || member.judged.ask().violated(index)) {
                outcomes.add(member.judged.ask().outcome(index));
            }
        }
        return outcomes;
    }

    /** All limits judged: endpoint by endpoint, each in the order of declaration, whichever point they were judged at. */
    private List<Member> members() {
        List<Member> members = new ArrayList<>(4);
        for (Judged each : judged) {
            int endpointAt = 0;
            while (judged.get(endpointAt).endpoint() != each.endpoint()) {
                endpointAt++;
            }
            for (Plan.Slot slot : each.plan().slots()) {
                int at = members.size();
                while (at > 0
                        && members.get(at - 1).endpointAt == endpointAt
                        && members.get(at - 1).slot.order() > slot.order()) {
                    at--;
                }
                members.add(at, new Member(each, slot, endpointAt));
            }
        }
        return members;
    }
}
