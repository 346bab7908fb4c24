package dev.weir.sample.war;

import jakarta.ws.rs.ApplicationPath;
import jakarta.ws.rs.core.Application;

/** Where the resources are; which there are, Jersey finds out. */
@ApplicationPath("api")
public class Api extends Application {}
