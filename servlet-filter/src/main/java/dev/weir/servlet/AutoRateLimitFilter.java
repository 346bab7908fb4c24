package dev.weir.servlet;

import jakarta.servlet.Filter;
import jakarta.servlet.FilterChain;
import jakarta.servlet.FilterConfig;
import jakarta.servlet.ServletContext;
import jakarta.servlet.ServletException;
import jakarta.servlet.ServletRequest;
import jakarta.servlet.ServletResponse;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * The filter that nobody has asked for: limits as {@link RateLimitFilter} does, unless the application has one of its own. Which it has
 * is known when all is registered, so when filters are initialised; one inside another filter, only when that is.
 */
final class AutoRateLimitFilter implements Filter {

    /** The context attribute that holds the Weir of this filter, which steps back for any other. */
    static final String WEIR_ATTRIBUTE = "dev.weir.auto";

    private @Nullable RateLimitFilter filter;
    private @Nullable ServletContext context;
    private @Nullable Object weir;

    @Override
    public void init(FilterConfig config) throws ServletException {
        ServletContext here = config.getServletContext();
        if (here.getAttribute(RateLimitFilter.WEIR_ATTRIBUTE) != null || hasOther(here)) {
            return;
        }
        RateLimitFilter own = new RateLimitFilter();
        own.init(config);
        filter = own;
        context = here;
        weir = here.getAttribute(RateLimitFilter.WEIR_ATTRIBUTE);
        here.setAttribute(WEIR_ATTRIBUTE, weir);
    }

    private static boolean hasOther(ServletContext context) {
        return context.getFilterRegistrations().values().stream()
                .anyMatch(each -> RateLimitFilter.class.getName().equals(each.getClassName()));
    }

    @Override
    public void doFilter(ServletRequest request, ServletResponse response, FilterChain chain)
            throws IOException, ServletException {
        RateLimitFilter own = filter;
        // Another filter may have been initialised since, and published its Weir in place of ours.
        if (own == null || context == null || context.getAttribute(RateLimitFilter.WEIR_ATTRIBUTE) != weir) {
            chain.doFilter(request, response);
        } else {
            own.doFilter(request, response, chain);
        }
    }

    @Override
    public void destroy() {
        if (filter != null && context != null) {
            context.removeAttribute(WEIR_ATTRIBUTE);
            filter.destroy();
        }
    }
}
