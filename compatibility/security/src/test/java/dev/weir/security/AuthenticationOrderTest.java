package dev.weir.security;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.annotation.RateLimited;
import jakarta.annotation.Priority;
import jakarta.servlet.DispatcherType;
import jakarta.servlet.Filter;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletRequestWrapper;
import jakarta.servlet.http.HttpServletResponse;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Priorities;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.container.ContainerRequestFilter;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.SecurityContext;
import java.security.Principal;
import java.util.EnumSet;
import org.eclipse.jetty.ee10.servlet.FilterHolder;
import org.junit.jupiter.api.Test;

/** Part I: limits before authentication, and after it. */
class AuthenticationOrderTest {

    /** Knows the password. */
    @Priority(Priorities.AUTHENTICATION)
    public static class Authenticator implements ContainerRequestFilter {
        @Override
        public void filter(ContainerRequestContext request) {
            if (!"right".equals(request.getHeaderString("Password"))) {
                request.abortWith(Response.status(401).build());
                return;
            }
            String user = request.getHeaderString("User");
            request.setSecurityContext(new SecurityContext() {
                @Override
                public Principal getUserPrincipal() {
                    return () -> user;
                }

                @Override
                public boolean isUserInRole(String role) {
                    return false;
                }

                @Override
                public boolean isSecure() {
                    return false;
                }

                @Override
                public String getAuthenticationScheme() {
                    return "test";
                }
            });
        }
    }

    /** Lets nobody through to what is forbidden. */
    @Priority(Priorities.AUTHORIZATION)
    public static class Authorizer implements ContainerRequestFilter {
        @Override
        public void filter(ContainerRequestContext request) {
            if (request.getHeaderString("Forbidden") != null) {
                request.abortWith(Response.status(403).build());
            }
        }
    }

    @Path("mail")
    public static class MailResource {
        @POST
        @RateLimited(permits = 8, per = "1m", key = "ip")
        @RateLimited(permits = 5, per = "1m", key = "user")
        public String send() {
            return "sent";
        }
    }

    @RateLimited(permits = 5, per = "1m", key = "user")
    static class Mail extends Counting {
        private static final long serialVersionUID = 1L;
    }

    @Test
    @Row(
            value = "I11",
            promise = "In JAX-RS, a failed login costs its address a permit, and the user whose name it bears nothing")
    void failedLoginsOfOthersCostAUserNothing() {
        try (Site site = Site.with()
                .resources(MailResource.class, Authenticator.class, Authorizer.class)
                .start()) {
            for (int i = 0; i < 20; i++) {
                Wire.Answer answer =
                        Wire.sendFrom("127.0.0.66", site, "POST", "/api/mail", "User: alice", "Password: guess" + i);
                assertThat(answer.status())
                        .isEqualTo(i < 8 ? 401 : 429); // guessing is limited, before any password is looked at
            }
            for (int i = 0; i < 5; i++) {
                assertThat(mail(site, "127.0.0.1").status()).isEqualTo(200);
            }
            // The user's budget is one wherever she comes from; her own 403s come after it, and so do count.
            assertThat(mail(site, "127.0.0.2").status()).isEqualTo(429);
            for (int i = 0; i < 6; i++) {
                Wire.Answer answer = Wire.sendFrom(
                        "127.0.0.3", site, "POST", "/api/mail", "User: bob", "Password: right", "Forbidden: yes");
                assertThat(answer.status()).isEqualTo(i < 5 ? 403 : 429);
            }
        }
    }

    @Test
    @Row(
            value = "I11",
            promise = "A filter that authenticates in front of Weir keeps failed logins from costing a user anything")
    void authenticationBeforeTheFilterProtectsTheUser() {
        Filter authenticator = (request, response, chain) -> {
            HttpServletRequest http = (HttpServletRequest) request;
            if (!"right".equals(http.getHeader("Password"))) {
                ((HttpServletResponse) response).setStatus(401);
                return;
            }
            String user = http.getHeader("User");
            chain.doFilter(
                    new HttpServletRequestWrapper(http) {
                        @Override
                        public Principal getUserPrincipal() {
                            return () -> user;
                        }
                    },
                    response);
        };
        try (Site site = Site.with()
                .filterBefore("/*", authenticator)
                .servlet("/mail", new Mail())
                .start()) {
            for (int i = 0; i < 20; i++) {
                assertThat(Wire.send(site, "POST", "/mail", "User: alice", "Password: guess" + i)
                                .status())
                        .isEqualTo(401);
            }
            for (int i = 0; i < 6; i++) {
                assertThat(Wire.sendFrom("127.0.0." + (1 + i), site, "POST", "/mail", "User: alice", "Password: right")
                                .status())
                        .isEqualTo(i < 5 ? 200 : 429);
            }
            assertThat(Wire.send(site, "POST", "/mail", "User: bob", "Password: right")
                            .status())
                    .isEqualTo(200);
        }
    }

    @Test
    @Row(value = "I11", promise = "Where authentication comes after Weir, failed logins count by address")
    void authenticationAfterTheFilterIsLimitedByAddress() {
        Counting.Login login = new Counting.Login();
        Filter authenticator = (request, response, chain) -> ((HttpServletResponse) response).setStatus(401);
        try (Site site = Site.with()
                .servlet("/login", login)
                .context(context ->
                        context.addFilter(new FilterHolder(authenticator), "/*", EnumSet.of(DispatcherType.REQUEST)))
                .start()) {
            for (int i = 0; i < 20; i++) {
                assertThat(Wire.sendFrom("127.0.0.66", site, "POST", "/login", "User: alice")
                                .status())
                        .isEqualTo(i < 5 ? 401 : 429);
            }
            assertThat(Wire.send(site, "POST", "/login", "User: alice").status())
                    .isEqualTo(401);
            assertThat(login.served).hasValue(0);
        }
    }

    private static Wire.Answer mail(Site site, String from) {
        return Wire.sendFrom(from, site, "POST", "/api/mail", "User: alice", "Password: right");
    }
}
