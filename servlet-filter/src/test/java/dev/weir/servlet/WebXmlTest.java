package dev.weir.servlet;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.annotation.RateLimited;
import dev.weir.http.ApiKeyVerifier;
import dev.weir.http.CostResolver;
import dev.weir.http.KeyResolver;
import dev.weir.http.RequestView;
import dev.weir.http.Setting;
import java.net.http.HttpHeaders;
import java.net.http.HttpResponse;
import java.util.Arrays;
import java.util.List;
import org.eclipse.jetty.ee10.webapp.WebAppContext;
import org.eclipse.jetty.util.resource.ResourceFactory;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** An application that is limited by its web.xml alone: {@code webapp/WEB-INF/web.xml} of the test resources. */
class WebXmlTest {

    private static final WebAppContext CONTEXT = new WebAppContext();
    private static JettyServer server;

    @RateLimited(name = "tenants", permits = 7, per = "1h", key = "tenant", costBy = "size")
    @RateLimited(name = "premium", permits = 70, per = "1h", tier = "premium")
    public static class Limited extends OkServlet {
        private static final long serialVersionUID = 1L;
    }

    /** Stands for a servlet in which JAX-RS runs. */
    public static class Resources extends OkServlet {
        private static final long serialVersionUID = 1L;
    }

    public static final class Keys implements ApiKeyVerifier {
        @Override
        public VerifiedApiKey verify(String apiKey) {
            return apiKey.startsWith("real") ? new VerifiedApiKey("premium") : null;
        }
    }

    public static final class Tenant implements KeyResolver {
        @Override
        public String resolve(RequestView request) {
            return request.header("Tenant");
        }
    }

    public static final class Size implements CostResolver {
        @Override
        public long cost(RequestView request) {
            return 2;
        }
    }

    @BeforeAll
    static void start() throws Exception {
        CONTEXT.setContextPath("/");
        CONTEXT.setParentLoaderPriority(true);
        CONTEXT.setThrowUnavailableOnStartupException(true);
        CONTEXT.setBaseResource(ResourceFactory.root()
                .newResource(WebXmlTest.class.getResource("/webapp/").toURI()));
        server = new JettyServer().start(CONTEXT);
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    @Test
    void everySettingIsInTheDescriptor() {
        List<String> params = List.copyOf(CONTEXT.getServletHandler()
                .getFilter("weir")
                .getInitParameters()
                .keySet());
        assertThat(Arrays.stream(Setting.values()).filter(setting -> setting != Setting.BACKEND))
                .allMatch(setting -> params.stream().anyMatch(param -> param.startsWith(setting.key())));
    }

    @Test
    void servletsWithoutAnnotationHaveTheDefaultLimits() throws Exception {
        Client client = server.client();
        HttpHeaders fields = client.get("/plain").headers();
        assertThat(fields.allValues("RateLimit-Policy"))
                .containsExactly("\"default-1h\";q=3;w=3600, \"default-1d\";q=1000;w=86400");
        assertThat(fields.allValues("X-RateLimit-Limit")).containsExactly("3");
        assertThat(fields.firstValueAsLong("X-RateLimit-Reset").orElseThrow()).isBetween(1190L, 1200L);
        assertThat(client.admitted("/plain", 5)).isEqualTo(2);
        assertThat(client.admitted("/health", 5)).isEqualTo(5);
        assertThat(client.admitted("/resources/x", 5)).isEqualTo(5);
        assertThat(client.get("/plain").statusCode()).isEqualTo(429);
    }

    @Test
    void pathsWithoutAServletHaveThemToo() throws Exception {
        Client client = server.client();
        for (int status : new int[] {404, 404, 404, 429}) {
            assertThat(client.get("/nowhere").statusCode()).isEqualTo(status);
        }
    }

    @Test
    void resolversOfTheDescriptorAreUsed() throws Exception {
        String tenant = server.client().address();
        for (String left : new String[] {"5", "3", "1"}) {
            assertThat(send(server.client(), "Tenant", tenant).headers().allValues("X-RateLimit-Remaining"))
                    .containsExactly(left);
        }
        assertThat(send(server.client(), "Tenant", tenant).statusCode()).isEqualTo(429);
    }

    @Test
    void verifierOfTheDescriptorTellsTheTier() throws Exception {
        String key = "real " + server.client().address();
        assertThat(send(server.client(), "Key", key).headers().allValues("RateLimit"))
                .containsExactly("\"premium\";r=69;t=3549");
        assertThat(send(server.client(), "Key", "forged").headers().allValues("RateLimit"))
                .containsExactly("\"tenants\";r=5;t=2572");
    }

    @Test
    void clientsAreToldApartByTheWholeAddressIfTheDescriptorSaysSo() throws Exception {
        String network = server.client().address().replaceAll("1$", "");
        for (int i = 1; i <= 5; i++) {
            assertThat(server.client(network + i).left("/plain")).isEqualTo(2);
        }
    }

    private static HttpResponse<String> send(Client client, String name, String value) throws Exception {
        return client.send("GET", "/limited", name, value);
    }
}
