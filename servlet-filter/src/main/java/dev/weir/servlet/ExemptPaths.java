package dev.weir.servlet;

import dev.weir.http.DeploymentException;
import dev.weir.http.Setting;
import dev.weir.http.Settings;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.MappingMatch;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Paths that the filter leaves alone: exact ones ({@code /health}) and whole trees ({@code /static/*}). They are matched on
 * servlet path and path info, which the container has decoded and normalised, never on the raw URI. Immutable.
 */
final class ExemptPaths {

    private static final String TREE = "/*";

    private final String place;
    private final Set<String> exact = new HashSet<>();
    private final List<String> trees = new ArrayList<>();

    private ExemptPaths(String place) {
        this.place = place;
    }

    /**
     * Parses the comma-separated list of the setting.
     *
     * @throws DeploymentException if a path is malformed
     */
    static ExemptPaths of(Settings settings) {
        ExemptPaths paths = new ExemptPaths(settings.place(Setting.EXEMPT_PATHS));
        String text = settings.get(Setting.EXEMPT_PATHS);
        List<String> problems = new ArrayList<>();
        if (!text.isBlank()) {
            for (String item : text.split(",", -1)) {
                paths.add(item.trim(), problems);
            }
        }
        if (!problems.isEmpty()) {
            throw new DeploymentException(problems);
        }
        return paths;
    }

    /** The path that the container has matched, decoded, from the context root on. */
    static String pathOf(HttpServletRequest request) {
        String info = request.getPathInfo();
        return info == null ? request.getServletPath() : request.getServletPath() + info;
    }

    boolean contains(HttpServletRequest request) {
        if (exact.isEmpty() && trees.isEmpty()) {
            return false;
        }
        String path = pathOf(request);
        if (exact.contains(path)) {
            return true;
        }
        if (request.getHttpServletMapping().getMappingMatch() == MappingMatch.EXTENSION) {
            return false; // mapped by its suffix, a servlet would be in whatever tree the client writes before it
        }
        for (String tree : trees) {
            if (path.startsWith(tree) && (path.length() == tree.length() || path.charAt(tree.length()) == '/')) {
                return !mayPointElsewhere(path);
            }
        }
        return false;
    }

    /* Containers can be told to let encoded slashes and dots pass; the application may then find another place by the path. */
    private static boolean mayPointElsewhere(String path) {
        String slashed = path.replace('\\', '/') + '/';
        return slashed.contains("/../") || slashed.contains("/./") || path.indexOf('%') >= 0;
    }

    private void add(String path, List<String> problems) {
        boolean isTree = path.endsWith(TREE);
        String stem = isTree ? path.substring(0, path.length() - TREE.length()) : path;
        boolean wellFormed = (stem.startsWith("/") || (isTree && stem.isEmpty()))
                && stem.indexOf('*') < 0
                && stem.indexOf('%') < 0
                && stem.indexOf(';') < 0
                && stem.indexOf('?') < 0
                && !stem.contains("//")
                && !(stem + "/").contains("/./")
                && !(stem + "/").contains("/../");
        if (!wellFormed) {
            problems.add(place + ": \"" + path + "\" is not a path."
                    + " Write it decoded, from the context root on. Examples: /health, /static/*");
        } else if (isTree) {
            trees.add(stem);
        } else {
            exact.add(stem);
        }
    }
}
