package dev.weir.compatibility.matrix;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/** Makes a web application of one class and some jars: no other file. */
final class Archive {

    private Archive() {}

    static void write(Path war, Class<?> only, List<Path> jars) throws IOException {
        write(war, only, jars, "");
    }

    /** The same with a {@code web.xml}, unless that is empty. */
    static void write(Path war, Class<?> only, List<Path> jars, String webXml) throws IOException {
        try (ZipOutputStream zip = new ZipOutputStream(Files.newOutputStream(war))) {
            if (!webXml.isEmpty()) {
                zip.putNextEntry(new ZipEntry("WEB-INF/web.xml"));
                zip.write(webXml.getBytes(StandardCharsets.UTF_8));
            }
            String name = only.getName().replace('.', '/') + ".class";
            zip.putNextEntry(new ZipEntry("WEB-INF/classes/" + name));
            try (InputStream bytes = only.getResourceAsStream("/" + name)) {
                bytes.transferTo(zip);
            }
            for (int i = 0; i < jars.size(); i++) {
                Path jar = jars.get(i);
                // before "package" the build has folders of classes where jars will be
                String file = Files.isDirectory(jar)
                        ? "weir-" + i + ".jar"
                        : jar.getFileName().toString();
                zip.putNextEntry(new ZipEntry("WEB-INF/lib/" + file));
                zip.write(Files.isDirectory(jar) ? jarOf(jar) : Files.readAllBytes(jar));
            }
        }
    }

    private static byte[] jarOf(Path folder) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ZipOutputStream zip = new ZipOutputStream(bytes);
                var files = Files.walk(folder)) {
            for (Path file : files.filter(Files::isRegularFile).sorted().toList()) {
                zip.putNextEntry(
                        new ZipEntry(folder.relativize(file).toString().replace(java.io.File.separatorChar, '/')));
                zip.write(Files.readAllBytes(file));
            }
        }
        return bytes.toByteArray();
    }
}
