package dev.weir.compatibility.matrix;

import java.nio.file.Path;
import java.util.Map;

/**
 * One application of a cell.
 *
 * @param path where it is
 * @param folder its static files
 * @param parameters its context parameters
 */
record Site(String path, Path folder, Map<String, String> parameters, Implementation implementation, Kind kind) {

    /** What it is there to show. */
    enum Kind {
        /** Nothing of Weir's is registered or configured. */
        PLAIN,
        /** Code registers the filter and the feature, which would be found anyway. */
        BY_HAND,
        /** Behind a filter of the application's, with default limits. */
        BEHIND_CORS
    }

    /** The page that a 404 is answered with, as a path of the site. */
    static final String NOT_FOUND_PAGE = "/problem";

    static final String WELCOME_FILE = "index.html";
}
