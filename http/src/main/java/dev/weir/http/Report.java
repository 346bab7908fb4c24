package dev.weir.http;

import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Collects what is wrong at one place: {@code place: attribute = what is wrong}. */
final class Report {

    private final String place;
    private final List<String> problems;
    private final int before;

    Report(String place, List<String> problems) {
        this.place = place;
        this.problems = problems;
        this.before = problems.size();
    }

    /** Reports {@code complaint}, which begins with the value that was found. */
    void add(String attribute, String complaint) {
        problems.add(place + attribute + " = " + complaint + ".");
    }

    /** What {@code step} returns, or null if it complains, which is reported. */
    <T> @Nullable T attempt(String attribute, Supplier<T> step) {
        try {
            return step.get();
        } catch (IllegalArgumentException e) {
            String message = String.valueOf(e.getMessage());
            problems.add(place + attribute + (message.startsWith("\"") ? " = " : ": ") + message + ".");
            return null;
        }
    }

    boolean hasProblems() {
        return problems.size() > before;
    }
}
