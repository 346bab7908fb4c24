package dev.weir.annotation;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Lifts the limits that an endpoint would otherwise have: a method inside a limited class, a subclass of a limited one, a
 * servlet that the filter's default limits would cover.
 *
 * <p>It is looked for where {@link RateLimited} is, and the nearest of the two wins. Both at the same place are an error
 * that stops the deployment.
 */
@Documented
@Retention(RetentionPolicy.RUNTIME)
@Target({ElementType.TYPE, ElementType.METHOD})
public @interface RateLimitExempt {}
