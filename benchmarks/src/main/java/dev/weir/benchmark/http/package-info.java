/** What the front ends cost, in process: no socket, no container's own work. Open {@link dev.weir.benchmark.http.FrontEndSuite}. */
@NullMarked
package dev.weir.benchmark.http;

import org.jspecify.annotations.NullMarked;
