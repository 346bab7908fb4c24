package dev.weir.security;

import static dev.weir.security.Tally.admitted;
import static dev.weir.security.Tally.admittedFrom;
import static dev.weir.security.Tally.lines;
import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.annotation.RateLimited;
import dev.weir.security.Answering.PerClient;
import dev.weir.security.Answering.PerUser;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Part C: users, and headers that anybody can change. */
class ClientIdentityTest {

    @Path("/user")
    public static class ByUser {
        @POST
        @RateLimited(permits = 5, per = "1m", key = "user")
        public String get() {
            return "hello";
        }
    }

    private static Site.Plan site() {
        return Site.with()
                .filterBefore("/*", new ContainerLogin())
                .servlet("/client", new PerClient())
                .servlet("/user", new PerUser())
                .resources(ByUser.class);
    }

    @Test
    @Row(value = "C5", promise = "Headers that anybody can change make no new client")
    void freeHeadersMakeNoNewClients() {
        try (Site site = site().start()) {
            assertThat(admitted(
                            site,
                            100,
                            "/client",
                            i -> lines(
                                    "User-Agent: agent/" + i,
                                    "Accept-Language: x-" + i,
                                    "Accept: text/x" + i,
                                    "Cookie: JSESSIONID=" + i,
                                    "Referer: http://example.org/" + i,
                                    "Origin: http://" + i + ".example.org",
                                    "Authorization: Basic " + i,
                                    "X-Request-Id: " + i,
                                    "X-Tenant: " + i)))
                    .isEqualTo(5);
        }
    }

    @Test
    @Row(
            value = "C6",
            promise =
                    "The user is whom the container has authenticated; a header that names a victim takes nothing of his budget")
    void usersAreWhomTheContainerKnows() {
        String[] claims = lines(
                "X-User-ID: alice",
                "X-User: alice",
                "X-Remote-User: alice",
                "Remote-User: alice",
                "X-Forwarded-User: alice",
                "From: alice",
                "Authorization: Basic YWxpY2U6eA==");
        for (String target : List.of("/user", "/api/user", "/client")) {
            try (Site site = site().start()) {
                assertThat(admitted(site, 50, target, claims)).as(target).isEqualTo(5);
                assertThat(admittedFrom(
                                "127.0.0.2",
                                site,
                                50,
                                target,
                                i -> lines(ContainerLogin.as("mallory"), claims[i % claims.length])))
                        .as(target)
                        .isEqualTo(5);
                assertThat(admitted(site, 10, target, ContainerLogin.as("alice")))
                        .as(target)
                        .isEqualTo(5);
            }
        }
    }

    @Test
    @Row(
            value = "C8",
            promise =
                    "Names of users count exactly as the container gives them: another case, width or composition is another user")
    void namesOfUsersCountExactlyAsTheyAre() {
        List<String> names = List.of(
                "Bob",
                "bob",
                "bob ",
                " bob",
                "\uff42ob",
                "b\u043eb",
                "bob\0",
                "bob\n",
                "\u00e9",
                "e\u0301",
                "\ufb01",
                "fi",
                "\u017f",
                "s");
        for (String target : List.of("/user", "/api/user")) {
            try (Site site = site().start()) {
                assertThat(admitted(
                                site,
                                10 * names.size(),
                                target,
                                i -> lines(ContainerLogin.as(names.get(i % names.size())))))
                        .as(target)
                        .isEqualTo(5 * names.size());
            }
        }
    }
}
