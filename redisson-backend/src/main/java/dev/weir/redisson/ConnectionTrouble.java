package dev.weir.redisson;

import org.jspecify.annotations.Nullable;
import org.redisson.client.RedisException;

/** Why Redis cannot be had, in words that carry no password: what Redisson says may repeat an address, and that a password. */
final class ConnectionTrouble {

    private static final int MOST_CAUSES = 16;
    private static final int MOST_CHARACTERS = 200;

    private ConnectionTrouble() {}

    /**
     * What is wrong, as a sentence without a full stop.
     *
     * @param setting which says where Redis is
     */
    static String why(Throwable failure, String setting) {
        if (failure instanceof ServerCheck.UnfitException) {
            return String.valueOf(failure.getMessage());
        }
        int causes = 0;
        for (Throwable e = failure; e != null && causes < MOST_CAUSES; e = e.getCause(), causes++) {
            String message = String.valueOf(e.getMessage());
            if (says(message, "NOAUTH")) {
                return "Redis asks for a password, and " + setting + " has none";
            }
            if (says(message, "without any password configured")) {
                return "Redis has no password, but " + setting + " has one";
            }
            if (says(message, "WRONGPASS", "invalid password", "invalid username-password")) {
                return "Redis refuses the user or the password of " + setting;
            }
            if (says(message, "DB index")) {
                return "Redis has no such database as " + setting + " asks for";
            }
            if (says(message, "NOPERM")) {
                return "Redis lets the user of " + setting + " do too little";
            }
        }
        String kind = failure.getClass().getSimpleName();
        return failure instanceof RedisException
                ? "Redis cannot be reached where " + setting + " says (" + kind + ")"
                : "Redisson accepts no such configuration as that of " + setting + " (" + kind + ")";
    }

    /** Redis' own words, or null if it has said nothing. */
    static @Nullable String said(RedisException e) {
        String message = String.valueOf(e.getMessage());
        int end = message.indexOf(". channel: ");
        if (end < 0) {
            return null;
        }
        int script = message.indexOf(" script: "); // of Redis 7: which one, and where in it
        return message.substring(0, Math.min(script < 0 ? end : Math.min(script, end), MOST_CHARACTERS));
    }

    private static boolean says(String message, String... parts) {
        for (String part : parts) {
            if (message.contains(part)) {
                return true;
            }
        }
        return false;
    }
}
