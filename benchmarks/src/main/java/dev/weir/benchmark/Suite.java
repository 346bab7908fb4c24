package dev.weir.benchmark;

/** Measures one thing in several ways, side by side, and reports on it. */
public interface Suite {

    /** What it is called by {@code --only}. */
    String name();

    /** Measures, and adds a section to the report. */
    void run(Effort effort, Report report) throws Exception;
}
