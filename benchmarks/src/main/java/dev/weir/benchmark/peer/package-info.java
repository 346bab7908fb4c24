/** Other libraries, set up to do what Weir does. */
@NullMarked
package dev.weir.benchmark.peer;

import org.jspecify.annotations.NullMarked;
