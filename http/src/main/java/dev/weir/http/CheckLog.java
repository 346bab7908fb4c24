package dev.weir.http;

import java.lang.System.Logger;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** Says what checks have found in one application, each finding once. Safe for use by many threads. */
final class CheckLog {

    private static final Logger LOGGER = System.getLogger("dev.weir.checks");

    private final Set<Object> said = ConcurrentHashMap.newKeySet();

    /** Says it, unless this check has found something before. */
    void once(Check check, String text) {
        if (said.add(check)) {
            LOGGER.log(check.level(), check.line(text));
        }
    }

    /** Says it, unless that very thing has been said before: for checks that find several, such as limits. */
    void each(Check check, String text) {
        if (said.add(text)) {
            LOGGER.log(check.level(), check.line(text));
        }
    }
}
