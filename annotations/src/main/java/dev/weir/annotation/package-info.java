/**
 * What an endpoint says about its own limits. Open {@link dev.weir.annotation.RateLimited} first; the other types are its
 * vocabulary and its opposite, {@link dev.weir.annotation.RateLimitExempt}.
 */
package dev.weir.annotation;
