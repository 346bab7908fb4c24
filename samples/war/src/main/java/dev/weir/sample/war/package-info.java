/** A web application with no configuration at all: three classes with annotations, and Weir's jars beside them. */
package dev.weir.sample.war;
