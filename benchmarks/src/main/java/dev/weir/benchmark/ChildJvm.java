package dev.weir.benchmark;

import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStreamWriter;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/**
 * A virtual machine of its own for what is measured, which nothing before has compiled or filled. It is asked by lines and answers by
 * lines, and ends when it is asked no more.
 */
public final class ChildJvm implements AutoCloseable {

    private static final long PATIENCE_SECONDS = 10;

    private final String name;
    private final Process process;
    private final BufferedReader answers;
    private final PrintWriter questions;

    private ChildJvm(String name, Process process) {
        this.name = name;
        this.process = process;
        this.answers = new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
        this.questions = new PrintWriter(new OutputStreamWriter(process.getOutputStream(), StandardCharsets.UTF_8));
    }

    /** Starts {@code main} on this class path. What it has to complain of appears among the messages of this one. */
    public static ChildJvm start(Class<?> main, List<String> options, String... args) throws IOException {
        return start(main, System.getProperty("java.class.path"), options, args);
    }

    /** Starts {@code main} on a class path of its own. */
    public static ChildJvm start(Class<?> main, String classPath, List<String> options, String... args)
            throws IOException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(options);
        command.addAll(List.of("-cp", classPath, main.getName()));
        command.addAll(List.of(args));
        Process process = new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        return new ChildJvm(main.getSimpleName() + Arrays.toString(args), process);
    }

    /** This class path, without the libraries that {@code unwanted} says of a file's name. */
    public static String classPathWithout(Predicate<String> unwanted) {
        return Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
                .filter(entry -> !unwanted.test(Path.of(entry).getFileName().toString()))
                .collect(Collectors.joining(File.pathSeparator));
    }

    /** In the child: answers each line with what {@code answer} makes of it, until there are no more. If that fails, the child ends. */
    public static void answer(Function<String, String> answer) throws IOException {
        BufferedReader asked = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        try {
            for (String line = asked.readLine(); line != null; line = asked.readLine()) {
                System.out.println(answer.apply(line));
                System.out.flush();
            }
        } catch (RuntimeException e) {
            e.printStackTrace();
            System.exit(1); // whatever threads still run: who asks must not wait for ever
        }
    }

    /**
     * The next line that it says, cut at its blanks.
     *
     * @throws IllegalStateException if it has ended
     */
    public String[] next() throws IOException {
        String line = answers.readLine();
        if (line == null) {
            throw new IllegalStateException(name + " has ended without an answer");
        }
        return line.split(" ", -1);
    }

    /** Asks, and waits for the answer. */
    public String[] ask(String question) throws IOException {
        questions.println(question);
        questions.flush();
        return next();
    }

    /** Ends it. */
    @Override
    public void close() throws IOException {
        questions.close();
        try {
            if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
        answers.close();
    }
}
