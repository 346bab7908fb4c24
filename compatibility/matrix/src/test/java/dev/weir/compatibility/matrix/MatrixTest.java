package dev.weir.compatibility.matrix;

import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.AfterParameterizedClassInvocation;
import org.junit.jupiter.params.BeforeParameterizedClassInvocation;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;

/** Every cell that is asked for keeps every promise that applies to it. {@code -Dcells=all} asks for all of them. */
@Order(1)
@ParameterizedClass(name = "{0}")
@MethodSource("dev.weir.compatibility.matrix.Pairing#asked")
@ExtendWith(Outcomes.class)
class MatrixTest {

    private static CellProcess cell;

    /** The one that comes after, so that it starts while this one is asked. */
    private static CellProcess next;

    @Parameter
    Pairing pairing;

    @BeforeParameterizedClassInvocation
    static void start(Pairing pairing) throws IOException {
        Outcomes.begin(pairing.name());
        List<Pairing> asked = Pairing.asked();
        int following = asked.indexOf(pairing) + 1;
        cell = following == 1 ? CellProcess.start(pairing) : next;
        cell.port();
        next = following < asked.size() ? CellProcess.start(asked.get(following)) : null;
    }

    @AfterParameterizedClassInvocation
    static void stop() throws IOException {
        cell.close();
    }

    /** Those whose tests run in each cell. */
    static List<Class<? extends Promises>> promises() {
        return List.of(ServletPromises.class, ResourcePromises.class, WaitingPromises.class);
    }

    @Nested
    class OfServlets extends ServletPromises {
        @Override
        Pairing pairing() {
            return pairing;
        }

        @Override
        CellProcess cell() {
            return cell;
        }
    }

    @Nested
    class OfResources extends ResourcePromises {
        @Override
        Pairing pairing() {
            return pairing;
        }

        @Override
        CellProcess cell() {
            return cell;
        }
    }

    @Nested
    class OfWaiting extends WaitingPromises {
        @Override
        Pairing pairing() {
            return pairing;
        }

        @Override
        CellProcess cell() {
            return cell;
        }
    }
}
