package dev.weir.http;

import java.lang.reflect.Constructor;
import java.lang.reflect.InvocationTargetException;

/** Classes that settings name. */
final class Plugins {

    private Plugins() {}

    /** The application's class loader, where the container says which that is. */
    static ClassLoader classLoader() {
        ClassLoader context = Thread.currentThread().getContextClassLoader();
        return context == null ? Plugins.class.getClassLoader() : context;
    }

    /**
     * A new object of the class that {@code name} names.
     *
     * @throws IllegalArgumentException if there is no such class, if it is no {@code type}, or if it cannot be made
     */
    static <T> T newInstance(String name, Class<T> type) {
        try {
            Class<?> found = Class.forName(name, true, classLoader());
            if (!type.isAssignableFrom(found)) {
                throw new IllegalArgumentException("the class does not implement " + type.getName());
            }
            Constructor<?> constructor = found.getDeclaredConstructor();
            constructor.setAccessible(true);
            return type.cast(constructor.newInstance());
        } catch (ClassNotFoundException e) {
            throw new IllegalArgumentException("there is no such class. Write its full name, nested ones with $", e);
        } catch (InvocationTargetException e) {
            throw new IllegalArgumentException("its constructor throws " + e.getCause(), e);
        } catch (ReflectiveOperationException | RuntimeException e) {
            throw e instanceof IllegalArgumentException known
                    ? known
                    : new IllegalArgumentException("it cannot be made by a constructor without parameters: " + e, e);
        }
    }
}
