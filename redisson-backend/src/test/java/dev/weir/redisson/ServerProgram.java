package dev.weir.redisson;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A server that tests can start: the embedded one, or a newer one of this machine.
 *
 * @param executable null for the embedded one
 */
record ServerProgram(String name, @Nullable File executable) {

    static final ServerProgram EMBEDDED = new ServerProgram("embedded Redis", null);

    private static final Pattern VERSION = Pattern.compile("v=((\\d+)\\.\\S+)");
    private static final int NEWER = 7;
    private static final List<ServerProgram> ALL = found();

    /** The embedded one and, where there is one on the path, a Valkey, or a Redis of version 7 or later. */
    static List<ServerProgram> all() {
        return ALL;
    }

    private static List<ServerProgram> found() {
        List<ServerProgram> all = new ArrayList<>(List.of(EMBEDDED));
        for (String name : List.of("valkey-server", "redis-server")) {
            for (String folder : String.valueOf(System.getenv("PATH")).split(File.pathSeparator, -1)) {
                File file = new File(folder, name);
                String version = all.size() == 1 && file.canExecute() ? version(file) : "";
                if (!version.isEmpty()) {
                    all.add(new ServerProgram(name + " " + version, file));
                }
            }
        }
        System.out.println("Tests run against " + all
                + (all.size() == 1 ? ", as there is no valkey-server or redis-server 7 or later on the path" : ""));
        return List.copyOf(all);
    }

    /** Empty if it is older, or none. */
    private static String version(File file) {
        try {
            Process process = new ProcessBuilder(file.getPath(), "--version")
                    .redirectErrorStream(true)
                    .start();
            String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            Matcher version = VERSION.matcher(said);
            boolean ended = process.waitFor(10, TimeUnit.SECONDS) && process.exitValue() == 0;
            return ended && version.find() && Integer.parseInt(version.group(2)) >= NEWER ? version.group(1) : "";
        } catch (IOException e) {
            return "";
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return "";
        }
    }

    @Override
    public String toString() {
        return name;
    }
}
