package dev.weir.security;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** All commands that a Redis is given, those of scripts included, from when this is made. */
final class RedisMonitor implements AutoCloseable {

    private static final Pattern LINE = Pattern.compile("\\+[0-9.]+ \\[\\d+ (\\S+)] (.*)");
    private static final Pattern WORD = Pattern.compile("\"((?:[^\"\\\\]++|\\\\.)*+)\"");
    private static final Pattern ESCAPED = Pattern.compile("\\\\(?:x([0-9a-f]{2})|(.))");

    private final SharedRedis redis;
    private final Socket socket;
    private final BufferedReader lines;

    /**
     * A command, each byte of which is a character.
     *
     * @param byScript whether a script has given it
     */
    record Command(boolean byScript, List<String> words) {
        String name() {
            return words.get(0).toUpperCase(Locale.ROOT);
        }
    }

    RedisMonitor(SharedRedis redis) throws IOException {
        this.redis = redis;
        this.socket = new Socket(InetAddress.getLoopbackAddress(), redis.redis.port);
        socket.setSoTimeout(30_000);
        socket.getOutputStream().write("MONITOR\r\n".getBytes(StandardCharsets.US_ASCII));
        lines = new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.ISO_8859_1));
        lines.readLine();
    }

    /** Those so far, in their order. */
    List<Command> commands() throws IOException {
        redis.redis.tell("ECHO so-far");
        List<Command> commands = new ArrayList<>();
        while (true) {
            Matcher line = LINE.matcher(lines.readLine());
            if (!line.matches()) {
                continue;
            }
            List<String> words = new ArrayList<>();
            Matcher word = WORD.matcher(line.group(2));
            while (word.find()) {
                words.add(plain(word.group(1)));
            }
            if (words.contains("so-far")) {
                return commands;
            }
            commands.add(new Command(line.group(1).equals("lua"), words));
        }
    }

    private static String plain(String escaped) {
        return ESCAPED.matcher(escaped)
                .replaceAll(each -> Matcher.quoteReplacement(
                        each.group(1) != null
                                ? String.valueOf((char) Integer.parseInt(each.group(1), 16))
                                : switch (each.group(2)) {
                                    case "n" -> "\n";
                                    case "r" -> "\r";
                                    case "t" -> "\t";
                                    case "a" -> "\u0007";
                                    case "b" -> "\b";
                                    default -> each.group(2);
                                }));
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
