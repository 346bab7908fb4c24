package dev.weir.compatibility.matrix;

import dev.weir.servlet.RateLimitFilter;
import jakarta.servlet.DispatcherType;
import jakarta.servlet.FilterRegistration;
import jakarta.servlet.Servlet;
import jakarta.servlet.ServletContainerInitializer;
import jakarta.servlet.ServletContext;
import jakarta.servlet.ServletRegistration;
import java.util.EnumSet;
import java.util.Set;

/** The code of a site: the same on every container. Of Weir it registers nothing unless the site is there to show that. */
final class Setup implements ServletContainerInitializer {

    private final Site site;

    Setup(Site site) {
        this.site = site;
    }

    @Override
    public void onStartup(Set<Class<?>> types, ServletContext context) {
        if (site.kind() == Site.Kind.BEHIND_CORS) {
            // declared as the first, whatever has been registered already
            filter(context, "cors", new CorsFilter(), false);
        } else {
            servlet(context, new Servlets.Fallback(), "/");
        }
        if (site.kind() == Site.Kind.BY_HAND) {
            filter(context, "by-hand", new RateLimitFilter(), true);
        }
        servlet(context, new Servlets.Exact(), "/exact");
        servlet(context, new Servlets.Prefix(), "/prefix/*");
        servlet(context, new Servlets.Suffix(), "*.lim");
        servlet(context, new Servlets.Methods(), "/methods");
        servlet(context, new Servlets.Free(), "/free");
        servlet(context, new Servlets.Forwarding(), "/forward");
        servlet(context, new Servlets.Including(), "/include");
        servlet(context, new Servlets.Erring(), "/err");
        servlet(context, new Servlets.Throwing(), "/throw");
        servlet(context, new Servlets.Problem(), Site.NOT_FOUND_PAGE);
        servlet(context, new Servlets.Target(), "/target");
        servlet(context, new Servlets.Redispatching(), "/redispatch");
        servlet(context, new Servlets.Later(), "/later");
        servlet(context, new Servlets.TimingOut(), "/timeout");
        servlet(context, new Servlets.Abandoned(), "/abandoned");
        servlet(context, new Servlets.Streaming(), "/stream");
        servlet(context, new Servlets.Patient(), "/patient");
        servlet(context, new Servlets.Pinning(), "/pin");
        if (site.implementation().exists()) {
            jaxrs(context);
        }
    }

    private void jaxrs(ServletContext context) {
        ServletRegistration.Dynamic api =
                context.addServlet("api", site.implementation().servlet());
        api.setInitParameter(
                "jakarta.ws.rs.Application",
                (site.kind() == Site.Kind.BY_HAND ? ApiByHand.class : Api.class).getName());
        site.implementation().initParameters().forEach(api::setInitParameter);
        api.setAsyncSupported(true);
        api.setLoadOnStartup(1);
        api.addMapping("/api/*");
    }

    private static void servlet(ServletContext context, Servlet servlet, String pattern) {
        ServletRegistration.Dynamic registration =
                context.addServlet(servlet.getClass().getSimpleName(), servlet);
        registration.setAsyncSupported(true);
        registration.addMapping(pattern);
    }

    private static void filter(ServletContext context, String name, jakarta.servlet.Filter filter, boolean last) {
        FilterRegistration.Dynamic registration = context.addFilter(name, filter);
        registration.setAsyncSupported(true);
        registration.addMappingForUrlPatterns(EnumSet.of(DispatcherType.REQUEST), last, "/*");
    }
}
