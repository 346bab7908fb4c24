/** A back end for tests of front ends: its answers come later. */
package dev.weir.compatibility.deferred;
