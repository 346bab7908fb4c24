package dev.weir.redisson;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.weir.core.Algorithm;
import dev.weir.core.Ask;
import dev.weir.core.Bundle;
import dev.weir.core.Policy;
import dev.weir.core.Ticker;
import java.util.concurrent.CompletionStage;

/**
 * Permits that this process has borrowed ahead, for clients that ask often and limits that allow an error: these are used without asking
 * Redis. They were taken there when they were lent, so all processes together admit no more than the limit and what is out on loan.
 *
 * <p>Only for who asks of one bundle, and neither waits nor holds. Bounded.
 */
final class Loans {

    private static final long MOST = 10_000;

    private final Lender lender;
    private final Ticker ticker;
    private final Cache<ClientOfBundle, Loan> loans =
            Caffeine.newBuilder().maximumSize(MOST).build();

    /**
     * No loans yet.
     *
     * @param ticker by which they end: {@link System#nanoTime}'s
     */
    Loans(Lender lender, Ticker ticker) {
        this.lender = lender;
        this.ticker = ticker;
    }

    /** Whether {@code ask} is admitted by what was borrowed; then it has its figures. */
    boolean admit(Ask ask) {
        if (ask.bundle(0).maxError() == 0 || !mayBorrow(ask)) {
            return false;
        }
        Bundle bundle = ask.bundle(0);
        Loan loan = loanOf(ask);
        long now = ticker.read();
        boolean admitted = loan.take(ask, now);
        long[] wanted = loan.wanted(now);
        if (wanted != null) {
            borrow(bundle, ask, loan, wanted);
        }
        return admitted;
    }

    @SuppressWarnings("ReferenceEquality") // versions are told apart by identity
    private Loan loanOf(Ask ask) {
        Bundle bundle = ask.bundle(0);
        ClientOfBundle key = ClientOfBundle.of(bundle, ask.client(0));
        Loan known = loans.getIfPresent(key);
        if (known != null && known.bundle() == bundle) {
            return known;
        }
        return loans.asMap()
                .compute(
                        key, (same, before) -> before != null && before.bundle() == bundle ? before : new Loan(bundle));
    }

    private void borrow(Bundle bundle, Ask ask, Loan loan, long[] wanted) {
        CompletionStage<Lender.Lent> lent;
        try {
            lent = lender.borrow(bundle, ask.client(0), loan.most(), loan.left(), wanted);
        } catch (RuntimeException e) {
            loan.failed(ticker.read());
            return;
        }
        CompletionStage<Void> unused = lent.handle((got, failure) -> {
            if (failure == null) {
                loan.got(got, ticker.read());
            } else {
                loan.failed(ticker.read()); // who asks Redis itself hears what is wrong
            }
            return null;
        });
    }

    private static boolean mayBorrow(Ask ask) {
        if (ask.bundles() > 1 || ask.holds()) {
            return false;
        }
        boolean takes = false;
        for (int i = 0; i < ask.limits(); i++) {
            if (ask.patienceNanos(i) > 0) {
                return false;
            }
            takes |= ask.cost(i) > 0;
        }
        return takes;
    }

    /** Whether permits of {@code bundle} may be lent at all: not so if the share of a limit is less than one, nor turns of a queue. */
    static boolean areLent(Bundle bundle) {
        for (Policy policy : bundle.policies()) {
            if (policy.limit().algorithm() == Algorithm.LEAKY_BUCKET_QUEUE
                    || bundle.maxError() * policy.limit().burst() < 1) {
                return false;
            }
        }
        return true;
    }
}
