package dev.weir.http;

import java.lang.System.Logger.Level;
import java.util.Locale;

/**
 * What Weir warns of when an application starts, or when its first requests show it. A code never changes its meaning and is never
 * used again. Those from 101 on are of the Redis back end. What each means stands beside it, and from there in docs/checks.md.
 */
public enum Check {
    SHARED_ADDRESS(1, "Clients may share one address", """
            The settings for proxies are only half there, or a request has come with `X-Forwarded-For` or `Forwarded` and no proxy is
            trusted to write it. Behind a proxy all clients then have the proxy's address, and share one budget.

            Set `weir.trusted-proxies` and `weir.forwarding-header` ([behind a proxy](behind-a-proxy.md)). Where there is no proxy, a client
            has made the field up: it is ignored, and so may this line be."""),
    TRUSTS_EVERYBODY(2, "Any client can claim any address", """
            `weir.trusted-proxies` covers every address there is, so what clients write into the forwarding header is believed.

            List the addresses of your proxies only."""),
    NEVER_REACHED(3, "A limit is never reached", """
            Another limit of the same endpoint and key, or one that all clients share, is at least as strict in every window: whoever
            stays within that one never meets this one. Beside `100/1m`, the limit `10_000/1h` says nothing: no hour has more than 6,100.

            Lower the permits of the one that is never reached, or leave it out. Buckets, logs and fixed windows of a fixed cost are
            compared; sliding counters, queues, limits with `maxWait`, and named ones that other endpoints also use up are not."""),
    NEVER_PASSED(4, "A limit is never passed", """
            No request fits into the burst, so every one is refused, and none is told when to come back. In an annotation this is an
            error; here it is about `weir.default-limits`.

            Write a burst of 1 or more, or leave it out. To close an endpoint, write 0 permits."""),
    CLOSED(5, "A limit is closed", Level.INFO, """
            It has 0 permits, which refuses every request that it applies to. If that is meant, nothing needs to be done."""),
    UNVERIFIED_API_KEYS(6, "Nobody verifies API keys", """
            A limit has the key `api-key`, and there is no verifier, so a key is no identity: anybody can make one up. Its bucket is
            that of the address and the key together, and an address may bring no more new keys than `weir.new-keys-per-address` says.

            Register an `ApiKeyVerifier` ([clients](clients.md)), by `weir.api-key-verifier` or `Weir.builder().apiKeyVerifier(…)`. Where
            something in front has verified the keys already, a verifier that accepts all of them says so; nothing else may reach Weir then."""),
    CORS_BEHIND(7, "A CORS filter runs behind Weir's", """
            A request that Weir refuses does not reach it, so the refusal has no `Access-Control-Allow-Origin`: a script in a browser sees
            a network error in place of the 429, and neither `Retry-After` nor `RateLimit`.

            Map the CORS filter before Weir's: filters run in the order of their mappings in `web.xml`. Preflights are not counted anyway."""),
    AUTHENTICATION_BEHIND(8, "An authentication filter runs behind Weir's", """
            Weir's filter asks who the user is before that filter has found out, so limits by `client` and `user` count addresses, and the
            tier is that of an unknown user.

            Map the authentication filter before Weir's. What it refuses is then not limited: limits that should hold for logins too
            belong to a servlet or resource in front of it, by `ip`. If all is meant to be by address, write `key = "ip"`, and this line goes."""),
    WITHOUT_ASYNC(9, "Requests reach Weir without async support", """
            Weir's filter or one before it is registered without `<async-supported>true</async-supported>`. Requests that wait for their
            turn or for a decision hold a thread then, whatever `weir.async` says, and a servlet behind that calls `startAsync` fails.

            Set it for Weir's filter and for the filters that the line names."""),
    TWO_WEIRS(10, "Two Weirs in one application", """
            A second filter, or a feature with a `Weir` of its own beside the filter's. Each counts for itself, so that a request may be
            charged by both, and each writes header fields.

            Register one filter, and give the feature no Weir or the same one: it finds the filter's by itself."""),
    OTHER_FIELDS(11, "Another limiter writes the same header fields", """
            A response had `RateLimit` or `X-RateLimit` fields before Weir wrote its own. Those of the draft are lists, in which both stand
            and are told apart by their policies' names; `X-RateLimit` has one value, and Weir's replaces the other, whose reset may have had
            another meaning.

            Switch one of them off, such as by `weir.header-styles = draft` or `none` ([header fields](header-fields.md))."""),
    NO_SUCH_POLICY(12, "A setting is for a policy that there is not", """
            A minute after the start no policy has the name in `weir.policy.NAME.…`. It may come later, with a class that a JAX-RS
            locator returns, or with a JAX-RS servlet that starts at its first request; otherwise it is misspelt. The names in use stand in the field `RateLimit-Policy`."""),
    NEAR_A_SETTING(13, "A name in the environment is nearly a setting's", """
            A variable begins with `WEIR_`, is no setting, and is spelt much like one. It is not an error, since others use the prefix too.
            Correct its name, or leave it if it is somebody else's.""");

    private final String code;
    private final String title;
    private final Level level;
    private final String advice;

    Check(int number, String title, String advice) {
        this(number, title, Level.WARNING, advice);
    }

    Check(int number, String title, Level level, String advice) {
        this.code = "WEIR-" + number;
        this.title = title;
        this.level = level;
        this.advice = advice;
    }

    /** Such as {@code WEIR-1}. */
    public String code() {
        return code;
    }

    Level level() {
        return level;
    }

    /** What it is, in a few words. */
    String title() {
        return title;
    }

    /** What it means and what to do, in Markdown. */
    String advice() {
        return advice;
    }

    /** The line of the log: {@code text}, without a full stop, with the code and the place to read on. */
    String line(String text) {
        return code + ": " + text + (text.endsWith("?") ? "" : ".") + " See docs/checks.md#"
                + code.toLowerCase(Locale.ROOT);
    }
}
