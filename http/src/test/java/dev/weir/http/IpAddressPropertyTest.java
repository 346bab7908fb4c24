package dev.weir.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.util.Locale;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;

class IpAddressPropertyTest {

    @Property(tries = 10_000)
    void whatIsPrintedIsReadAsTheSame(@ForAll(supplier = Addresses.class) IpAddress address) {
        assertThat(IpAddress.parse(address.toString())).isEqualTo(address);
        assertThat(IpAddress.parse(address.toString().toUpperCase(Locale.ROOT))).isEqualTo(address);
    }

    @Property(tries = 10_000)
    void theJdkPrintsTheSameBits(@ForAll(supplier = Addresses.class) IpAddress address) throws UnknownHostException {
        byte[] bytes = ByteBuffer.allocate(16)
                .putLong(address.high())
                .putLong(address.low())
                .array();

        assertThat(IpAddress.parse(InetAddress.getByAddress(bytes).getHostAddress()))
                .isEqualTo(address);
    }

    @Property(tries = 10_000)
    void anyBytesAreReadAsTheJdkPrintsThem(@ForAll @Size(16) byte[] bytes) throws UnknownHostException {
        ByteBuffer bits = ByteBuffer.wrap(bytes);

        assertThat(IpAddress.parse(InetAddress.getByAddress(bytes).getHostAddress()))
                .isEqualTo(new IpAddress(bits.getLong(), bits.getLong()));
    }

    @Property(tries = 10_000)
    void anAddressSharesExactlyThePrefixThatCuttingLeaves(
            @ForAll(supplier = Addresses.class) IpAddress one,
            @ForAll(supplier = Addresses.class) IpAddress other,
            @ForAll @IntRange(max = 128) int bits) {
        int cut = Math.min(bits, one.width());

        assertThat(one.sharesPrefix(one.prefix(cut), cut)).isTrue();
        assertThat(one.sharesPrefix(other, cut))
                .isEqualTo(one.isV4() == other.isV4() && one.prefix(cut).equals(other.prefix(cut)));
        assertThat(one.prefix(cut).isV4()).isEqualTo(one.isV4());
    }

    @Property(tries = 100_000)
    void anyTextIsAnAddressOrNull(@ForAll(supplier = NearAddresses.class) String text) {
        CountingText counted = new CountingText(text);

        IpAddress address = IpAddress.parse(counted);

        assertThat(counted.reads()).isLessThanOrEqualTo(6L * text.length());
        if (address != null) {
            assertThat(IpAddress.parse(address.toString())).isEqualTo(address);
        }
    }

    @Property(tries = 2_000)
    void longTextCostsNoMoreReadsPerCharacter(
            @ForAll(supplier = NearAddresses.class) String start,
            @ForAll(supplier = NearAddresses.class) String unit,
            @ForAll @IntRange(max = 500) int times) {
        CountingText counted = new CountingText(start + unit.repeat(times));

        IpAddress.parse(counted);

        assertThat(counted.reads()).isLessThanOrEqualTo(6L * counted.length());
    }
}
