package dev.weir.architecture;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What the classes of each module may know: by their byte code, so also what a module descriptor lets pass. */
class ArrowsTest {

    private static final JavaClasses WEIR = new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .importPackages("dev.weir");

    @ParameterizedTest
    @CsvSource({
        "dev.weir.annotation, ''",
        "dev.weir.core,       com.github.benmanes.caffeine.. javax.crypto..",
        "dev.weir.http,       dev.weir.annotation.. dev.weir.core..",
        "dev.weir.servlet,    dev.weir.annotation.. dev.weir.core.. dev.weir.http.. jakarta.servlet..",
        "dev.weir.jaxrs,      dev.weir.annotation.. dev.weir.core.. dev.weir.http.. jakarta.servlet.. jakarta.ws.rs.."
                + " org.apache.cxf",
        "dev.weir.redisson,   dev.weir.core.. com.github.benmanes.caffeine.. io.github.resilience4j.. org.redisson.."
                + " io.netty..",
    })
    void moduleKnowsItselfAndWhatIsNamedHere(String module, String others) {
        List<String> known = new ArrayList<>(List.of(module + "..", "java..", "org.jspecify.."));
        if (!others.isEmpty()) {
            known.addAll(List.of(others.split(" ")));
        }
        classes()
                .that()
                .resideInAPackage(module + "..")
                .should()
                .onlyDependOnClassesThat()
                .resideInAnyPackage(known.toArray(String[]::new))
                .check(WEIR);
    }
}
