package dev.weir.http;

/** What a front end does while a request waits for its turn. */
public enum WaitMode {
    /** It keeps the container's thread: {@link Exchange#await}. Few may do so at once. */
    HOLDS_THREAD,
    /** It lets the thread go, and is called back: {@link Exchange#onDone}. */
    FREES_THREAD
}
