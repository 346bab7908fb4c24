package dev.weir.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.From;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;

class ClientAddressPropertyTest {

    private static final TrustedProxies TEN = TrustedProxies.parse("10.0.0.0/8");
    private static final IpAddress PEER = IpAddress.parse("10.0.0.1");
    private static final IpAddress CLIENT = IpAddress.parse("203.0.113.7");

    @Property(tries = 20_000)
    void linesEqualTheJoinedList(
            @ForAll ForwardingHeader header,
            @ForAll @Size(min = 1, max = 4) List<@From(supplier = NearAddresses.class) String> lines) {
        ClientAddress client = new ClientAddress(TEN, header);

        assertThat(client.resolve("10.0.0.1", name -> lines.iterator()))
                .isEqualTo(client.resolve(
                        "10.0.0.1", name -> List.of(String.join(", ", lines)).iterator()));
    }

    @Property(tries = 100_000)
    void whatTheClientSendsNeverDecides(@ForAll(supplier = NearAddresses.class) String sent) {
        assertThat(new ClientAddress(TEN, ForwardingHeader.X_FORWARDED_FOR)
                        .resolve(
                                "10.0.0.1", name -> List.of(sent, "203.0.113.7").iterator()))
                .isEqualTo(CLIENT);
        assertThat(new ClientAddress(TEN, ForwardingHeader.FORWARDED)
                        .resolve(
                                "10.0.0.1",
                                name -> List.of(sent, "host=\"a,\\\"b\";for=203.0.113.7")
                                        .iterator()))
                .isEqualTo(CLIENT);
    }

    @Property(tries = 100_000)
    void anyPeerHasAnAddressOrNone(
            @ForAll(supplier = NearAddresses.class) String peer, @ForAll(supplier = NearAddresses.class) String line) {
        IpAddress address = new ClientAddress(TrustedProxies.parse("0.0.0.0/0, ::/0"), ForwardingHeader.FORWARDED)
                .resolve(peer, name -> List.of(line).iterator());

        if (IpAddress.parse(peer) != null) {
            assertThat(address).isNotNull();
        }
    }

    @Property(tries = 2_000)
    void walkReadsABoundedPartOfAListOfAnyLength(
            @ForAll(supplier = NearAddresses.class) String unit,
            @ForAll @IntRange(max = 2_000) int times,
            @ForAll(supplier = NearAddresses.class) String end) {
        String text = unit.repeat(times) + end;
        TrustedProxies everybody = TrustedProxies.parse("0.0.0.0/0, ::/0");
        for (ForwardingField field : List.of(new ForwardedField(), new XForwardedForField())) {
            CountingText list = new CountingText(text);

            new ClientAddress(everybody, ForwardingHeader.NONE).walk(PEER, field, list);

            assertThat(list.reads()).isLessThanOrEqualTo(12L * Math.min(text.length(), ClientAddress.MAX_CHARACTERS));
        }
    }
}
