/**
 * One server of the compatibility matrix, and the application that it serves. {@link dev.weir.compatibility.matrix.Cell} is
 * started as a process of its own, with the class path of one container, one JAX-RS implementation, and Weir.
 */
package dev.weir.compatibility.matrix;
