/**
 * The JAX-RS front end. Open {@link dev.weir.jaxrs.RateLimitFeature}, which is all that an application registers, then
 * {@code LimitBinder}, which puts filters on limited methods.
 */
@NullMarked
package dev.weir.jaxrs;

import org.jspecify.annotations.NullMarked;
