/**
 * What a back end implements: {@link dev.weir.core.spi.Backend} keeps state and answers, and a
 * {@link dev.weir.core.spi.BackendProvider}, found by service loading, opens it.
 */
@NullMarked
package dev.weir.core.spi;

import org.jspecify.annotations.NullMarked;
