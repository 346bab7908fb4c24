package dev.weir.http;

import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ArbitrarySupplier;
import net.jqwik.api.Combinators;
import net.jqwik.api.Tuple;

/** Random addresses of both families; many groups of IPv6 are zero, so that "::" is met often. */
final class Addresses implements ArbitrarySupplier<IpAddress> {

    @Override
    public Arbitrary<IpAddress> get() {
        Arbitrary<Long> group = Arbitraries.frequencyOf(
                Tuple.of(3, Arbitraries.just(0L)),
                Tuple.of(2, Arbitraries.longs().between(0, 0xffff)));
        Arbitrary<Long> half =
                Combinators.combine(group, group, group, group).as((a, b, c, d) -> a << 48 | b << 32 | c << 16 | d);
        Arbitrary<IpAddress> v6 = Combinators.combine(half, half).as(IpAddress::new);
        Arbitrary<IpAddress> v4 = Arbitraries.longs().between(0, 0xffff_ffffL).map(IpAddress::ofV4);
        return Arbitraries.oneOf(v6, v4);
    }
}
