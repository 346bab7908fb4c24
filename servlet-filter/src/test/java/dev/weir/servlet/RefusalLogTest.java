package dev.weir.servlet;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.annotation.RateLimited;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Whoever is refused cannot fill the log. */
class RefusalLogTest {

    /* Held, since the log manager holds loggers by weak references only. */
    private static final Logger LOGGER = Logger.getLogger("dev.weir");
    private final List<String> lines = Collections.synchronizedList(new ArrayList<>());
    private final Handler handler = new Handler() {
        @Override
        public void publish(LogRecord line) {
            lines.add(line.getMessage());
        }

        @Override
        public void flush() {}

        @Override
        public void close() {}
    };

    @RateLimited(permits = 1, per = "1d")
    public static class Limited extends OkServlet {
        private static final long serialVersionUID = 1L;
    }

    @RateLimited(permits = 0, per = "1d")
    public static class Closed extends OkServlet {
        private static final long serialVersionUID = 1L;
    }

    @RateLimited(permits = 1, per = "1d", key = "broken")
    public static class Broken extends OkServlet {
        private static final long serialVersionUID = 1L;
    }

    @BeforeEach
    void listen() {
        LOGGER.setUseParentHandlers(false);
        LOGGER.setLevel(Level.ALL);
        LOGGER.addHandler(handler);
    }

    @AfterEach
    void stopListening() {
        LOGGER.removeHandler(handler);
        LOGGER.setLevel(null);
        LOGGER.setUseParentHandlers(true);
    }

    @Test
    void aClientThatIsRefusedIsLoggedOnceAMinuteAtMost() throws Exception {
        try (JettyServer server = new JettyServer().servlet("/", Limited.class).start()) {
            Client client = server.client();
            client.get("/");
            for (int lineNumber = 1; lineNumber <= 2; lineNumber++) {
                for (int i = 0; i < 500; i++) {
                    assertThat(client.get("/").statusCode()).isEqualTo(429);
                }
                assertThat(lines).hasSize(lineNumber);
                server.advance(Duration.ofMinutes(1));
            }
            assertThat(lines).allMatch(line -> line.startsWith("Refused ADDRESS#") && line.length() <= 256);
            assertThat(lines).noneMatch(line -> line.contains(client.address()));
        }
    }

    @Test
    void aThousandClientsThatAreRefusedAreAHundredAndTwentyEightLinesAMinuteAtMost() throws Exception {
        try (JettyServer server = new JettyServer().servlet("/", Closed.class).start()) {
            for (int i = 0; i < 1_000; i++) {
                assertThat(server.client().get("/").statusCode()).isEqualTo(429);
            }
            assertThat(lines.stream().filter(line -> line.startsWith("Refused ")))
                    .hasSizeBetween(1, 128);
        }
    }

    @Test
    void whatCannotBeJudgedIsLoggedOnceAMinute() throws Exception {
        JettyServer starting = new JettyServer()
                .servlet("/", Broken.class)
                .with(builder -> builder.keyResolver("broken", request -> {
                    throw new IllegalStateException("broken");
                }));
        try (JettyServer server = starting.start()) {
            Client client = server.client();
            for (int i = 0; i < 1_000; i++) {
                assertThat(client.get("/").statusCode()).isEqualTo(503);
            }
            String line =
                    "The limits of " + Broken.class.getName() + " could not be judged; the request was answered 503.";
            assertThat(lines).containsExactly(line);
            server.advance(Duration.ofMinutes(1));
            client.get("/");
            client.get("/");
            assertThat(lines).containsExactly(line, line + " So were 999 others since the last report.");
        }
    }
}
