package dev.weir.older;

import jakarta.servlet.FilterConfig;
import jakarta.servlet.ServletContext;
import java.util.Collections;
import java.util.Enumeration;

/** The configuration of a filter in {@code context}, without init-params. */
record Unconfigured(ServletContext context) implements FilterConfig {

    @Override
    public String getFilterName() {
        return "weir";
    }

    @Override
    public ServletContext getServletContext() {
        return context;
    }

    @Override
    public String getInitParameter(String name) {
        return null;
    }

    @Override
    public Enumeration<String> getInitParameterNames() {
        return Collections.emptyEnumeration();
    }
}
