package dev.weir.redisson;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;

/** The Lua files of this package. */
final class Script {

    private Script() {}

    /** A script of several files, one after the other. */
    static String of(String... files) {
        StringBuilder script = new StringBuilder();
        for (String file : files) {
            script.append(read(file)).append('\n');
        }
        return script.toString();
    }

    private static String read(String file) {
        try (InputStream in = Script.class.getResourceAsStream(file)) {
            if (in == null) {
                throw new IllegalStateException("weir-redisson has lost its " + file);
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
