/** The servlet front end. Open {@link dev.weir.servlet.RateLimitFilter}; the rest adapts what its API forces. */
@NullMarked
package dev.weir.servlet;

import org.jspecify.annotations.NullMarked;
