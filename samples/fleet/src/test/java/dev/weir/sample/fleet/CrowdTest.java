package dev.weir.sample.fleet;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.annotation.OnFailure;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class CrowdTest {

    private static final Traffic LOCAL = limit("local", 2, OnFailure.LOCAL);
    private static final Traffic OPEN = limit("open", 1, OnFailure.OPEN);
    private static final Traffic CLOSED = limit("closed", 1, OnFailure.CLOSED);

    private static Traffic limit(String path, int share, OnFailure mode) {
        return new Traffic(path, "2 a day", 2, Duration.ofHours(12), share, List.of("1", "2"), mode, 0);
    }

    @Test
    void everyClientAsksInTurnAndEndpointsGetTheirShares() {
        Crowd crowd = new Crowd(7, List.of(LOCAL, OPEN));
        List<String> paths = new ArrayList<>();
        Set<String> clients = new HashSet<>();
        for (int i = 0; i < 6; i++) {
            Crowd.Request request = crowd.next();
            paths.add(request.path());
            clients.add(request.client());
        }
        assertThat(paths)
                .containsOnly("local", "open")
                .filteredOn("local"::equals)
                .hasSize(4);
        assertThat(clients).containsExactlyInAnyOrder("10.7.0.1", "10.7.0.2", "10.7.1.1", "10.7.1.2");
    }

    @Test
    void undecidedIsAnAnswerOnlyWhereThePolicySaysSo() {
        assertThat(asked(CLOSED, 503).failed()).isZero();
        Crowd wrong = asked(LOCAL, 503);
        assertThat(wrong.failed()).isEqualTo(1);
        assertThat(wrong.firstFailure()).isEqualTo("/local answered 503");
        assertThat(asked(LOCAL, 500).failed()).isEqualTo(1);
    }

    @Test
    void whoAdmitsAllWhileRedisIsAwayExceedsNothing() {
        assertThat(asked(OPEN, 200, 200, 200, 200, 200, 200).excess(0).above()).isZero();
        assertThat(asked(LOCAL, 200, 200, 200, 200, 200, 200).excess(0).above()).isEqualTo(2);
    }

    @Test
    void itIsDoneWhenAllIsAnsweredOrFailedOrLost() {
        Crowd crowd = new Crowd(0, List.of(LOCAL));
        Crowd.Request answered = crowd.next();
        Crowd.Request failed = crowd.next();
        Crowd.Request lost = crowd.next();
        answered.answered(429, 0, 1);
        failed.failed("no answer");
        assertThat(crowd.isDone()).isFalse();
        lost.lost();
        assertThat(crowd.isDone()).isTrue();
        assertThat(crowd.asked()).isEqualTo(2);
    }

    private static Crowd asked(Traffic traffic, int... statuses) {
        Crowd crowd = new Crowd(0, List.of(traffic));
        for (int status : statuses) {
            crowd.next().answered(status, 0, 1);
        }
        return crowd;
    }
}
