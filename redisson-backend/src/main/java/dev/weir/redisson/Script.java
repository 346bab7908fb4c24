package dev.weir.redisson;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CompletionStage;
import org.redisson.api.RScript;
import org.redisson.api.RedissonClient;
import org.redisson.client.RedisNoScriptException;
import org.redisson.client.codec.ByteArrayCodec;

/** The Lua files of this package, and how they are run. */
final class Script {

    private static final int MAX_LOADS = 10;

    private Script() {}

    /** A script of several files, one after the other. */
    static String of(String... files) {
        StringBuilder script = new StringBuilder();
        for (String file : files) {
            script.append(read(file)).append('\n');
        }
        return script.toString();
    }

    /**
     * Runs {@code script} on the master. Redisson loads one that the server does not know, once; if it is forgotten again before it has
     * run, then again: it has done nothing so far.
     *
     * @param keys all in one slot
     */
    static CompletionStage<List<Object>> run(
            RedissonClient client, String script, List<Object> keys, List<Object> args) {
        return run(client, script, keys, args, MAX_LOADS);
    }

    private static CompletionStage<List<Object>> run(
            RedissonClient client, String script, List<Object> keys, List<Object> args, int loads) {
        CompletionStage<List<Object>> reply = client.getScript(ByteArrayCodec.INSTANCE)
                .evalAsync(RScript.Mode.READ_WRITE, script, RScript.ReturnType.LIST, keys, args.toArray());
        return reply.exceptionallyCompose(
                failure -> isForgotten(failure) && loads > 1 ? run(client, script, keys, args, loads - 1) : reply);
    }

    private static boolean isForgotten(Throwable failure) {
        return failure instanceof RedisNoScriptException || failure.getCause() instanceof RedisNoScriptException;
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
