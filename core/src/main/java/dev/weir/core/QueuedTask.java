package dev.weir.core;

import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * A task that was submitted to a queue of {@link LeakyBucketQueues}.
 *
 * @param place its place, or why it has none
 * @param outcome what the task returns or throws. {@link java.util.concurrent.CancellationException} if it was cancelled,
 *     here or with its queue; {@link java.util.concurrent.RejectedExecutionException} if it has no place or the executor
 *     does not take it. Cancelling it, or completing it in any other way before the task begins, gives up the turn.
 */
public record QueuedTask<T extends @Nullable Object>(QueuePlace place, CompletableFuture<T> outcome) {}
