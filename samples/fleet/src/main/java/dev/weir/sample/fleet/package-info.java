/**
 * A fleet in one program: {@link dev.weir.sample.fleet.Main} starts copies of the Jetty sample that share a Redis, asks them all on
 * behalf of the same clients, and compares what they admitted together with what the limits say.
 */
package dev.weir.sample.fleet;
