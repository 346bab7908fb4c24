package dev.weir.redisson;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.redisson.api.RScript;
import org.redisson.api.RedissonClient;
import org.redisson.client.RedisNoScriptException;
import org.redisson.client.codec.ByteArrayCodec;

/** The Lua files of this package, and how they are run. */
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

    /**
     * Runs {@code script} on the master. The client loads one that the server does not know; if it is forgotten again in between, it has
     * not run, and is sent once more.
     *
     * @param keys all in one slot
     */
    static CompletionStage<List<Object>> run(
            RedissonClient client, String script, List<Object> keys, List<Object> args) {
        return sent(client, script, keys, args)
                .exceptionallyCompose(failure -> isForgotten(failure)
                        ? sent(client, script, keys, args)
                        : CompletableFuture.failedFuture(failure));
    }

    private static CompletionStage<List<Object>> sent(
            RedissonClient client, String script, List<Object> keys, List<Object> args) {
        return client.getScript(ByteArrayCodec.INSTANCE)
                .evalAsync(RScript.Mode.READ_WRITE, script, RScript.ReturnType.LIST, keys, args.toArray());
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
