package dev.weir.jaxrs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weir.core.ManualTicker;
import java.io.File;
import java.net.URL;
import java.net.URLClassLoader;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.glassfish.jersey.server.ContainerResponse;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The feature where there is no servlet container, or not even the servlet API. */
@Tag("jersey")
class JerseyWithoutContainerTest {

    private final JerseyInMemory jersey = new JerseyInMemory(new RateLimitFeature(TestWeir.of(new ManualTicker())));

    @Test
    void peersThatAFilterNamesHaveBudgetsOfTheirOwn() throws Exception {
        assertThat(fields(jersey.ask("203.0.113.7"))).isEqualTo("200 \"search\";q=2;w=3600 \"search\";r=1;t=1800");
        assertThat(fields(jersey.ask("203.0.113.7"))).isEqualTo("200 \"search\";q=2;w=3600 \"search\";r=0;t=1800");
        assertThat(fields(jersey.ask("203.0.113.8"))).isEqualTo("200 \"search\";q=2;w=3600 \"search\";r=1;t=1800");
        ContainerResponse refused = jersey.ask("203.0.113.7");
        assertThat(fields(refused)).isEqualTo("429 \"search\";q=2;w=3600 \"search\";r=0;t=1800");
        assertThat(refused.getHeaderString("Retry-After")).isEqualTo("1800");
        assertThat(refused.getHeaderString("Cache-Control")).isEqualTo("no-store");
        assertThat(refused.getEntity()).isInstanceOf(byte[].class);
    }

    @Test
    void peersWithoutAddressAreOneClient() throws Exception {
        jersey.ask(null);
        jersey.ask(null);
        assertThat(jersey.ask(null).getStatus()).isEqualTo(429);
        assertThat(jersey.ask("203.0.113.7").getStatus()).isEqualTo(200);
    }

    @Test
    void featureWorksWhereTheServletApiIsAbsent() throws Exception {
        try (URLClassLoader loader = withoutServlets()) {
            assertThatThrownBy(() -> loader.loadClass("jakarta.servlet.http.HttpServletRequest"))
                    .isInstanceOf(ClassNotFoundException.class);
            Thread thread = Thread.currentThread();
            ClassLoader before = thread.getContextClassLoader();
            thread.setContextClassLoader(loader);
            try {
                Callable<?> asking = (Callable<?>) loader.loadClass(JerseyInMemory.class.getName())
                        .getConstructor()
                        .newInstance();
                assertThat(asking.getClass()).isNotSameAs(JerseyInMemory.class);
                assertThat(asking.call()).isEqualTo("200 \"search\";r=1;t=1800");
            } finally {
                thread.setContextClassLoader(before);
            }
        }
    }

    /* The class path of this test, but for what has to do with servlets. */
    private static URLClassLoader withoutServlets() throws Exception {
        List<URL> urls = new ArrayList<>();
        for (String entry : System.getProperty("java.class.path").split(File.pathSeparator)) {
            String name = new File(entry).getName();
            if (!name.contains("servlet") && !name.contains("jetty")) {
                urls.add(new File(entry).toURI().toURL());
            }
        }
        return new URLClassLoader(urls.toArray(URL[]::new), ClassLoader.getPlatformClassLoader());
    }

    private static String fields(ContainerResponse response) {
        return response.getStatus() + " " + response.getHeaderString("RateLimit-Policy") + " "
                + response.getHeaderString("RateLimit");
    }
}
