package dev.weir.benchmark.load;

import dev.weir.benchmark.ChildJvm;
import java.util.List;

/** What serves the requests. */
enum Container {
    JETTY("Jetty", "Jetty's `DoSFilter`"),
    TOMCAT("Tomcat", "Tomcat's `RateLimitFilter`"),
    JERSEY("Jersey on Jetty", "");

    private final String text;
    private final String ownLimiter;

    Container(String text, String ownLimiter) {
        this.text = text;
        this.ownLimiter = ownLimiter;
    }

    /** What the report calls it. */
    String text() {
        return text;
    }

    /** What the report calls what it brings along. */
    String ownLimiter() {
        return ownLimiter;
    }

    /** The ways to guard it that are measured. */
    List<Guard> guards() {
        return this == JERSEY
                ? List.of(Guard.NONE, Guard.WEIR_FREE, Guard.WEIR, Guard.WEIR_REFUSED, Guard.WEIR_REDIS)
                : List.of(Guard.values());
    }

    /** What its virtual machine gets: each brings the classes of the Servlet API, and would meet the other's. */
    String classPath() {
        return ChildJvm.classPathWithout(
                this == TOMCAT
                        ? file -> file.startsWith("jetty-")
                                || file.startsWith("jakarta.servlet-api")
                                || file.startsWith("jakarta.annotation-api")
                        : file -> file.startsWith("tomcat-"));
    }
}
