/**
 * What a user copies from. {@link dev.weir.sample.jetty.SampleServer} starts it; {@code webapp/WEB-INF/web.xml} registers the
 * filter; the resources and servlets show one way to limit an endpoint each.
 */
package dev.weir.sample.jetty;
