/**
 * The limiter of a fleet: its kernels run in Redis, as Lua. {@link dev.weir.redisson.RedisBackendProvider} opens it by settings;
 * {@link dev.weir.redisson.RedisLeakyBucketQueues} are the queues of a fleet as a library.
 */
@NullMarked
package dev.weir.redisson;

import org.jspecify.annotations.NullMarked;
