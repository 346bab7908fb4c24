package dev.weir.compatibility.matrix;

import java.nio.file.Path;
import org.eclipse.jetty.ee10.servlet.ErrorPageErrorHandler;
import org.eclipse.jetty.ee10.webapp.WebAppContext;
import org.eclipse.jetty.server.Handler;

/** Jetty's web applications of Jakarta EE 10. */
final class JettyEe10 extends Jetty {

    @Override
    Handler webapp(Site site) {
        WebAppContext context = new WebAppContext();
        context.setContextPath(site.path());
        context.setBaseResourceAsPath(site.folder());
        context.setWelcomeFiles(new String[] {Site.WELCOME_FILE});
        ErrorPageErrorHandler errors = new ErrorPageErrorHandler();
        errors.addErrorPage(404, Site.NOT_FOUND_PAGE);
        context.setErrorHandler(errors);
        site.parameters().forEach(context::setInitParameter);
        context.addServletContainerInitializer(new Setup(site));
        context.setThrowUnavailableOnStartupException(true);
        return context;
    }

    @Override
    Handler webapp(Path war, Path folder) {
        WebAppContext context = new WebAppContext();
        context.setContextPath(Container.path(war));
        context.setWar(war.toString());
        context.setTempDirectory(folder.toFile());
        context.setThrowUnavailableOnStartupException(true);
        return context;
    }
}
