/**
 * What both front ends share. Open {@link dev.weir.http.Weir} first: an application has one. It turns annotations into
 * {@link dev.weir.http.Endpoint}s, and each request passes as an {@link dev.weir.http.Exchange}, which finds out who the
 * client is ({@code Identity}), asks the back end, and writes header fields and refusals.
 */
@NullMarked
package dev.weir.http;

import org.jspecify.annotations.NullMarked;
