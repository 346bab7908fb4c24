package dev.weir.sample.fleet;

import java.util.List;

/**
 * How far what was admitted is from the limits.
 *
 * @param above how many were admitted above the limits: of each client, above its burst and what came back
 * @param allowed how many above the limits there may be, because of what happened, summed over those clients who reached theirs
 * @param beyond how many were admitted beyond that, summed over those clients for whom it were too many
 * @param fewer how many less than the limits allow for certain were admitted, summed likewise
 */
record Excess(long above, long allowed, long beyond, long fewer) {

    static final Excess NONE = new Excess(0, 0, 0, 0);

    /**
     * Under one limit.
     *
     * @param bursts how many bursts more each client may have had
     */
    static Excess of(Traffic traffic, List<Tally> clients, int bursts) {
        long allowance = traffic.allowance(bursts);
        Excess all = NONE;
        for (Tally client : clients) {
            Count count = client.count();
            long above = Math.max(0, count.admitted() - client.most());
            long allowed = above > 0 || count.refused() > 0 ? allowance : 0;
            long fewer = Math.max(0, client.least() - count.admitted());
            all = all.plus(new Excess(above, allowed, Math.max(0, above - allowed), fewer));
        }
        return all;
    }

    Excess plus(Excess other) {
        return new Excess(above + other.above, allowed + other.allowed, beyond + other.beyond, fewer + other.fewer);
    }
}
