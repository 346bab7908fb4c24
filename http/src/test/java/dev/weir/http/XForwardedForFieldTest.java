package dev.weir.http;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class XForwardedForFieldTest {

    private final ForwardingField field = new XForwardedForField();

    @ParameterizedTest
    @Tag("A8")
    @CsvSource({
        "1.2.3.4, 1.2.3.4",
        "1.2.3.4:1111, 1.2.3.4",
        "1.2.3.4:2222, 1.2.3.4",
        "'\t 1.2.3.4 \t', 1.2.3.4",
        "2001:db8::1, 2001:db8::1",
        "[2001:db8::1], 2001:db8::1",
        "[2001:db8::1]:1, 2001:db8::1",
        "' [2001:db8::1]:65535 ', 2001:db8::1",
        "::ffff:1.2.3.4, 1.2.3.4",
        "[::ffff:1.2.3.4]:1, 1.2.3.4",
        "fe80::1%eth0, fe80::1",
        "[fe80::1%eth0]:1, fe80::1",
        "::, ::",
        "2001:db8:0:0:0:0:0:1, 2001:db8::1",
    })
    void elementTellsItsAddressWithoutPort(String element, String address) {
        assertThat(field.address(element, 0, element.length())).hasToString(address);
    }

    @ParameterizedTest
    @Tag("A7")
    @ValueSource(
            strings = {
                "",
                " ",
                "unknown",
                "_hidden",
                "1.2.3",
                "0x7f.1",
                "010.0.0.1",
                "evil.example",
                "1.2.3.4\0",
                "[::1",
                "::1]",
                "[]",
                "[",
                "]",
                "[1.2.3.4]",
                "1.2.3.4:",
                "1.2.3.4:x",
                "1.2.3.4:123456",
                "1.2.3.4:-1",
                "1.2.3.4:_",
                "[::1]1",
                "[::1]:",
                "[::1]:x",
                "[::1]:123456",
                "[::1] :1",
                "[[::1]]",
                ":80",
                "1.2.3.4 5.6.7.8",
                "1.2.3.4;5.6.7.8",
                "\"1.2.3.4\"",
                "for=1.2.3.4",
                "1.2.3.4\u00a0",
                "\u00851.2.3.4"
            })
    void whatIsNoAddressIsNull(String element) {
        assertThat(field.address(element, 0, element.length())).isNull();
    }

    @ParameterizedTest
    @CsvSource({"'a, b', 1", "'a,b,c', 3", "',', 0", "'', -1", "abc, -1", "'\"a,b\"', 2"})
    void rightmostCommaSeparates(String list, int comma) {
        assertThat(field.commaBefore(list, 0, list.length())).isEqualTo(comma);
    }
}
