package dev.weir.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ForwardingHeaderTest {

    @ParameterizedTest
    @CsvSource({
        "none, NONE,",
        "forwarded, FORWARDED, Forwarded",
        "x-forwarded-for, X_FORWARDED_FOR, X-Forwarded-For",
        "X-Forwarded-For, X_FORWARDED_FOR, X-Forwarded-For",
    })
    void settingNamesTheHeader(String text, ForwardingHeader header, String name) {
        assertThat(ForwardingHeader.parse(text)).isEqualTo(header);
        assertThat(header.headerName()).isEqualTo(name);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "xff", "X_FORWARDED_FOR", "X-Real-IP", "forwarded "})
    void otherTextIsRefusedWithTheChoices(String text) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ForwardingHeader.parse(text))
                .withMessage("\"" + text + "\" is not a forwarding header. Write none, forwarded or x-forwarded-for.");
    }
}
