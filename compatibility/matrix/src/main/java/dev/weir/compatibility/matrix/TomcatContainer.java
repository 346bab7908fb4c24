package dev.weir.compatibility.matrix;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.apache.catalina.Context;
import org.apache.catalina.connector.Connector;
import org.apache.catalina.startup.Tomcat;
import org.apache.coyote.http2.Http2Protocol;
import org.apache.tomcat.util.descriptor.web.ErrorPage;
import org.apache.tomcat.util.scan.StandardJarScanner;

/** Tomcat, 10.1 and 11.0: what is used of it here is the same in both. Web applications are scanned as deployed ones are. */
final class TomcatContainer implements Container {

    @Override
    public int start(List<Site> sites, List<Path> wars) throws Exception {
        Tomcat tomcat = new Tomcat();
        Path base = Files.createTempDirectory("matrix-tomcat");
        Files.createDirectories(base.resolve("webapps"));
        tomcat.setBaseDir(base.toString());
        Connector connector = new Connector("HTTP/1.1");
        connector.setProperty("address", "127.0.0.1");
        connector.setPort(0);
        connector.addUpgradeProtocol(new Http2Protocol());
        tomcat.setConnector(connector);
        for (Site site : sites) {
            Context context = tomcat.addWebapp(site.path(), site.folder().toString());
            site.parameters().forEach(context::addParameter);
            context.addWelcomeFile(Site.WELCOME_FILE);
            ErrorPage notFound = new ErrorPage();
            notFound.setErrorCode(404);
            notFound.setLocation(Site.NOT_FOUND_PAGE);
            context.addErrorPage(notFound);
            context.addServletContainerInitializer(new Setup(site), Set.of());
            context.setParentClassLoader(TomcatContainer.class.getClassLoader());
        }
        for (Path war : wars) {
            Context context = tomcat.addWebapp(Container.path(war), war.toString());
            context.setParentClassLoader(TomcatContainer.class.getClassLoader());
            // The matrix' own application is on the class path here: no part of what is deployed.
            ((StandardJarScanner) context.getJarScanner()).setScanClassPath(false);
        }
        tomcat.start();
        return connector.getLocalPort();
    }
}
