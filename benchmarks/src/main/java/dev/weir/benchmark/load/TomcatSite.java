package dev.weir.benchmark.load;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import org.apache.catalina.Context;
import org.apache.catalina.LifecycleException;
import org.apache.catalina.Wrapper;
import org.apache.catalina.connector.Connector;
import org.apache.catalina.filters.RateLimitFilter;
import org.apache.catalina.startup.Tomcat;
import org.apache.tomcat.util.descriptor.web.FilterDef;
import org.apache.tomcat.util.descriptor.web.FilterMap;

/** An embedded Tomcat. */
final class TomcatSite {

    private TomcatSite() {}

    /** Starts it with an application for each guard; returns its port. */
    static int start(List<Guard> guards, String redis) throws IOException, LifecycleException {
        Path directory = Files.createTempDirectory("tomcat");
        Runtime.getRuntime().addShutdownHook(new Thread(() -> delete(directory)));
        Tomcat tomcat = new Tomcat();
        tomcat.setBaseDir(directory.toString());
        Connector connector = new Connector();
        connector.setPort(0);
        connector.setProperty("address", "127.0.0.1");
        connector.setProperty("maxKeepAliveRequests", "-1"); // Jetty closes none either
        tomcat.setConnector(connector);
        for (Guard guard : guards) {
            Context context = tomcat.addContext(guard.path(), directory.toString());
            Wrapper servlet =
                    Tomcat.addServlet(context, "ok", Site.servlet(guard).getName());
            servlet.setAsyncSupported(true);
            context.addServletMappingDecoded("/*", "ok");
            if (guard != Guard.NONE) {
                addFilter(context, guard, Site.settings(guard, redis));
            }
        }
        tomcat.start();
        return connector.getLocalPort();
    }

    private static void addFilter(Context context, Guard guard, Map<String, String> settings) {
        FilterDef filter = new FilterDef();
        filter.setFilterName("guard");
        if (guard == Guard.OWN) {
            filter.setFilter(new RateLimitFilter());
            filter.addInitParameter("bucketRequests", "1000000000");
        } else {
            filter.setFilter(Site.filter(guard));
        }
        filter.setFilterClass(filter.getFilter().getClass().getName());
        filter.setAsyncSupported("true");
        settings.forEach(filter::addInitParameter);
        context.addFilterDef(filter);
        FilterMap mapping = new FilterMap();
        mapping.setFilterName("guard");
        mapping.addURLPattern("/*");
        context.addFilterMap(mapping);
    }

    private static void delete(Path directory) {
        try (var all = Files.walk(directory)) {
            List<Path> deepestFirst = all.sorted(Comparator.reverseOrder()).toList();
            for (Path path : deepestFirst) {
                Files.delete(path);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
