package dev.weir.http;

import java.util.Collection;
import java.util.Locale;
import java.util.Optional;

/**
 * The known name that somebody probably meant, for the "did you mean" of a message about an unknown attribute value,
 * setting or resolver. A guess for people to read; nothing is ever decided by it. Stateless, so safe for any thread.
 */
final class Suggestion {

    private Suggestion() {}

    /**
     * The known name that takes the fewest edits to reach from {@code unknown}, if they are at most a third of its
     * length (rounded down): beyond that a guess misleads more than it helps. An edit is a character added, left out or
     * replaced, or two neighbours swapped; upper and lower case count as the same. Of several equally near, the
     * alphabetically first, so that a message does not depend on the order of a hash table.
     */
    static Optional<String> nearest(String unknown, Collection<String> known) {
        String nearest = null;
        int fewest = unknown.length() / 3;
        for (String name : known) {
            int edits = edits(unknown.toLowerCase(Locale.ROOT), name.toLowerCase(Locale.ROOT));
            if (edits < fewest || (edits == fewest && (nearest == null || name.compareTo(nearest) < 0))) {
                nearest = name;
                fewest = edits;
            }
        }
        return Optional.ofNullable(nearest);
    }

    /** The edit distance after Levenshtein, with swaps of neighbours (optimal string alignment, Damerau 1964). */
    private static int edits(String from, String to) {
        // distance[i][j]: edits from the first i characters of one to the first j of the other
        int[][] distance = new int[from.length() + 1][to.length() + 1];
        for (int i = 0; i <= from.length(); i++) {
            for (int j = 0; j <= to.length(); j++) {
                if (i == 0 || j == 0) {
                    distance[i][j] = i + j;
                    continue;
                }
                int replaced = distance[i - 1][j - 1] + (from.charAt(i - 1) == to.charAt(j - 1) ? 0 : 1);
                int addedOrLeftOut = Math.min(distance[i - 1][j], distance[i][j - 1]) + 1;
                distance[i][j] = Math.min(replaced, addedOrLeftOut);
                if (i > 1
                        && j > 1
                        && from.charAt(i - 1) == to.charAt(j - 2)
                        && from.charAt(i - 2) == to.charAt(j - 1)) {
                    distance[i][j] = Math.min(distance[i][j], distance[i - 2][j - 2] + 1);
                }
            }
        }
        return distance[from.length()][to.length()];
    }
}
