package dev.weir.compatibility.matrix;

import java.nio.file.Path;
import java.util.List;

/** A server on the loopback address. */
interface Container {

    /**
     * Starts it on a free port. Archives come under their file name without {@code .war}.
     *
     * @return the port
     */
    int start(List<Site> sites, List<Path> wars) throws Exception;

    /** The context path of an archive. */
    static String path(Path war) {
        return "/" + war.getFileName().toString().replace(".war", "");
    }
}
