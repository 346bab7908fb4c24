package dev.weir.redisson;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.logging.SimpleFormatter;

/** Keeps all that is logged under some names, at every level, away from the console until it is closed. */
final class Logged extends Handler implements AutoCloseable {

    private final List<Logger> loggers = new ArrayList<>();
    private final List<LogRecord> records = new CopyOnWriteArrayList<>();
    private final SimpleFormatter formatter = new SimpleFormatter();

    Logged(String... names) {
        setLevel(Level.ALL);
        for (String name : names) {
            Logger logger = Logger.getLogger(name);
            logger.setLevel(Level.ALL);
            logger.setUseParentHandlers(false);
            logger.addHandler(this);
            loggers.add(logger);
        }
    }

    @Override
    public void publish(LogRecord entry) {
        records.add(entry);
    }

    @Override
    public void flush() {}

    @Override
    public void close() {
        for (Logger logger : loggers) {
            logger.removeHandler(this);
            logger.setUseParentHandlers(true);
            logger.setLevel(null);
        }
    }

    /** The messages of at least that level. */
    List<String> messages(Level least) {
        return records.stream()
                .filter(entry -> entry.getLevel().intValue() >= least.intValue())
                .map(formatter::formatMessage)
                .toList();
    }

    /** All that would be printed under names that begin so, exceptions included. */
    String text(String name, Level least) {
        StringWriter text = new StringWriter();
        for (LogRecord entry : records) {
            if (entry.getLevel().intValue() >= least.intValue()
                    && entry.getLoggerName().startsWith(name)) {
                text.append(entry.getLoggerName())
                        .append(": ")
                        .append(formatter.formatMessage(entry))
                        .append('\n');
                if (entry.getThrown() != null) {
                    entry.getThrown().printStackTrace(new PrintWriter(text, true));
                }
            }
        }
        return text.toString();
    }
}
