/** What Weir adds to the start of an application: {@link dev.weir.benchmark.start.StartSuite}. */
@NullMarked
package dev.weir.benchmark.start;

import org.jspecify.annotations.NullMarked;
