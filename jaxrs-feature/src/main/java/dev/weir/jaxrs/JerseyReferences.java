package dev.weir.jaxrs;

import static java.lang.invoke.MethodType.methodType;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import jakarta.ws.rs.core.FeatureContext;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Jersey's own references to the current request and response, which it fills for each request. Its injected proxies make an object in the
 * request's scope when they are first used, which costs more than all else that a limit does. Reached by reflection, so that nothing
 * here needs Jersey; where it cannot be reached, the proxies serve.
 */
final class JerseyReferences {

    private static final String PACKAGE = "org.glassfish.jersey.";

    private final MethodHandle getInstance;
    private final MethodHandle get;
    private final Type request;
    private final Type response;

    private JerseyReferences(Object manager, ClassLoader loader) throws ReflectiveOperationException {
        MethodHandles.Lookup lookup = MethodHandles.publicLookup();
        Class<?> managers = Class.forName(PACKAGE + "internal.inject.InjectionManager", true, loader);
        Class<?> references = Class.forName(PACKAGE + "internal.util.collection.Ref", true, loader);
        getInstance = lookup.findVirtual(managers, "getInstance", methodType(Object.class, Type.class))
                .bindTo(manager);
        get = lookup.findVirtual(references, "get", methodType(Object.class))
                .asType(methodType(Object.class, Object.class));
        request = new ReferenceTo(references, HttpServletRequest.class);
        response = new ReferenceTo(references, HttpServletResponse.class);
    }

    /** Those of the application that {@code context} configures, or null if it is not Jersey's, or one that has none. */
    static @Nullable JerseyReferences of(FeatureContext context) {
        ClassLoader loader = context.getClass().getClassLoader();
        if (loader == null || !context.getClass().getName().startsWith(PACKAGE)) {
            return null;
        }
        try {
            Object manager = Class.forName(PACKAGE + "InjectionManagerProvider", true, loader)
                    .getMethod("getInjectionManager", FeatureContext.class)
                    .invoke(null, context);
            return manager == null ? null : new JerseyReferences(manager, loader);
        } catch (ReflectiveOperationException | RuntimeException | LinkageError unknownVersion) {
            return null;
        }
    }

    /** The request that this thread serves, or null if that cannot be told. */
    @Nullable
    HttpServletRequest request() {
        return find(request) instanceof HttpServletRequest found ? found : null;
    }

    /** Its response, or null. */
    @Nullable
    HttpServletResponse response() {
        return find(response) instanceof HttpServletResponse found ? found : null;
    }

    private @Nullable Object find(Type type) {
        try {
            Object reference = (Object) getInstance.invokeExact(type);
            return reference == null ? null : (Object) get.invokeExact(reference);
        } catch (Throwable notInARequest) {
            return null;
        }
    }

    /** {@code Ref<argument>}, equal to what the compiler makes of it. */
    private static final class ReferenceTo implements ParameterizedType {
        private final Class<?> raw;
        private final Class<?> argument;

        ReferenceTo(Class<?> raw, Class<?> argument) {
            this.raw = raw;
            this.argument = argument;
        }

        @Override
        public Type[] getActualTypeArguments() {
            return new Type[] {argument};
        }

        @Override
        public Type getRawType() {
            return raw;
        }

        @Override
        public @Nullable Type getOwnerType() {
            return null;
        }

        @Override
        public boolean equals(@Nullable Object other) {
            return other instanceof ParameterizedType that
                    && raw.equals(that.getRawType())
                    && that.getOwnerType() == null
                    && Arrays.equals(getActualTypeArguments(), that.getActualTypeArguments());
        }

        @Override
        public int hashCode() {
            return Arrays.hashCode(getActualTypeArguments()) ^ raw.hashCode();
        }
    }
}
