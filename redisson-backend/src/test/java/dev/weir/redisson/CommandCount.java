package dev.weir.redisson;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** How many commands a server was given, those within scripts included. */
public final class CommandCount {

    /* Of those that count: not the one that asks, nor that by which idle connections are kept. */
    private static final Pattern LINE = Pattern.compile("cmdstat_(?!info|ping)[^:]+:calls=(\\d+),.*");

    private CommandCount() {}

    /** How many the server at {@code port} of this machine was given so far. */
    public static long of(int port) {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            socket.getOutputStream().write("INFO commandstats\r\n".getBytes(StandardCharsets.US_ASCII));
            BufferedReader lines =
                    new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.US_ASCII));
            int left = Integer.parseInt(lines.readLine().substring(1));
            long sum = 0;
            while (left > 0) {
                String line = lines.readLine();
                left -= line.length() + 2;
                Matcher known = LINE.matcher(line);
                sum += known.matches() ? Long.parseLong(known.group(1)) : 0;
            }
            return sum;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
