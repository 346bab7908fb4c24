package dev.weir.jaxrs;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.annotation.RateLimitExempt;
import dev.weir.annotation.RateLimited;
import dev.weir.core.ManualTicker;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Annotations on methods, classes, their ancestors and other annotations, as a client sees them. */
class WhereLimitsStandTest {

    @Path("reports")
    @RateLimited(permits = 3, per = "1h")
    public static class Reports {
        @GET
        public String list() {
            return "list";
        }

        @POST
        public String create() {
            return "created";
        }

        @GET
        @Path("own")
        @RateLimited(permits = 7, per = "1h")
        public String own() {
            return "own";
        }

        @GET
        @Path("exempt")
        @RateLimitExempt
        public String exempt() {
            return "exempt";
        }
    }

    public interface Searching {
        @GET
        @RateLimited(permits = 4, per = "1h", name = "of-interface")
        String search();
    }

    @Path("implementing")
    public static class Implementing implements Searching {
        @Override
        public String search() {
            return "found";
        }
    }

    @RateLimited(permits = 5, per = "1h", name = "of-superclass")
    public abstract static class Parent {
        @GET
        public String get() {
            return "inherited";
        }
    }

    @Path("inheriting")
    public static class Inheriting extends Parent {}

    @Path("heir")
    @RateLimited(permits = 8, per = "1h", name = "of-heir")
    public static class Heir extends Parent {}

    @Retention(RetentionPolicy.RUNTIME)
    @RateLimited(permits = 6, per = "1h", name = "strict")
    public @interface Strict {}

    @Path("carried")
    public static class Carried {
        @GET
        @Strict
        public String get() {
            return "carried";
        }
    }

    @Path("spelled")
    public interface Spelling {
        @GET
        String spell();
    }

    @RateLimited(permits = 9, per = "1h", name = "of-class")
    public static class Spelled implements Spelling {
        @Override
        public String spell() {
            return "weir";
        }
    }

    private JaxrsServer server;

    @BeforeEach
    void start() throws Exception {
        server = JaxrsServer.of(
                        Reports.class, Implementing.class, Inheriting.class, Heir.class, Carried.class, Spelled.class)
                .weir(TestWeir.of(new ManualTicker()))
                .start();
    }

    @AfterEach
    void stop() {
        server.close();
    }

    @Test
    void methodsOfALimitedClassShareOneBudget() {
        assertThat(server.get("api/reports").limit()).isEqualTo("\"reports-1h\";r=2;t=2400");
        assertThat(server.send("POST", "api/reports").limit()).isEqualTo("\"reports-1h\";r=1;t=1200");
        assertThat(server.get("api/reports").limit()).isEqualTo("\"reports-1h\";r=0;t=1200");
        assertThat(server.send("POST", "api/reports").status()).isEqualTo(429);
        assertThat(server.get("api/reports").status()).isEqualTo(429);
    }

    @Test
    void limitsOfAMethodStandInPlaceOfThoseOfItsClass() {
        Reply reply = server.get("api/reports/own");
        assertThat(reply.policy()).isEqualTo("\"reports-own-1h\";q=7;w=3600");
        assertThat(server.get("api/reports").limit()).isEqualTo("\"reports-1h\";r=2;t=2400");
    }

    @Test
    void exemptMethodOfALimitedClassIsNeitherCountedNorToldAnything() {
        for (int i = 0; i < 5; i++) {
            Reply reply = server.get("api/reports/exempt");
            assertThat(reply.status()).isEqualTo(200);
            assertThat(reply.isSilent()).as("%s", reply).isTrue();
        }
        assertThat(server.get("api/reports").limit()).isEqualTo("\"reports-1h\";r=2;t=2400");
    }

    @Test
    void limitsOfTheInterfaceMethodHold() {
        Reply reply = server.get("api/implementing");
        assertThat(reply.body()).isEqualTo("found");
        assertThat(reply.limit()).startsWith("\"of-interface\";r=3;");
    }

    @Test
    void limitsOfTheSuperclassHold() {
        assertThat(server.get("api/inheriting").limit()).startsWith("\"of-superclass\";r=4;");
    }

    @Test
    void limitsOfTheClassStandInPlaceOfThoseOfItsSuperclassForInheritedMethods() {
        assertThat(server.get("api/inheriting").limit()).startsWith("\"of-superclass\";r=4;");
        assertThat(server.get("api/heir").limit()).startsWith("\"of-heir\";r=7;");
        assertThat(server.get("api/inheriting").limit()).startsWith("\"of-superclass\";r=3;");
    }

    @Test
    void limitsOfAnAnnotationHoldWhereItStands() {
        assertThat(server.get("api/carried").limit()).startsWith("\"strict\";r=5;");
    }

    @Test
    void limitsOfAClassHoldWhoseInterfaceCarriesThePath() {
        assertThat(server.get("api/spelled").limit()).startsWith("\"of-class\";r=8;");
    }
}
