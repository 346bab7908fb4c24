/** What strangers cost where the cache is full of strangers: {@link dev.weir.benchmark.churn.ChurnSuite}. */
@NullMarked
package dev.weir.benchmark.churn;

import org.jspecify.annotations.NullMarked;
