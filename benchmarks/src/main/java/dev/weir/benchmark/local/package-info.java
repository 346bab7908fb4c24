/** Decisions in this process. */
@NullMarked
package dev.weir.benchmark.local;

import org.jspecify.annotations.NullMarked;
