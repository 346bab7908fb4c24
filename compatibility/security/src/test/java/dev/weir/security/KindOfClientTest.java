package dev.weir.security;

import static dev.weir.security.Tally.admitted;
import static dev.weir.security.Tally.admittedFrom;
import static dev.weir.security.Tally.lines;
import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.annotation.RateLimited;
import dev.weir.core.ClientKey;
import dev.weir.core.ClientKey.Kind;
import dev.weir.core.KeyHasher;
import dev.weir.http.ApiKeyVerifier.VerifiedApiKey;
import dev.weir.http.RequestView;
import dev.weir.security.Answering.PerClient;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Part C: keys of one kind that pose as another, resolvers, several limits. */
class KindOfClientTest {

    @RateLimited(permits = 5, per = "1m", key = "tenant")
    static class PerTenant extends Answering {
        private static final long serialVersionUID = 1L;
    }

    @RateLimited(name = "short", permits = 3, per = "1m")
    @RateLimited(name = "long", permits = 30, per = "1d")
    static class Twice extends Answering {
        private static final long serialVersionUID = 1L;
    }

    @Path("/user")
    public static class ByTenant {
        @POST
        @Path("/tenant")
        @RateLimited(permits = 5, per = "1m", key = "tenant")
        public String tenant() {
            return "hello";
        }
    }

    /** The tenant that the test names, as a path or a certificate would. */
    private static String tenant(RequestView request) {
        String tenant = request.header("Tenant");
        if ("broken".equals(tenant)) {
            throw new IllegalStateException("The resolver is broken");
        }
        return "null".equals(tenant) ? null : tenant;
    }

    private static Site.Plan site() {
        return Site.with()
                .filterBefore("/*", new ContainerLogin())
                .servlet("/client", new PerClient())
                .servlet("/tenant", new PerTenant())
                .servlet("/twice", new Twice())
                .resources(ByTenant.class)
                .weir(builder -> builder.keyResolver("tenant", KindOfClientTest::tenant));
    }

    @Test
    @Row(value = "C7", promise = "API keys, users and addresses of the same text are different clients")
    void noKindOfClientPosesAsAnother() {
        List<String[]> clients = List.of(
                lines("X-API-Key: 127.0.0.1"),
                lines("X-API-Key: ip:127.0.0.1"),
                lines("X-API-Key: user:1"),
                lines("X-API-Key: 1"),
                lines(ContainerLogin.as("127.0.0.1")),
                lines(ContainerLogin.as("ip:127.0.0.1")),
                lines(ContainerLogin.as("user:1")),
                lines(ContainerLogin.as("1")),
                lines());
        try (Site site = site().weir(builder -> builder.apiKeyVerifier(key -> new VerifiedApiKey("")))
                .start()) {
            assertThat(admitted(site, 10 * clients.size(), "/client", i -> clients.get(i % clients.size())))
                    .isEqualTo(5 * clients.size());
            for (String[] client : clients) {
                assertThat(admitted(site, 1, "/client", client)).isZero();
            }
        }
    }

    @Test
    @Row(value = "C7", promise = "Keys that are made of several parts differ wherever the parts are cut")
    void partsOfAKeyCannotBeCutInAnotherWay() {
        KeyHasher hasher = KeyHasher.withSecret(new byte[32]);
        Set<ClientKey> keys = new HashSet<>();
        int made = 0;
        for (Kind kind : Kind.values()) {
            for (String[] parts : List.of(
                    lines("a|b", "c"),
                    lines("a", "b|c"),
                    lines("a|b|c"),
                    lines("a", "b", "c"),
                    lines("abc"),
                    lines("ab", "c"),
                    lines("a", "bc"),
                    lines("abc", ""),
                    lines("", "abc"),
                    lines(""),
                    lines("", ""),
                    lines("\0"),
                    lines("\0\0\0\0"))) {
                keys.add(hasher.hash(kind, parts));
                made++;
            }
        }
        assertThat(keys).hasSize(made);
        assertThat(keys.stream().map(key -> List.of(key.high(), key.low())).distinct())
                .as("even without their kind")
                .hasSize(made);
    }

    @Test
    @Row(
            value = "C9",
            promise =
                    "What a resolver returns is no client of another kind, nothing counts by address, and an exception is answered 503",
            set = "`weir.key-resolver.NAME`")
    void resolversNeverMeanWithoutLimit() {
        for (String target : List.of("/tenant", "/api/user/tenant")) {
            try (WeirLog log = WeirLog.capture();
                    Site site = site().start()) {
                for (String tenant : List.of("127.0.0.1", "alice", "no address")) {
                    assertThat(admitted(
                                    site,
                                    10,
                                    target,
                                    i -> lines(
                                            "Tenant: " + tenant, "User-Agent: " + i, ContainerLogin.as("user-" + i))))
                            .as(tenant)
                            .isEqualTo(5);
                }
                List<String[]> none =
                        List.of(lines(), lines("Tenant:"), lines("Tenant: null"), lines(ContainerLogin.as("alice")));
                assertThat(admitted(site, 40, target, i -> none.get(i % none.size())))
                        .as("by address")
                        .isEqualTo(5);
                assertThat(admittedFrom("127.0.0.2", site, 10, target, i -> lines("Tenant: null")))
                        .as("by another address")
                        .isEqualTo(5);
                for (int i = 0; i < 20; i++) {
                    Wire.Answer answer = Wire.send(site, "POST", target, "Tenant: broken");
                    assertThat(answer.status()).isEqualTo(503);
                    assertThat(answer.body())
                            .contains("temporary-reduced-capacity")
                            .doesNotContain("broken");
                }
                assertThat(log.warnings()).as("one line a minute").hasSize(1);
            }
        }
    }

    @Test
    @Row(value = "C10", promise = "Two limits on one client are two budgets")
    void twoLimitsOfOneClientAreTwoBudgets() {
        try (Site site = site().start()) {
            for (int minute = 0; minute < 10; minute++) {
                assertThat(admitted(site, 10, "/twice")).as("minute %d", minute).isEqualTo(3);
                assertThat(Wire.send(site, "POST", "/twice").body()).contains("\"short\"");
                site.ticker.advance(Duration.ofMinutes(1));
            }
            assertThat(admitted(site, 10, "/twice")).as("after 30 on one day").isZero();
            Wire.Answer refused = Wire.send(site, "POST", "/twice");
            assertThat(refused.body()).contains("\"violated-policies\":[\"long\"]");
            assertThat(refused.header("RateLimit")).startsWith("\"long\";r=0");
            site.ticker.advance(Duration.ofHours(24));
            assertThat(admitted(site, 10, "/twice")).isEqualTo(3);
        }
    }
}
