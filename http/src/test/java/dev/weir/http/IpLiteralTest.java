package dev.weir.http;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class IpLiteralTest {

    @ParameterizedTest
    @CsvSource({
        "0.0.0.0, 0.0.0.0",
        "1.2.3.4, 1.2.3.4",
        "255.255.255.255, 255.255.255.255",
        "::, ::",
        "::1, ::1",
        "1::, 1::",
        "0:0:0:0:0:0:0:1, ::1",
        "1:2:3:4:5:6:7:8, 1:2:3:4:5:6:7:8",
        "1:2:3:4:5:6:7::, 1:2:3:4:5:6:7:0",
        "::2:3:4:5:6:7:8, 0:2:3:4:5:6:7:8",
        "1:2:3::5:6:7:8, 1:2:3:0:5:6:7:8",
        "2001:DB8:0:0:1:0:0:1, 2001:db8::1:0:0:1",
        "2001:db8:0:0:0:1:0:0, 2001:db8::1:0:0",
        "1:0:0:2:0:0:0:3, 1:0:0:2::3",
        "2001:0db8:0000:0000:0000:ff00:0042:8329, 2001:db8::ff00:42:8329",
        "::1.2.3.4, ::102:304",
        "::ffff:0:1.2.3.4, ::ffff:0:102:304",
        "1:2:3:4:5:6:1.2.3.4, 1:2:3:4:5:6:102:304",
        "1:2:3:4:5::1.2.3.4, 1:2:3:4:5:0:102:304",
        "fe80::1%eth0, fe80::1",
        "fe80::1%2, fe80::1",
        "fe80::1%25eth0.100, fe80::1",
        "::ffff:1.2.3.4%eth0, 1.2.3.4",
    })
    void literalIsReadAndPrintedCanonically(String text, String canonical) {
        assertThat(IpAddress.parse(text)).hasToString(canonical);
    }

    @ParameterizedTest
    @Tag("A7")
    @ValueSource(
            strings = {
                "",
                " ",
                ".",
                ":",
                "%",
                "1",
                "127.1",
                "1.2.3",
                "1.2.3.",
                ".1.2.3",
                "1.2.3.4.",
                "1.2.3.4.5",
                "1..2.3",
                "010.0.0.1",
                "1.2.3.04",
                "00.0.0.0",
                "256.1.1.1",
                "1.2.3.256",
                "1.2.3.99999999999999999999",
                "0x7f.1",
                "0x7f.0.0.1",
                "2130706433",
                "017700000001",
                "+1.2.3.4",
                "-1.2.3.4",
                "1.2.3.4 ",
                " 1.2.3.4",
                "1.2.3.4\0",
                "1.2.3.4%eth0",
                "1.2.3.4/32",
                "1.2.3.4:80",
                "1。2。3。4",
                "１.2.3.4",
                "١.2.3.4",
                ":1",
                "1:",
                ":::",
                ":::1",
                "1:::2",
                "1::2::3",
                "::1::",
                "1:2:3:4:5:6:7",
                "1:2:3:4:5:6:7:8:9",
                "1:2:3:4:5:6:7:8:",
                ":1:2:3:4:5:6:7:8",
                "1:2:3:4:5:6:7:8::",
                "::1:2:3:4:5:6:7:8",
                "1:2:3:4::5:6:7:8",
                "12345::",
                "00001::",
                "::12345",
                "::00001",
                "1:00001::",
                "::g",
                "::１",
                "::-1",
                "[::1]",
                "[::1",
                "::1]",
                "::1/128",
                "::1%",
                "::1% ",
                "%eth0",
                "::1%e\0",
                "::1.2.3",
                "::1.2.3.4.5",
                "::01.2.3.4",
                "::1.2.3.4:5",
                "1.2.3.4::",
                "::1.2.3.4::",
                "::ffff:1.2.3.256",
                "1:2:3:4:5:6:7:1.2.3.4",
                "1:2:3:4:5:6:7::1.2.3.4",
                "::.1.2.3",
                "::f.1.2.3",
                "unknown",
                "_hidden",
                "localhost",
                "evil.example",
                "dead.beef",
                "cafe",
                "fe80",
                "é"
            })
    void whatIsNoLiteralIsNull(String text) {
        assertThat(IpAddress.parse(text)).isNull();
    }

    @Test
    void onlyTheGivenRangeIsRead() {
        String text = "x1.2.3.45,2001:db8::1y";

        assertThat(IpAddress.parse(text, 1, 8)).hasToString("1.2.3.4");
        assertThat(IpAddress.parse(text, 10, text.length() - 1)).hasToString("2001:db8::1");
        assertThat(IpAddress.parse(text, 1, 1)).isNull();
    }
}
