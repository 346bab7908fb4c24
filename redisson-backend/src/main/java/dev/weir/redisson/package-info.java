/** The limiter of a fleet: its kernels run in Redis, as Lua. */
@NullMarked
package dev.weir.redisson;

import org.jspecify.annotations.NullMarked;
