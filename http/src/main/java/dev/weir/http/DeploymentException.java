package dev.weir.http;

import java.util.List;

/** Everything that is wrong with a deployment, found before any request is served. */
public final class DeploymentException extends IllegalArgumentException {

    private static final long serialVersionUID = 1L;

    /** The mistakes, each of which says what was found, where, and what to write instead. */
    @SuppressWarnings("serial") // always an immutable list of strings
    private final List<String> problems;

    /**
     * One exception for all of {@code problems}.
     *
     * @param problems at least one
     */
    public DeploymentException(List<String> problems) {
        super(text(problems));
        this.problems = List.copyOf(problems);
    }

    /** The mistakes, in the order in which they were found. */
    public List<String> problems() {
        return problems;
    }

    private static String text(List<String> problems) {
        if (problems.size() == 1) {
            return "Weir cannot start: " + problems.get(0);
        }
        StringBuilder text = new StringBuilder("Weir cannot start, for " + problems.size() + " reasons:");
        for (int i = 0; i < problems.size(); i++) {
            text.append("\n ").append(i + 1).append(". ").append(problems.get(i));
        }
        return text.toString();
    }
}
