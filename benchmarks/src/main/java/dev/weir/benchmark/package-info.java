/** What a decision costs. {@link dev.weir.benchmark.RedisLoad} measures decisions over Redis. */
@NullMarked
package dev.weir.benchmark;

import org.jspecify.annotations.NullMarked;
