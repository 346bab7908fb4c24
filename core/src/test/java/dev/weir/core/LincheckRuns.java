package dev.weir.core;

import static org.jetbrains.lincheck.datastructures.ManagedStrategyGuaranteeKt.forClasses;

import java.util.List;
import kotlin.jvm.functions.Function1;
import org.jetbrains.lincheck.datastructures.ManagedStrategyGuarantee;
import org.jetbrains.lincheck.datastructures.ModelCheckingOptions;
import org.jetbrains.lincheck.datastructures.StressOptions;

/** How long Lincheck looks. */
final class LincheckRuns {

    private static final List<Class<?>> PURE = List.of(
            Ask.class,
            Asks.class,
            EntryKey.class,
            EntryKey.Probe.class,
            Bundle.class,
            ClientKey.class,
            Decision.class,
            Gcra.class,
            Kernel.class,
            CountingKernel.class,
            KeyHasher.class,
            RateLimiterBuilder.class,
            Limit.class,
            Outcome.class,
            Policy.class,
            SlidingWindowCounter.class,
            SlidingWindowLog.class,
            LogRing.class,
            FixedWindow.class,
            Windows.class,
            Wide.class,
            WindowAnchor.class);

    private LincheckRuns() {}

    /** Chosen interleavings of small scenarios. */
    static ModelCheckingOptions chosen() {
        return new ModelCheckingOptions()
                .iterations(16)
                .invocationsPerIteration(40)
                .threads(2)
                .actorsPerThread(2)
                .actorsBefore(1)
                .actorsAfter(1)
                .addGuarantee(pure());
    }

    /** Whatever happens on this machine. */
    static StressOptions observed() {
        return new StressOptions()
                .iterations(6)
                .invocationsPerIteration(200)
                .threads(2)
                .actorsPerThread(2)
                .actorsBefore(1)
                .actorsAfter(1);
    }

    /* Shares nothing, and takes Lincheck most of its time. */
    private static ManagedStrategyGuarantee pure() {
        Function1<String, Boolean> pure = name -> name.startsWith("com.github.benmanes.caffeine")
                || PURE.stream().anyMatch(type -> name.equals(type.getName()));
        return forClasses(pure).allMethods().ignore();
    }
}
