package dev.weir.http;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ForwardedFieldTest {

    private final ForwardingField field = new ForwardedField();

    @ParameterizedTest
    @Tag("A8")
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '\'',
            value = {
                "for=1.2.3.4 | 1.2.3.4",
                "For=1.2.3.4 | 1.2.3.4",
                "FOR=1.2.3.4 | 1.2.3.4",
                "for=\"1.2.3.4\" | 1.2.3.4",
                "for=\"1.2.3.4:1111\" | 1.2.3.4",
                "for=\"1.2.3.4:2222\" | 1.2.3.4",
                "for=\"1.2.3.4:_port\" | 1.2.3.4",
                "for=\"[2001:db8::1]\" | 2001:db8::1",
                "for=\"[2001:db8::1]:2\" | 2001:db8::1",
                "for=\"[2001:db8::1]:_x-y.z\" | 2001:db8::1",
                "for=\"[::ffff:1.2.3.4]:2\" | 1.2.3.4",
                "for=\"\\1.2\\.3.4\" | 1.2.3.4",
                "by=10.0.0.1;for=1.2.3.4;proto=https | 1.2.3.4",
                "'  for=1.2.3.4 ; proto=https\t' | 1.2.3.4",
                "for=1.2.3.4; | 1.2.3.4",
                "; ;for=1.2.3.4 | 1.2.3.4",
                "host=\"a,b;for=6.6.6.6\";for=1.2.3.4 | 1.2.3.4",
                "host=\"a\\\";for=6.6.6.6\";for=1.2.3.4 | 1.2.3.4",
                "host=\"\";for=1.2.3.4 | 1.2.3.4",
                "fort=6.6.6.6;for=1.2.3.4 | 1.2.3.4",
            })
    void elementTellsTheAddressOfItsForPair(String element, String address) {
        assertThat(field.address(element, 0, element.length())).hasToString(address);
    }

    @ParameterizedTest
    @Tag("A7")
    @ValueSource(
            strings = {
                "",
                " ",
                ";",
                "=",
                "for",
                "for=",
                "for=;",
                "by=;for=1.2.3.4",
                "=1.2.3.4",
                "for=unknown",
                "for=_x",
                "for=evil.example",
                "for=\"unknown\"",
                "for=\"_x:1\"",
                "for=1.2.3",
                "for=010.0.0.1",
                "for=0x7f.1",
                "for=1.2.3.4\0",
                "by=1.2.3.4",
                "proto=https",
                "for=1.2.3.4;for=1.2.3.4",
                "for=1.2.3.4;FOR=_x",
                "for=_x;for=1.2.3.4",
                "for=1.2.3.4:80",
                "for=[2001:db8::1]",
                "for=2001:db8::1",
                "for=\"2001:db8::1\"",
                "for=\"[1.2.3.4]\"",
                "for=\"[::1\"",
                "for=\"[::1]",
                "for=1.2.3.4\"",
                "for=\"1.2.3.4",
                "for=\"1.2.3.4\"x",
                "for=\"1.2.3.4\\\"",
                "for=\"\"",
                "for=\"1.2.3.4:\"",
                "for=\"1.2.3.4:_\"",
                "for=\"1.2.3.4:123456\"",
                "for=\"1.2.3.4:_a b\"",
                "for =1.2.3.4",
                "for= 1.2.3.4",
                "for=1.2.3.4 by=1",
                "for=1.2.3.4;by",
                "for=1.2.3.4;by=",
                "for=1.2.3.4;by=[x]",
                "for=1.2.3.4;by=\"a\0b\"",
                "for=1.2.3.4;by=\"a\\\u007f\"",
                "for=1.2.3.4,",
                "\"for\"=1.2.3.4",
                "1.2.3.4",
                "for=\" 1.2.3.4\"",
                "ｆor=1.2.3.4",
                "for=1.2.3.4;ｂy=1"
            })
    void whatIsNoAddressIsNull(String element) {
        assertThat(field.address(element, 0, element.length())).isNull();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '\'',
            value = {
                "for=a, for=b | for=a",
                "for=a,for=\"b,c\" | for=a",
                "for=a,for=\"b\\\",c\" | for=a",
                "for=a,for=\"b\\\\\\\",c\" | for=a",
                "for=a,for=\"b,c\\\\\" | for=a",
                "for=\"a,b\",for=c | for=\"a,b\"",
                "for=\"a,for=b | for=\"a",
                "for=\"a, for=\"b\" | for=\"a",
                "for=\"a\\, for=\"b,c\";by=\"d,e\" | for=\"a\\",
                "for=\"a\"b\", for=c | for=\"a\"b\"",
                "\", for=\"b\" | '\"'",
            })
    void commaOutsideTheQuotesOfTheRightmostElementSeparates(String list, String left) {
        assertThat(field.commaBefore(list, 0, list.length())).isEqualTo(left.length());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "\"a,b\"", "for=a", "for=\"a,b\"", "for=\"a,\\\",b\"", "for=a,b\"", "for=\"a\",b\"", "\\\""})
    void withinQuotesNothingSeparates(String list) {
        assertThat(field.commaBefore(list, 0, list.length())).isEqualTo(-1);
    }
}
