package dev.weir.compatibility.matrix;

import java.nio.file.Path;
import java.util.List;
import org.eclipse.jetty.http2.server.HTTP2CServerConnectionFactory;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.server.handler.ContextHandlerCollection;
import org.eclipse.jetty.util.VirtualThreads;
import org.eclipse.jetty.util.thread.QueuedThreadPool;

/** Jetty, whichever Jakarta EE its web applications are of; on virtual threads where {@code matrix.virtual} is {@code true}. */
abstract class Jetty implements Container {

    private static final int THREADS = 32;

    /** A web application that Jetty configures as it would a deployed one. */
    abstract Handler webapp(Site site) throws Exception;

    /** A web application out of an archive, to be unpacked into {@code folder}. */
    abstract Handler webapp(Path war, Path folder) throws Exception;

    @Override
    public int start(List<Site> sites, List<Path> wars) throws Exception {
        QueuedThreadPool threads = new QueuedThreadPool(THREADS);
        if (Boolean.getBoolean("matrix.virtual")) {
            threads.setVirtualThreadsExecutor(VirtualThreads.getDefaultVirtualThreadsExecutor());
        }
        Server server = new Server(threads);
        HttpConfiguration configuration = new HttpConfiguration();
        ServerConnector connector = new ServerConnector(
                server, new HttpConnectionFactory(configuration), new HTTP2CServerConnectionFactory(configuration));
        connector.setHost("127.0.0.1");
        server.addConnector(connector);
        ContextHandlerCollection contexts = new ContextHandlerCollection();
        for (Site site : sites) {
            contexts.addHandler(webapp(site));
        }
        for (Path war : wars) {
            contexts.addHandler(webapp(war, war.resolveSibling(war.getFileName() + ".unpacked")));
        }
        server.setHandler(contexts);
        server.start();
        return connector.getLocalPort();
    }
}
