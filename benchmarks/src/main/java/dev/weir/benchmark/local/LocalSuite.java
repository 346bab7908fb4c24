package dev.weir.benchmark.local;

import dev.weir.benchmark.Effort;
import dev.weir.benchmark.Report;
import dev.weir.benchmark.Suite;

/** Decisions in this process. */
public final class LocalSuite implements Suite {

    @Override
    public String name() {
        return "local";
    }

    @Override
    public void run(Effort effort, Report report) throws Exception {
        report.section("Local decisions");
    }
}
