package dev.weir.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.From;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;

class ForwardingFieldPropertyTest {

    private static final long READS_PER_CHARACTER = 12;

    private final ForwardingField forwarded = new ForwardedField();
    private final ForwardingField xForwardedFor = new XForwardedForField();

    @Property(tries = 100_000)
    void anyTextOfForwardedIsReadWithoutFault(@ForAll(supplier = NearAddresses.class) String text) {
        assertThat(readsOfAllElements(forwarded, text)).isLessThanOrEqualTo(READS_PER_CHARACTER * text.length());
    }

    @Property(tries = 100_000)
    void anyTextOfXForwardedForIsReadWithoutFault(@ForAll(supplier = NearAddresses.class) String text) {
        assertThat(readsOfAllElements(xForwardedFor, text)).isLessThanOrEqualTo(READS_PER_CHARACTER * text.length());
    }

    @Property(tries = 2_000)
    void longTextCostsNoMoreReadsPerCharacter(
            @ForAll(supplier = NearAddresses.class) String start,
            @ForAll(supplier = NearAddresses.class) String unit,
            @ForAll @IntRange(max = 500) int times,
            @ForAll(supplier = NearAddresses.class) String end) {
        String text = start + unit.repeat(times) + end;

        assertThat(readsOfAllElements(forwarded, text)).isLessThanOrEqualTo(READS_PER_CHARACTER * text.length());
        assertThat(readsOfAllElements(xForwardedFor, text)).isLessThanOrEqualTo(READS_PER_CHARACTER * text.length());
    }

    @Property(tries = 10_000)
    void elementOfForwardedIsFoundWhateverStandsToItsLeft(
            @ForAll(supplier = NearAddresses.class) String left,
            @ForAll(supplier = Addresses.class) IpAddress address,
            @ForAll("quotedStrings") String host) {
        String element = " host=" + host + ";For=\"" + node(address) + "\";by=" + host;
        String list = left + "," + element;

        int comma = forwarded.commaBefore(list, 0, list.length());

        assertThat(comma).isEqualTo(left.length());
        assertThat(forwarded.address(list, comma + 1, list.length())).isEqualTo(address);
    }

    @Property(tries = 10_000)
    void allElementsOfAWellFormedListAreFound(
            @ForAll @Size(min = 1, max = 5) List<@From(supplier = Addresses.class) IpAddress> addresses,
            @ForAll("quotedStrings") String host) {
        StringBuilder list = new StringBuilder();
        for (IpAddress address : addresses) {
            list.append(list.isEmpty() ? "" : ", ").append("for=\"" + node(address) + "\";host=" + host);
        }
        int to = list.length();
        for (int i = addresses.size() - 1; i >= 0; i--) {
            int comma = forwarded.commaBefore(list, 0, to);

            assertThat(forwarded.address(list, comma + 1, to)).isEqualTo(addresses.get(i));
            to = comma;
        }
        assertThat(to).isEqualTo(-1);
    }

    @Provide
    Arbitrary<String> quotedStrings() {
        Arbitrary<String> plain = Arbitraries.strings().withChars("a,;= []").ofLength(1);
        Arbitrary<String> escaped = Arbitraries.of("\\\"", "\\\\", "\\a");
        return Arbitraries.oneOf(plain, escaped).list().ofMaxSize(8).map(parts -> "\"" + String.join("", parts) + "\"");
    }

    private static String node(IpAddress address) {
        return address.isV4() ? address.toString() : "[" + address + "]";
    }

    private static long readsOfAllElements(ForwardingField field, String text) {
        CountingText list = new CountingText(text);
        int to = list.length();
        while (to >= 0) {
            int comma = field.commaBefore(list, 0, to);
            field.address(list, comma + 1, to);
            to = comma;
        }
        return list.reads();
    }
}
