package dev.weir.benchmark.http;

/** One way to serve a request. */
interface Way {

    /** What the report calls it. */
    String name();

    /** Serves the next request; how much was written, so that nothing is written in vain. */
    long serve() throws Exception;

    /** The answer to the last request. */
    BareResponse response();

    /** Ends what runs. */
    void stop() throws Exception;
}
