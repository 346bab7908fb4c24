package dev.weir.http;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** What can be said of one policy: the word behind its name, as in {@code weir.policy.search.deadline}. */
enum PolicyWord {
    ON_FAILURE("on-failure", "what becomes of a request for which there is no decision: `open`, `local` or `closed`"),
    DEADLINE("deadline", "how long a decision may take, `1ms` to `1h`"),
    FALLBACK_SHARE("fallback-share", "which share of its limit this process may use by itself, above 0 to 1"),
    MAX_ERROR("max-error", "how far its limit may be off for speed's sake, as a part of the burst, 0 to 1");

    private final String word;
    private final String meaning;

    PolicyWord(String word, String meaning) {
        this.word = word;
        this.meaning = meaning;
    }

    /** As it stands behind the last dot. */
    String word() {
        return word;
    }

    /** What it means, with its values and their ranges: in Markdown, without a full stop. */
    String meaning() {
        return meaning;
    }

    /**
     * Tries to read a value.
     *
     * @throws IllegalArgumentException that says what to write instead
     */
    void check(String value) {
        Object unused = switch (this) {
            case ON_FAILURE -> Fallbacks.mode(value);
            case DEADLINE -> Fallbacks.deadline(value);
            case FALLBACK_SHARE -> Fallbacks.share(value);
            case MAX_ERROR -> SettingText.part(value);
        };
    }

    static Optional<PolicyWord> of(String word) {
        return Arrays.stream(values()).filter(each -> each.word.equals(word)).findFirst();
    }

    static List<String> words() {
        return Arrays.stream(values()).map(PolicyWord::word).toList();
    }
}
