/**
 * A fleet in one program: {@link dev.weir.sample.fleet.Main} starts copies of the Jetty sample that share a Redis, asks them all on
 * behalf of the same clients, and compares what they admitted together with what the limits say.
 *
 * <p>Or it has their Redis fail meanwhile: {@link dev.weir.sample.fleet.Fault} tells in which ways, {@link
 * dev.weir.sample.fleet.Trial} what happens then, on a {@link dev.weir.sample.fleet.Stage}.
 */
package dev.weir.sample.fleet;
