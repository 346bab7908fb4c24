/**
 * Rate limiting as a library. Open {@link dev.weir.core.RateLimiter} to use it, {@link dev.weir.core.Gcra} for the
 * arithmetic, {@link dev.weir.core.LocalLimiter} for where the state is kept, and {@link dev.weir.core.Ask} for what a
 * front end hands to a back end.
 */
@NullMarked
package dev.weir.core;

import org.jspecify.annotations.NullMarked;
