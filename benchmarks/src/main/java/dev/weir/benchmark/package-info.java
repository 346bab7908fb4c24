/** What Weir costs, beside its peers: {@link dev.weir.benchmark.Compare} runs all of it. */
@NullMarked
package dev.weir.benchmark;

import org.jspecify.annotations.NullMarked;
