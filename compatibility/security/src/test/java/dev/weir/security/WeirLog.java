package dev.weir.security;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.logging.SimpleFormatter;

/** Keeps all that Weir logs, at every level, away from the console until it is closed. */
final class WeirLog extends Handler implements AutoCloseable {

    private final Logger logger = Logger.getLogger("dev.weir");
    private final List<LogRecord> records = new CopyOnWriteArrayList<>();
    private final SimpleFormatter formatter = new SimpleFormatter();

    private WeirLog() {
        setLevel(Level.ALL);
        logger.setLevel(Level.ALL);
        logger.setUseParentHandlers(false);
        logger.addHandler(this);
    }

    static WeirLog capture() {
        return new WeirLog();
    }

    @Override
    public void publish(LogRecord entry) {
        records.add(entry);
    }

    @Override
    public void flush() {}

    @Override
    public void close() {
        logger.removeHandler(this);
        logger.setUseParentHandlers(true);
        logger.setLevel(null);
    }

    /** The messages of warnings. */
    List<String> warnings() {
        return messages(Level.WARNING);
    }

    /** The messages of one level. */
    List<String> messages(Level level) {
        return records.stream()
                .filter(entry -> entry.getLevel() == level)
                .map(formatter::formatMessage)
                .toList();
    }

    /** All that would be printed, exceptions included. */
    String text() {
        StringWriter text = new StringWriter();
        for (LogRecord entry : records) {
            text.append(entry.getLoggerName())
                    .append(": ")
                    .append(formatter.formatMessage(entry))
                    .append('\n');
            if (entry.getThrown() != null) {
                entry.getThrown().printStackTrace(new PrintWriter(text, true));
            }
        }
        return text.toString();
    }
}
