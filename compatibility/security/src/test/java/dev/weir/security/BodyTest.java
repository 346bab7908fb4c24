package dev.weir.security;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.annotation.RateLimited;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** Part I: bodies that are huge, late, or not what they seem. */
class BodyTest {

    private static final String SMUGGLED = "POST /smuggled HTTP/1.1\r\nHost: localhost\r\nContent-Length: 0\r\n\r\n";
    private static final Semaphore BEGUN = new Semaphore(0);

    @Path("upload")
    public static class UploadResource {
        @POST
        @RateLimited(permits = 5, per = "1m", key = "ip")
        public String upload(InputStream body) throws IOException {
            BEGUN.release();
            body.readAllBytes();
            return "in";
        }
    }

    @RateLimited(permits = 5, per = "1m", key = "ip")
    static class Upload extends HttpServlet {
        private static final long serialVersionUID = 1L;

        @Override
        protected void doPost(HttpServletRequest request, HttpServletResponse response) throws IOException {
            BEGUN.release();
            request.getInputStream().readAllBytes();
            response.getWriter().print("in");
        }
    }

    @Test
    @Row(
            value = "I6",
            promise = "The body of a refused request is not waited for, and no byte of it is taken for a request")
    void bodiesOfRefusedRequestsAreNeverRequests() {
        Counting smuggled = new Counting();
        try (Site site = site(smuggled)) {
            for (String path : List.of("/upload", "/api/upload")) {
                drain(site, path);
                for (String framing : List.of(
                        "Content-Length: 1000000000\r\n\r\n" + SMUGGLED,
                        "Transfer-Encoding: chunked\r\n\r\n3b9aca00\r\n" + SMUGGLED,
                        "Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n" + SMUGGLED)) {
                    try (Wire wire = Wire.to(site)) {
                        wire.write("POST " + path + " HTTP/1.1\r\nHost: localhost\r\n" + framing);
                        assertThat(wire.read(false).status())
                                .as(path + " " + framing)
                                .isEqualTo(429);
                        assertThat(wire.isAtEnd()).as("closed after " + framing).isTrue();
                    }
                }
                try (Wire wire = Wire.to(site)) { // all of it has come: the connection may be used again
                    wire.write("POST " + path + " HTTP/1.1\r\nHost: localhost\r\nContent-Length: " + SMUGGLED.length()
                            + "\r\n\r\n" + SMUGGLED);
                    assertThat(wire.read(false).status()).isEqualTo(429);
                    assertThat(wire.ask("POST", path).status()).isEqualTo(429);
                }
            }
            assertThat(smuggled.served).hasValue(0);
        }
    }

    @Test
    @Row(
            value = "I6",
            promise =
                    "Expect: 100-continue is answered 429, so the body is never sent; forms excepted in JAX-RS, where Jersey reads a byte first")
    void refusedRequestsAreNotToldToContinue() {
        try (Site site = site(new Counting())) {
            for (String path : List.of("/upload", "/api/upload")) {
                drain(site, path);
                for (String type : List.of("application/octet-stream", "application/json", "text/plain")) {
                    try (Wire wire = Wire.to(site)) {
                        wire.write("POST " + path
                                + " HTTP/1.1\r\nHost: localhost\r\nExpect: 100-continue\r\nContent-Type: " + type
                                + "\r\nContent-Length: 1000000000\r\n\r\n");
                        assertThat(wire.read(false).status())
                                .as(path + " " + type)
                                .isEqualTo(429);
                    }
                }
                site.ticker.advance(Duration.ofMinutes(1));
                try (Wire wire = Wire.to(site)) {
                    wire.write("POST " + path
                            + " HTTP/1.1\r\nHost: localhost\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\n");
                    assertThat(wire.read(false).status()).isEqualTo(100);
                    wire.write("hi");
                    assertThat(wire.read(false).status()).isEqualTo(200);
                }
            }
        }
    }

    @Test
    @Row(
            value = "I6",
            promise = "Forms for JAX-RS are refused unread by the filter in front",
            set = "`weir.default-limits` and `weir.jaxrs-default`")
    void formsAreRefusedUnreadInFrontOfJaxrs() {
        try (Site site = Site.with()
                .setting("weir.default-limits", "5/1m")
                .setting("weir.jaxrs-default", "true")
                .resources(UploadResource.class)
                .start()) {
            drain(site, "/api/upload");
            for (String expect : List.of("", "Expect: 100-continue\r\n")) {
                try (Wire wire = Wire.to(site)) {
                    wire.write("POST /api/upload HTTP/1.1\r\nHost: localhost\r\n" + expect
                            + "Content-Type: application/x-www-form-urlencoded\r\nContent-Length: 1000000000\r\n\r\n");
                    assertThat(wire.read(false).status()).isEqualTo(429);
                }
            }
        }
    }

    @Test
    @Row(value = "I7", promise = "The permit is taken when a request arrives, whatever becomes of a slow sender")
    void slowSendersHaveTakenTheirPermits() throws Exception {
        try (Site site = site(new Counting())) {
            for (String path : List.of("/upload", "/api/upload")) {
                BEGUN.drainPermits();
                List<Wire> slow = new ArrayList<>();
                for (int i = 0; i < 5; i++) {
                    Wire wire = Wire.to(site);
                    slow.add(wire);
                    wire.write("POST " + path + " HTTP/1.1\r\nHost: localhost\r\nContent-Length: 10\r\n\r\nx");
                    assertThat(BEGUN.tryAcquire(20, TimeUnit.SECONDS)).isTrue();
                }
                assertThat(Wire.send(site, "POST", path).status()).isEqualTo(429);
                slow.get(0).write("123456789");
                assertThat(slow.get(0).read(false).status()).isEqualTo(200);
                assertThat(Wire.send(site, "POST", path).status()).isEqualTo(429);
                slow.forEach(Wire::close);
                assertThat(Wire.send(site, "POST", path).status()).isEqualTo(429);
                assertThat(BEGUN.tryAcquire()).isFalse();
            }
        }
    }

    private static Site site(Counting smuggled) {
        return Site.with()
                .servlet("/upload", new Upload())
                .servlet("/smuggled", smuggled)
                .resources(UploadResource.class)
                .start();
    }

    private static void drain(Site site, String path) {
        for (int i = 0; i < 5; i++) {
            assertThat(Wire.send(site, "POST", path).status()).isEqualTo(200);
        }
    }
}
