package dev.weir.benchmark.start;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import javax.tools.JavaCompiler;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.ToolProvider;

/**
 * The classes of an application of many endpoints, each under a limit of its own: written and compiled for one run, since limits stand on
 * classes and methods, and nobody wants to read five hundred of them.
 */
final class Application implements AutoCloseable {

    /** Where the classes are. */
    static final String PACKAGE = "generated";

    /** How many resource methods a class has. */
    static final int METHODS = 10;

    private static final String SERVLET = """
            package generated;

            @dev.weir.annotation.RateLimited(permits = 100, per = "1m")
            public class Servlet%1$d extends jakarta.servlet.http.HttpServlet {
                private static final long serialVersionUID = 1L;

                @Override
                protected void doGet(
                        jakarta.servlet.http.HttpServletRequest request, jakarta.servlet.http.HttpServletResponse response)
                        throws java.io.IOException {
                    response.getOutputStream().print("ok %1$d");
                }
            }
            """;

    private static final String RESOURCE = """
            package generated;

            @jakarta.ws.rs.Path("resource%1$d")
            public class Resource%1$d {
            %2$s}
            """;

    private static final String METHOD = """
                @jakarta.ws.rs.GET
                @jakarta.ws.rs.Path("method%1$d")
                @dev.weir.annotation.RateLimited(permits = 100, per = "1m")
                public String method%1$d() {
                    return "ok %1$d";
                }
            """;

    private final Path directory;

    private Application(Path directory) {
        this.directory = directory;
    }

    /**
     * Compiles as many servlets, and as many methods of resources, in a directory of its own.
     *
     * @throws IllegalStateException if this Java has no compiler
     */
    static Application of(int endpoints) throws IOException {
        JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        if (compiler == null) {
            throw new IllegalStateException("This Java has no compiler: run it with a JDK");
        }
        Application application = new Application(Files.createTempDirectory("application"));
        List<String> options = List.of(
                "-d",
                application.directory.toString(),
                "-proc:none",
                "-classpath",
                System.getProperty("java.class.path"));
        if (!compiler.getTask(null, null, null, options, null, sources(endpoints))
                .call()) {
            throw new IllegalStateException("The application does not compile");
        }
        return application;
    }

    /** What to put on a class path. */
    String classes() {
        return directory.toString();
    }

    private static List<JavaFileObject> sources(int endpoints) {
        List<JavaFileObject> sources = new ArrayList<>();
        for (int i = 0; i < endpoints; i++) {
            sources.add(new Source("Servlet" + i, SERVLET.formatted(i)));
        }
        for (int i = 0; i < endpoints / METHODS; i++) {
            StringBuilder methods = new StringBuilder();
            for (int j = 0; j < METHODS; j++) {
                methods.append(METHOD.formatted(j));
            }
            sources.add(new Source("Resource" + i, RESOURCE.formatted(i, methods)));
        }
        return sources;
    }

    private static final class Source extends SimpleJavaFileObject {
        private final String text;

        Source(String name, String text) {
            super(URI.create("string:///" + PACKAGE + "/" + name + ".java"), Kind.SOURCE);
            this.text = text;
        }

        @Override
        public CharSequence getCharContent(boolean ignoreEncodingErrors) {
            return text;
        }
    }

    @Override
    public void close() {
        try (var all = Files.walk(directory)) {
            for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(path);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
