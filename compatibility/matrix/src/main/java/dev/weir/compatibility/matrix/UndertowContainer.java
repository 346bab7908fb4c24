package dev.weir.compatibility.matrix;

import io.undertow.Handlers;
import io.undertow.Undertow;
import io.undertow.UndertowOptions;
import io.undertow.server.HttpHandler;
import io.undertow.server.handlers.PathHandler;
import io.undertow.server.handlers.resource.PathResourceManager;
import io.undertow.server.protocol.http2.Http2ServerConnection;
import io.undertow.server.protocol.http2.Http2UpgradeHandler;
import io.undertow.servlet.Servlets;
import io.undertow.servlet.api.DeploymentInfo;
import io.undertow.servlet.api.DeploymentManager;
import io.undertow.servlet.api.ErrorPage;
import io.undertow.servlet.api.ServletContainerInitializerInfo;
import io.undertow.servlet.util.ImmediateInstanceFactory;
import jakarta.servlet.ServletContainerInitializer;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.List;
import java.util.ServiceLoader;
import java.util.Set;

/** Undertow, embedded. It looks for nothing itself: whoever embeds it hands it the initialisers that the class path offers. */
final class UndertowContainer implements Container {

    @Override
    public int start(List<Site> sites, List<Path> wars) throws Exception {
        if (!wars.isEmpty()) {
            throw new IllegalArgumentException("Embedded Undertow takes no archives");
        }
        PathHandler paths = Handlers.path();
        for (Site site : sites) {
            DeploymentInfo info = Servlets.deployment()
                    .setClassLoader(UndertowContainer.class.getClassLoader())
                    .setContextPath(site.path())
                    .setDeploymentName(site.path())
                    .addWelcomePage(Site.WELCOME_FILE)
                    .addErrorPage(new ErrorPage(Site.NOT_FOUND_PAGE, 404))
                    .setResourceManager(new PathResourceManager(site.folder()));
            site.parameters().forEach(info::addInitParameter);
            for (ServletContainerInitializer each : ServiceLoader.load(ServletContainerInitializer.class)) {
                info.addServletContainerInitializer(initializer(each));
            }
            info.addServletContainerInitializer(initializer(new Setup(site)));
            DeploymentManager manager = Servlets.defaultContainer().addDeployment(info);
            manager.deploy();
            paths.addPrefixPath(site.path(), manager.start());
        }
        // An upgraded request comes by again, with the field that asked for it.
        HttpHandler upgrade = new Http2UpgradeHandler(paths);
        HttpHandler handler = exchange ->
                (exchange.getConnection() instanceof Http2ServerConnection ? paths : upgrade).handleRequest(exchange);
        Undertow server = Undertow.builder()
                .addHttpListener(0, "127.0.0.1")
                .setServerOption(UndertowOptions.ENABLE_HTTP2, true)
                .setHandler(handler)
                .build();
        server.start();
        return ((InetSocketAddress) server.getListenerInfo().get(0).getAddress()).getPort();
    }

    private static <T extends ServletContainerInitializer> ServletContainerInitializerInfo initializer(T each) {
        return new ServletContainerInitializerInfo(each.getClass(), new ImmediateInstanceFactory<>(each), Set.of());
    }
}
