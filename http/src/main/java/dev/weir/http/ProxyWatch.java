package dev.weir.http;

import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Warns, once, when the settings for proxies cannot be what was meant: at start, or when the first request shows it. Looks at
 * the first requests only, so that none of the others pays. Thread-safe.
 */
final class ProxyWatch {

    private static final int REQUESTS = 1_024;
    private static final List<String> HEADERS = List.of("X-Forwarded-For", "Forwarded");

    private final boolean watching;
    private final AtomicInteger seen = new AtomicInteger();
    private final CheckLog log;

    ProxyWatch(TrustedProxies proxies, ForwardingHeader header, CheckLog log) {
        this.log = log;
        this.watching = proxies.networks().isEmpty();
        if (proxies.isCatchAll()) {
            log.once(
                    Check.TRUSTS_EVERYBODY,
                    Setting.TRUSTED_PROXIES.key() + " trusts every address, so any client can claim to be any other."
                            + " List the addresses of your proxies only");
        }
        if (header != ForwardingHeader.NONE && proxies.networks().isEmpty()) {
            log.each(
                    Check.SHARED_ADDRESS,
                    Setting.FORWARDING_HEADER.key()
                            + " is set, but nobody is trusted to write it, so it is never read. Set "
                            + Setting.TRUSTED_PROXIES.key() + " to the addresses of your proxies");
        }
        if (header == ForwardingHeader.NONE && !proxies.networks().isEmpty()) {
            log.each(
                    Check.SHARED_ADDRESS,
                    Setting.TRUSTED_PROXIES.key()
                            + " is set, but no forwarding header is, so all clients of a proxy count as one." + " Set "
                            + Setting.FORWARDING_HEADER.key() + " to forwarded or x-forwarded-for");
        }
    }

    /** Looks at a request whose client is about to be told by the peer's address. */
    void look(RequestView request) {
        if (watching && seen.get() < REQUESTS && seen.incrementAndGet() <= REQUESTS) {
            for (String header : HEADERS) {
                if (request.header(header) != null) {
                    log.once(
                            Check.SHARED_ADDRESS,
                            "A request carries " + header
                                    + ", and no proxy is trusted to write it. If there is a proxy, all of its"
                                    + " clients count as one: set " + Setting.TRUSTED_PROXIES.key() + " and "
                                    + Setting.FORWARDING_HEADER.key()
                                    + ". If there is none, a client made it up, and it is ignored");
                }
            }
        }
    }
}
