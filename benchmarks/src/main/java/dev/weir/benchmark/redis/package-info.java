/** Decisions over Redis, under load. */
@NullMarked
package dev.weir.benchmark.redis;

import org.jspecify.annotations.NullMarked;
