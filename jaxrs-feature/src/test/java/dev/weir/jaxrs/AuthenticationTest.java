package dev.weir.jaxrs;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.annotation.RateLimited;
import dev.weir.core.ManualTicker;
import jakarta.annotation.Priority;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Priorities;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.container.ContainerRequestFilter;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.SecurityContext;
import java.security.Principal;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Limits by address come before authentication; all others after it, and before authorisation. */
class AuthenticationTest {

    @Path("account")
    public static class Account {
        @GET
        @RateLimited(permits = 5, per = "1h", key = "ip", name = "address")
        @RateLimited(permits = 2, per = "1h", key = "user", name = "user")
        public String get() {
            return "account";
        }

        @GET
        @Path("by-user")
        @RateLimited(permits = 2, per = "1h", key = "user", name = "by-user")
        public String byUser() {
            return "account";
        }

        @GET
        @Path("by-client")
        @RateLimited(permits = 2, per = "1h", name = "by-client")
        public String byClient() {
            return "account";
        }
    }

    /** Whoever says who he is, is believed. */
    @Priority(Priorities.AUTHENTICATION)
    public static class Authentication implements ContainerRequestFilter {
        final AtomicInteger reached = new AtomicInteger();

        @Override
        public void filter(ContainerRequestContext request) {
            reached.incrementAndGet();
            String name = request.getHeaderString("User");
            if (name == null) {
                request.abortWith(Response.status(401).entity("who?").build());
            } else {
                request.setSecurityContext(new Known(name));
            }
        }
    }

    private record Known(String name) implements SecurityContext {
        @Override
        public Principal getUserPrincipal() {
            return () -> name;
        }

        @Override
        public boolean isUserInRole(String role) {
            return true;
        }

        @Override
        public boolean isSecure() {
            return false;
        }

        @Override
        public String getAuthenticationScheme() {
            return "belief";
        }
    }

    @Priority(Priorities.AUTHORIZATION)
    public static class Authorization implements ContainerRequestFilter {
        final AtomicInteger reached = new AtomicInteger();

        @Override
        public void filter(ContainerRequestContext request) {
            reached.incrementAndGet();
            Principal user = request.getSecurityContext().getUserPrincipal();
            if (user != null && user.getName().equals("mallory")) {
                request.abortWith(Response.status(403).entity("not you").build());
            }
        }
    }

    private final Authentication authentication = new Authentication();
    private final Authorization authorization = new Authorization();
    private JaxrsServer server;

    @BeforeEach
    void start() throws Exception {
        server = JaxrsServer.of(Account.class)
                .providers(authentication, authorization)
                .weir(TestWeir.of(new ManualTicker()))
                .start();
    }

    @AfterEach
    void stop() {
        server.close();
    }

    @Test
    void stormOfStrangersIsRefusedBeforeAuthenticationIsReached() {
        for (int i = 0; i < 5; i++) {
            assertThat(server.get("api/account").status()).isEqualTo(401);
        }
        for (int i = 0; i < 10; i++) {
            assertThat(server.get("api/account").status()).isEqualTo(429);
        }
        assertThat(authentication.reached).hasValue(5);
    }

    @Test
    void strangerIsToldOfTheLimitByAddressOnly() {
        Reply reply = server.get("api/account");
        assertThat(reply.status()).isEqualTo(401);
        assertThat(reply.policy()).isEqualTo("\"address\";q=5;w=3600");
        assertThat(reply.limit()).isEqualTo("\"address\";r=4;t=2880");
    }

    @Test
    void userIsToldOfBothLimitsInTheOrderOfDeclaration() {
        Reply reply = server.get("api/account", "User", "alice");
        assertThat(reply.status()).as("%s", reply).isEqualTo(200);
        assertThat(reply.policy()).isEqualTo("\"address\";q=5;w=3600, \"user\";q=2;w=3600");
        assertThat(reply.limit()).isEqualTo("\"address\";r=4;t=2880, \"user\";r=1;t=1800");
    }

    @Test
    void eachUserHasABudgetOfHisOwn() {
        assertThat(server.get("api/account/by-user", "User", "alice").limit()).isEqualTo("\"by-user\";r=1;t=1800");
        assertThat(server.get("api/account/by-user", "User", "alice").limit()).isEqualTo("\"by-user\";r=0;t=1800");
        assertThat(server.get("api/account/by-user", "User", "bob").limit()).isEqualTo("\"by-user\";r=1;t=1800");
        assertThat(server.get("api/account/by-user", "User", "alice").status()).isEqualTo(429);
    }

    @Test
    void clientOfALimitWithoutKeyIsTheUser() {
        assertThat(server.get("api/account/by-client", "User", "alice").limit()).isEqualTo("\"by-client\";r=1;t=1800");
        assertThat(server.get("api/account/by-client", "User", "bob").limit()).isEqualTo("\"by-client\";r=1;t=1800");
    }

    @Test
    void strangerTurnedAwayByAuthenticationIsNotChargedByTheLimitOfUsers() {
        for (int i = 0; i < 3; i++) {
            Reply reply = server.get("api/account/by-user");
            assertThat(reply.status()).isEqualTo(401);
            assertThat(reply.isSilent()).as("%s", reply).isTrue();
        }
    }

    @Test
    void userIsChargedBeforeAuthorisationForbids() {
        Reply forbidden = server.get("api/account/by-user", "User", "mallory");
        assertThat(forbidden.status()).isEqualTo(403);
        assertThat(forbidden.limit()).isEqualTo("\"by-user\";r=1;t=1800");
        server.get("api/account/by-user", "User", "mallory");
        assertThat(server.get("api/account/by-user", "User", "mallory").status())
                .isEqualTo(429);
        assertThat(authorization.reached).hasValue(2);
    }

    @Test
    void whatTheLimitByAddressChargedStaysChargedWhenTheUsersLimitRefuses() {
        server.get("api/account", "User", "alice");
        server.get("api/account", "User", "alice");
        Reply refused = server.get("api/account", "User", "alice");
        assertThat(refused.status()).isEqualTo(429);
        assertThat(refused.limit()).isEqualTo("\"user\";r=0;t=1800");
        assertThat(refused.policy()).isEqualTo("\"address\";q=5;w=3600, \"user\";q=2;w=3600");
        assertThat(server.get("api/account", "User", "bob").limit())
                .isEqualTo("\"address\";r=1;t=720, \"user\";r=1;t=1800");
    }
}
