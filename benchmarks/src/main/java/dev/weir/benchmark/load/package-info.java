/** What a request costs a server, over HTTP: {@link dev.weir.benchmark.load.LoadSuite}. */
@NullMarked
package dev.weir.benchmark.load;

import org.jspecify.annotations.NullMarked;
