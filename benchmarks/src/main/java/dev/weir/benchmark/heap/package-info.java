/** What remembering a client takes: {@link dev.weir.benchmark.heap.HeapSuite}. */
@NullMarked
package dev.weir.benchmark.heap;

import org.jspecify.annotations.NullMarked;
