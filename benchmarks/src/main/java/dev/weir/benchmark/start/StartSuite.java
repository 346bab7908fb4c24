package dev.weir.benchmark.start;

import dev.weir.benchmark.ChildJvm;
import dev.weir.benchmark.Effort;
import dev.weir.benchmark.Grid;
import dev.weir.benchmark.Report;
import dev.weir.benchmark.Samples;
import dev.weir.benchmark.Suite;
import java.io.File;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/** What Weir adds to the start of an application with many limited endpoints. */
public final class StartSuite implements Suite {

    /** An application of servlets. */
    static final String SERVLETS = "servlets";

    private static final String RESOURCES = "resources";
    private static final List<String> OPTIONS = List.of(
            "-Xms256m", "-Xmx256m", "-XX:+UseSerialGC", "-XX:SoftRefLRUPolicyMSPerMB=0"); // what may go is not counted
    private static final int FIGURES = 4;

    @Override
    public String name() {
        return "start";
    }

    @Override
    public void run(Effort effort, Report report) throws IOException {
        int endpoints = effort.choose(20, 500, 500);
        int starts = effort.choose(1, 5, 11);
        report.section("The start of an application");
        report.text(String.format(
                Locale.ROOT, """
                An embedded Jetty with %1$d endpoints, each under a limit of its own (`@RateLimited(permits = 100, per = "1m")`), once without
                Weir, so that nobody reads the annotations, and once with it, on the local back end: %1$d servlets of as many classes,
                with the filter or with none; or Jersey with %1$d resource methods in %2$d classes, with the feature or without. The classes are
                written and compiled beforehand. %3$d starts of each, by turns, in virtual machines of their own (`%4$s`). *start*: from the
                first line of the program until the server listens. *first request*: of one client, over a new connection. *heap*: in use
                after full collections when that is answered. *classes*: loaded until then, the JDK's included. To repeat:
                `benchmarks/compare --only start`.""", endpoints, endpoints / Application.METHODS, starts, String.join(" ", OPTIONS)));
        Grid table = new Grid("application", "start, ms", "first request, ms", "heap, MB", "classes");
        try (Application application = Application.of(endpoints)) {
            report.progress("start: " + starts + " of each");
            Samples[][] all = measure(application, endpoints, starts);
            table.row(cells(endpoints + " servlets on Jetty", all[0]));
            table.row(cells("the same with Weir", all[1]));
            table.row(cells("Weir adds", added(all[0], all[1])));
            table.row(cells(endpoints + " resource methods on Jersey", all[2]));
            table.row(cells("the same with Weir", all[3]));
            table.row(cells("Weir adds", added(all[2], all[3])));
        }
        report.table(table);
    }

    /* Of each way (servlets without and with, resources without and with) each figure. */
    private static Samples[][] measure(Application application, int endpoints, int starts) throws IOException {
        double[][][] figures = new double[4][FIGURES][starts];
        for (int start = 0; start < starts; start++) {
            for (int way = 0; way < figures.length; way++) {
                String kind = way < 2 ? SERVLETS : RESOURCES;
                boolean limited = way % 2 == 1;
                String classPath = application.classes() + File.pathSeparator + classPath(limited);
                try (ChildJvm child = ChildJvm.start(
                        StartProbe.class,
                        classPath,
                        OPTIONS,
                        kind,
                        Integer.toString(endpoints),
                        Boolean.toString(limited))) {
                    String[] answer = child.next();
                    for (int i = 0; i < FIGURES; i++) {
                        figures[way][i][start] = Double.parseDouble(answer[i]);
                    }
                }
            }
        }
        return Arrays.stream(figures)
                .map(way -> Arrays.stream(way).map(Samples::new).toArray(Samples[]::new))
                .toArray(Samples[][]::new);
    }

    private static Samples[] added(Samples[] without, Samples[] with) {
        Samples[] added = new Samples[FIGURES];
        for (int i = 0; i < FIGURES; i++) {
            added[i] = with[i].minus(without[i]);
        }
        return added;
    }

    private static Object[] cells(String name, Samples[] figures) {
        Object[] cells = new Object[FIGURES + 1];
        cells[0] = name;
        System.arraycopy(figures, 0, cells, 1, FIGURES);
        return cells;
    }

    /* Jersey would find the feature of a library that is there, and look at the settings. */
    private static String classPath(boolean limited) {
        return ChildJvm.classPathWithout(
                file -> file.startsWith("tomcat-") || (!limited && file.startsWith("weir-jaxrs-")));
    }
}
