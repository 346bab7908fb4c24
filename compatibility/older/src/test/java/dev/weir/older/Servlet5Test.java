package dev.weir.older;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.http.DeploymentException;
import dev.weir.jaxrs.FeatureInitializer;
import dev.weir.servlet.RateLimitFilter;
import dev.weir.servlet.RateLimitInitializer;
import jakarta.servlet.ServletContainerInitializer;
import jakarta.servlet.ServletContext;
import jakarta.servlet.ServletException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.apache.catalina.Context;
import org.apache.catalina.LifecycleException;
import org.apache.catalina.startup.Tomcat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A container of Jakarta EE 9, which has the packages but not what is expected behind them. */
class Servlet5Test {

    private static final String MESSAGE = "Weir cannot start: it needs a container with Servlet 6.0 (Jakarta EE 10) or"
            + " later, and Apache Tomcat/10.0.27 has Servlet 5.0";

    @TempDir
    private Path directory;

    @Test
    void initialiserOfTheFilterStopsTheDeploymentInOneLine() throws Exception {
        assertThat(failureOf(new RateLimitInitializer())).isEqualTo(MESSAGE);
    }

    @Test
    void initialiserOfTheFeatureStopsTheDeploymentInOneLine() throws Exception {
        assertThat(failureOf(new FeatureInitializer())).isEqualTo(MESSAGE);
    }

    @Test
    void filterStopsTheDeploymentInOneLine() throws Exception {
        assertThat(failureOf((types, context) -> initialise(context))).isEqualTo(MESSAGE);
    }

    private static void initialise(ServletContext context) throws ServletException {
        new RateLimitFilter().init(new Unconfigured(context));
    }

    private String failureOf(ServletContainerInitializer initialiser) throws LifecycleException {
        Tomcat tomcat = new Tomcat();
        tomcat.setBaseDir(directory.toString());
        tomcat.setPort(0);
        List<String> failures = new ArrayList<>();
        Context context = tomcat.addContext("", directory.toString());
        context.addServletContainerInitializer(
                (types, servlets) -> {
                    try {
                        initialiser.onStartup(types, servlets);
                    } catch (DeploymentException | ServletException e) {
                        failures.add(e.getMessage());
                    }
                },
                null);
        tomcat.start();
        tomcat.stop();
        tomcat.destroy();
        return String.join(" / ", failures);
    }
}
