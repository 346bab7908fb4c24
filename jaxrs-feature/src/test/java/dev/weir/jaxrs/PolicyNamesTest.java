package dev.weir.jaxrs;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.annotation.RateLimited;
import dev.weir.core.ManualTicker;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What unnamed limits are called, where an interface says which path and verb a method has. */
class PolicyNamesTest {

    @Path("letters")
    public interface Letters {
        @GET
        @Path("a")
        @RateLimited(permits = 3, per = "1h")
        String a();

        @GET
        @Path("b")
        @RateLimited(permits = 3, per = "1h")
        String b();

        @POST
        @Path("a")
        @RateLimited(permits = 3, per = "1h")
        String addToA();
    }

    public static class Alphabet implements Letters {
        @Override
        public String a() {
            return "a";
        }

        @Override
        public String b() {
            return "b";
        }

        @Override
        public String addToA() {
            return "aa";
        }
    }

    public interface Counting {
        @GET
        @Path("one")
        String one();

        @GET
        @Path("two")
        String two();

        @POST
        @Path("one")
        String addToOne();
    }

    @Path("numbers")
    public static class Numbers implements Counting {
        @Override
        @RateLimited(permits = 3, per = "1h")
        public String one() {
            return "1";
        }

        @Override
        @RateLimited(permits = 3, per = "1h")
        public String two() {
            return "2";
        }

        @Override
        @RateLimited(permits = 3, per = "1h")
        public String addToOne() {
            return "11";
        }
    }

    private JaxrsServer server;

    @BeforeEach
    void start() throws Exception {
        server = JaxrsServer.of(Alphabet.class, Numbers.class)
                .weir(TestWeir.of(new ManualTicker()))
                .start();
    }

    @AfterEach
    void stop() {
        server.close();
    }

    @ParameterizedTest(name = "{0} {1} => {2}")
    @CsvSource(delimiter = '|', textBlock = """
            GET  | api/letters/a   | letters-a-1h
            GET  | api/letters/b   | letters-b-1h
            POST | api/letters/a   | letters-a-post-1h
            GET  | api/numbers/one | numbers-one-1h
            GET  | api/numbers/two | numbers-two-1h
            POST | api/numbers/one | numbers-one-post-1h
            """)
    void unnamedLimitsAreNamedAfterPathAndVerbOfTheInterface(String verb, String path, String name) {
        Reply reply = server.send(verb, path);
        assertThat(reply.status()).as("%s", reply).isEqualTo(200);
        assertThat(reply.policy()).isEqualTo("\"" + name + "\";q=3;w=3600");
        assertThat(reply.limit()).startsWith("\"" + name + "\";r=2;");
    }
}
