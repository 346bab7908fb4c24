package dev.weir.sample.fleet;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class TableTest {

    @Test
    void columnsStandUnderTheirNames() {
        Traffic day = Traffic.QUOTA;
        Traffic second = Traffic.HELLO;
        Result result = new Result(
                List.of(
                        new Result.AtNode("http://127.0.0.1:1/", new Count(1_200, 30_000, 0)),
                        new Result.AtNode("http://127.0.0.1:22222/", new Count(300, 5, 7))),
                List.of(
                        new Result.AtLimit(day, new Count(501, 20_500, 7), 500, 500, 1, 0),
                        new Result.AtLimit(second, new Count(499, 10_005, 0), 497, 500, 0, 0)),
                Optional.empty());

        assertThat(Table.of(result).lines())
                .containsExactly(
                        "  node                      asked  admitted  refused  failed",
                        "  http://127.0.0.1:1/      31,200     1,200   30,000       0",
                        "  http://127.0.0.1:22222/     312       300        5       7",
                        "  all together             31,512     1,500   30,005       7",
                        "",
                        "  limit for each client    clients   asked  admitted  should have been  verdict",
                        "  /api/quota, 500 a day          1  21,008       501               500  OVER by 1",
                        "  /api/hello, 10 a second        3  10,504       499        497 to 500  kept");
    }
}
