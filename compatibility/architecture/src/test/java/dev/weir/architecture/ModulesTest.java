package dev.weir.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import com.github.benmanes.caffeine.cache.Caffeine;
import dev.weir.annotation.RateLimited;
import dev.weir.core.Limit;
import dev.weir.http.Weir;
import dev.weir.jaxrs.RateLimitFeature;
import dev.weir.servlet.RateLimitFilter;
import jakarta.ws.rs.container.DynamicFeature;
import java.io.IOException;
import java.io.InputStream;
import java.lang.module.Configuration;
import java.lang.module.ModuleDescriptor;
import java.lang.module.ModuleFinder;
import java.lang.module.ModuleReader;
import java.lang.module.ModuleReference;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.Test;

/** The modules of Weir as the module path sees them, and that the class path sees the same. The Redis back end is none yet. */
class ModulesTest {

    private static final Map<String, ModuleReference> MODULES = Stream.of(
                    RateLimited.class, Limit.class, Weir.class, RateLimitFilter.class, RateLimitFeature.class)
            .map(ModulesTest::moduleOf)
            .collect(Collectors.toMap(module -> module.descriptor().name(), module -> module));

    private static ModuleReference moduleOf(Class<?> type) {
        return ModuleFinder.of(placeOf(type)).findAll().iterator().next();
    }

    private static Path placeOf(Class<?> type) {
        try {
            return Path.of(
                    type.getProtectionDomain().getCodeSource().getLocation().toURI());
        } catch (URISyntaxException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void noModuleIsAutomaticAndNoneIsOpen() {
        assertThat(MODULES.values())
                .noneMatch(module -> module.descriptor().isAutomatic())
                .noneMatch(module -> module.descriptor().isOpen());
    }

    @Test
    void noPackageIsSplit() {
        Set<String> seen = new HashSet<>();
        MODULES.values()
                .forEach(module -> assertThat(module.descriptor().packages()).allMatch(seen::add));
    }

    @Test
    void modulesOfOursAreRequiredOneWay() {
        Map<String, Set<String>> arrows = new TreeMap<>();
        MODULES.forEach((name, module) -> arrows.put(
                name,
                module.descriptor().requires().stream()
                        .map(ModuleDescriptor.Requires::name)
                        .filter(required -> required.startsWith("dev.weir."))
                        .collect(Collectors.toCollection(TreeSet::new))));
        assertThat(arrows)
                .isEqualTo(Map.of(
                        "dev.weir.annotation", Set.of(),
                        "dev.weir.core", Set.of(),
                        "dev.weir.http", Set.of("dev.weir.annotation", "dev.weir.core"),
                        "dev.weir.servlet", Set.of("dev.weir.http"),
                        "dev.weir.jaxrs", Set.of("dev.weir.http")));
    }

    @Test
    void containersAreRequiredOnlyWhereTheyAreNeeded() {
        assertThat(optional("dev.weir.jaxrs")).containsExactlyInAnyOrder("jakarta.servlet", "org.apache.cxf.core");
        assertThat(optional("dev.weir.servlet")).isEmpty();
    }

    private static Set<String> optional(String module) {
        return MODULES.get(module).descriptor().requires().stream()
                .filter(each -> each.modifiers().contains(ModuleDescriptor.Requires.Modifier.STATIC))
                .map(ModuleDescriptor.Requires::name)
                .collect(Collectors.toSet());
    }

    @Test
    void featureIsAModuleWhereServletsAndCxfAreAbsent() {
        Path[] path = Stream.of(
                        RateLimited.class,
                        Limit.class,
                        Weir.class,
                        RateLimitFeature.class,
                        Caffeine.class,
                        NullMarked.class,
                        DynamicFeature.class)
                .map(ModulesTest::placeOf)
                .toArray(Path[]::new);
        ModuleLayer boot = ModuleLayer.boot();
        Configuration configuration =
                boot.configuration().resolveAndBind(ModuleFinder.of(path), ModuleFinder.of(), Set.of("dev.weir.jaxrs"));
        ClassLoader parent = ClassLoader.getPlatformClassLoader();
        Module feature = boot.defineModulesWithOneLoader(configuration, parent)
                .findModule("dev.weir.jaxrs")
                .orElseThrow();
        assertThat(Class.forName(feature, RateLimitFeature.class.getName())).isNotNull();
    }

    @Test
    void servicesAreTheSameOnThePathOfModulesAndOfClasses() throws IOException {
        for (ModuleReference module : MODULES.values()) {
            Map<String, List<String>> provided = new TreeMap<>();
            module.descriptor().provides().forEach(each -> provided.put(each.service(), each.providers()));
            if (module.descriptor().name().equals("dev.weir.jaxrs")) { // whose module must do without servlets
                provided.put(
                        "jakarta.servlet.ServletContainerInitializer", List.of("dev.weir.jaxrs.FeatureInitializer"));
            }
            assertThat(services(module)).as(module.descriptor().name()).isEqualTo(provided);
        }
    }

    private static Map<String, List<String>> services(ModuleReference module) throws IOException {
        String folder = "META-INF/services/";
        Map<String, List<String>> services = new TreeMap<>();
        try (ModuleReader reader = module.open()) {
            for (String name :
                    reader.list().filter(each -> each.matches(folder + ".+")).toList()) {
                try (InputStream file = reader.open(name).orElseThrow()) {
                    String text = new String(file.readAllBytes(), StandardCharsets.UTF_8);
                    services.put(name.substring(folder.length()), text.lines().toList());
                }
            }
        }
        return services;
    }
}
