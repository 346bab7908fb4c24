package dev.weir.security;

import static dev.weir.security.Tally.admitted;
import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.annotation.OnFailure;
import dev.weir.annotation.RateLimited;
import dev.weir.redisson.SingleRedis;
import org.junit.jupiter.api.Test;

/** Part H: what a Redis that is gone, or slow, is worth to somebody who brought that about. */
class OutageTest {

    @RateLimited(permits = 10, per = "1d", key = "ip")
    static class Daily extends Counting {
        private static final long serialVersionUID = 1L;
    }

    @RateLimited(permits = 10, per = "1d", key = "ip", onFailure = OnFailure.CLOSED)
    static class Strict extends Counting {
        private static final long serialVersionUID = 1L;
    }

    private static Site.Plan site(int port) {
        return Site.with()
                .setting("weir.backend", "redis")
                .setting("weir.redis", "redis://127.0.0.1:" + port)
                .setting("weir.secret", SharedRedis.SECRET)
                .setting("weir.nodes", "2")
                .servlet("/daily", new Daily())
                .servlet("/strict", new Strict());
    }

    @Test
    @Row(
            value = "H7",
            promise = "While Redis is away, all nodes together admit no more than the limit, each its share",
            set = "`weir.nodes`, or `weir.fallback-share`")
    void nodesOnTheirOwnAdmitTheLimitTogether() {
        int nobody = SingleRedis.freePort();
        try (Site one = site(nobody).start();
                Site other = site(nobody).start()) {
            assertThat(admitted(one, 20, "/daily")).isEqualTo(5);
            assertThat(admitted(other, 20, "/daily")).isEqualTo(5);
            assertThat(one.weir().isDegraded()).isTrue();
        }
    }

    @Test
    @Row(
            value = "H10",
            promise = "A failure of Redis is answered 503 where a limit is to fail closed, and never 429",
            set = "`onFailure`, or `weir.on-failure`; how soon: `weir.deadline`")
    void aFailureIsNeverToldAsARefusal() {
        try (Site site = site(SingleRedis.freePort()).start()) {
            for (int i = 0; i < 20; i++) {
                assertThat(Wire.send(site, "POST", "/strict").status()).isEqualTo(503);
            }
        }
    }

    @Test
    @Row(value = "H9", promise = "Refusals are no failures: however many there are, Redis goes on deciding")
    void refusalsAreNoFailures() throws Exception {
        try (SharedRedis redis = new SharedRedis();
                Site site = redis.site().servlet("/daily", new Daily()).start()) {
            SharedRedis.reached(site.weir().backend());
            assertThat(admitted(site, 200, "/daily")).isEqualTo(10);
            assertThat(site.weir().isDegraded()).isFalse();
        }
    }
}
