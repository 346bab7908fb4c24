package dev.weir.sample.fleet;

import java.util.List;
import java.util.Optional;

/**
 * What a run has shown.
 *
 * @param nodes in their order
 * @param limits one for each endpoint that was asked
 * @param firstFailure what went wrong first, if anything did
 */
record Result(List<AtNode> nodes, List<AtLimit> limits, Optional<String> firstFailure) {

    /** What one node answered. */
    record AtNode(String address, Count count) {}

    /**
     * What all nodes together answered under one limit.
     *
     * @param least how many its clients should have been admitted, at least
     * @param most how many at most
     * @param over how many were admitted above the most, summed over those clients for whom it were too many
     * @param fewer how many below the least, likewise
     */
    record AtLimit(Traffic traffic, Count count, long least, long most, long over, long fewer) {

        static AtLimit of(Traffic traffic, List<Tally> clients) {
            Count count = Count.NONE;
            long least = 0;
            long most = 0;
            long over = 0;
            long fewer = 0;
            for (Tally client : clients) {
                long admitted = client.count().admitted();
                count = count.plus(client.count());
                least += client.least();
                most += client.most();
                over += Math.max(0, admitted - client.most());
                fewer += Math.max(0, client.least() - admitted);
            }
            return new AtLimit(traffic, count, least, most, over, fewer);
        }
    }

    Count sum() {
        return nodes.stream().map(AtNode::count).reduce(Count.NONE, Count::plus);
    }

    /** Whether no limit was exceeded, and every request answered. */
    boolean isGood() {
        return sum().failed() == 0 && limits.stream().allMatch(limit -> limit.over() == 0);
    }
}
