package dev.weir.security;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.annotation.RateLimited;
import dev.weir.core.LocalLimiter;
import dev.weir.http.Weir;
import dev.weir.jaxrs.RateLimitFeature;
import dev.weir.servlet.RateLimitFilter;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.container.ContainerRequestFilter;
import jakarta.ws.rs.container.PreMatching;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Part D: what has been matched decides, not how it was asked for; and what a name stands for. */
class EndpointTest {

    /** Cuts the suffix off, as frameworks do that choose a representation by it. */
    @PreMatching
    public static class Suffixes implements ContainerRequestFilter {
        @Override
        public void filter(ContainerRequestContext request) {
            String uri = request.getUriInfo().getRequestUri().toString();
            request.setRequestUri(URI.create(uri.replaceAll("\\.(json|html)$", "")));
        }
    }

    @Path("login")
    public static class LoginResource {
        @POST
        @RateLimited(permits = 5, per = "1m", key = "ip")
        public String login() {
            return "in";
        }
    }

    @Test
    @Row(value = "D4", promise = "A suffix that selects a representation does not select another limit")
    void suffixesDoNotChangeTheLimit() {
        Counting.Login login = new Counting.Login();
        try (Site site = Site.with()
                .servlet("/login", login)
                .servlet("*.json", login)
                .servlet("*.html", new Counting.Login())
                .resources(LoginResource.class, Suffixes.class)
                .start()) {
            for (String prefix : List.of("", "/api")) {
                for (String path : List.of("/login", "/login.json", "/login.html", "/login", "/login.json")) {
                    assertThat(Wire.send(site, "POST", prefix + path).status())
                            .as(path)
                            .isEqualTo(200);
                }
                for (String path : List.of("/login", "/login.json", "/login.html")) {
                    assertThat(Wire.send(site, "POST", prefix + path).status())
                            .as(path)
                            .isEqualTo(429);
                }
            }
        }
    }

    @Test
    @Row(value = "D5", promise = "No code of Weir reads the raw path or query of a request")
    void nothingReadsTheRawPath() throws Exception {
        Map<String, String> classes = mainClasses();
        assertThat(classes).hasSizeGreaterThan(90);
        for (String name : List.of(
                "getRequestURI",
                "getRequestURL",
                "getPathTranslated",
                "getQueryString",
                "getUriInfo",
                "ws/rs/core/UriInfo",
                "getRequestUri",
                "getAbsolutePath",
                "getMatchValue")) {
            assertThat(namesOfThoseThatMention(classes, name)).as(name).isEmpty();
        }
        assertThat(namesOfThoseThatMention(classes, "getPathInfo")).containsExactly("ExemptPaths.class");
        assertThat(namesOfThoseThatMention(classes, "getServletPath")).containsExactly("ExemptPaths.class");
    }

    @Test
    @Row(
            value = "E6",
            promise =
                    "Keys and figures are never part of a program: where state is local, no script, query or expression is run")
    void nothingRunsScriptsOrQueries() throws Exception {
        Map<String, String> classes = mainClasses();
        for (String name : List.of(
                "javax/script",
                "java/sql",
                "javax/naming",
                "jakarta/el",
                "org/redisson",
                "ScriptEngine",
                "ProcessBuilder")) {
            assertThat(namesOfThoseThatMention(classes, name)).as(name).isEmpty();
        }
    }

    @RateLimited(permits = 5, per = "1m", name = "search", key = "ip")
    static class Search extends Counting {
        private static final long serialVersionUID = 1L;
    }

    @RateLimited(permits = 5, per = "1m", name = "search", key = "ip")
    static class Suggest extends Counting {
        private static final long serialVersionUID = 1L;
    }

    static class Here {
        @Path("here")
        public static class Reports {
            @GET
            @RateLimited(permits = 5, per = "1m", key = "ip")
            public String all() {
                return "here";
            }
        }
    }

    static class There {
        @Path("there")
        public static class Reports {
            @GET
            @RateLimited(permits = 5, per = "1m", key = "ip")
            public String all() {
                return "there";
            }
        }
    }

    @Test
    @Row(
            value = "D14",
            promise =
                    "Limits share a budget if they share a name, and never because classes and methods are called alike")
    void onlyANameSharesABudget() {
        try (Site site = Site.with()
                .servlet("/search", new Search())
                .servlet("/suggest", new Suggest())
                .servlet("/login", new Counting.Login())
                .servlet("/elsewhere", new dev.weir.security.elsewhere.Counting.Login())
                .resources(Here.Reports.class, There.Reports.class)
                .start()) {
            assertThat(admitted(site, 10, "/search", "/suggest")).isEqualTo(5);
            assertThat(admitted(site, 20, "/login", "/elsewhere")).isEqualTo(10);
            assertThat(admitted(site, 20, "/api/here", "/api/there")).isEqualTo(10);
        }
    }

    private static int admitted(Site site, int requests, String... paths) {
        int admitted = 0;
        for (int i = 0; i < requests; i++) {
            admitted += Wire.send(site, "GET", paths[i % paths.length]).status() == 200 ? 1 : 0;
        }
        return admitted;
    }

    private static List<String> namesOfThoseThatMention(Map<String, String> classes, String text) {
        return classes.entrySet().stream()
                .filter(each -> each.getValue().contains(text))
                .map(Map.Entry::getKey)
                .toList();
    }

    /** The bytes of Weir's classes, as text, by file name: names of what they call stand there as they are. */
    private static Map<String, String> mainClasses() throws Exception {
        Map<String, String> classes = new LinkedHashMap<>();
        for (Class<?> each : List.of(
                RateLimited.class, LocalLimiter.class, Weir.class, RateLimitFilter.class, RateLimitFeature.class)) {
            java.nio.file.Path place = java.nio.file.Path.of(
                    each.getProtectionDomain().getCodeSource().getLocation().toURI());
            if (Files.isDirectory(place)) {
                read(place, classes);
            } else {
                try (FileSystem jar = FileSystems.newFileSystem(place)) {
                    read(jar.getPath("/"), classes);
                }
            }
        }
        return classes;
    }

    private static void read(java.nio.file.Path folder, Map<String, String> classes) throws IOException {
        try (Stream<java.nio.file.Path> files = Files.walk(folder)) {
            for (java.nio.file.Path file :
                    files.filter(f -> f.toString().endsWith(".class")).sorted().toList()) {
                classes.merge(
                        file.getFileName().toString(),
                        new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1),
                        String::concat);
            }
        }
    }
}
