package dev.weir.http;

import java.lang.reflect.GenericArrayType;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.lang.reflect.TypeVariable;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;

/**
 * The types that an endpoint's class descends from, and in them the methods that are one and the same to a caller. It
 * is the order in which annotations are looked for.
 *
 * <p>Nearest first: the class, its superclasses up to {@link Object}, then the interfaces of each of these classes in
 * that same order. The interfaces of one class come in the order of its {@code implements}, then the interfaces that
 * those extend, then theirs: breadth before depth. Each type comes once, where it is first met.
 *
 * <p>The JDK answers only half of the question: {@link Class#getMethods} hides what is overridden. So the rules of JLS
 * 8.4.8 and JVMS 5.4.5 stand here: same name and same parameters, be it after erasure or with the type arguments of
 * the class filled in ({@code get(String)} overrides {@code get(T)} of {@code Repository<String>}); private and static
 * methods have no relatives, package-private ones only inside their package.
 *
 * <p>Reads by reflection: meant for deployment, not for each request. Immutable once built.
 */
final class Lineage {

    private final Set<Class<?>> types = new LinkedHashSet<>();

    /** What each type parameter of these types stands for in the class where the walk began, erased. */
    private final Map<TypeVariable<?>, Class<?>> arguments = new HashMap<>();

    /** The types from the first start on; then those that further starts add. */
    Lineage(Class<?>... starts) {
        for (Class<?> start : starts) {
            addClasses(start);
        }
    }

    /** The types, nearest first; the one that the walk began at is the first. */
    List<Class<?>> types() {
        return List.copyOf(types);
    }

    /**
     * The method, those that it overrides or implements, and those of these types that override it; nearest first.
     *
     * <p>Methods that the compiler adds as bridges are left out. A bridge may be asked for: what it leads to is found.
     */
    List<Method> relativesOf(Method method) {
        if (!isInherited(method)) {
            return List.of(method);
        }
        List<Method> candidates = types.stream()
                .flatMap(type -> Arrays.stream(type.getDeclaredMethods()))
                .filter(candidate -> candidate.getName().equals(method.getName())
                        && candidate.getParameterCount() == method.getParameterCount()
                        && isInherited(candidate)
                        && !candidate.isBridge())
                .toList();
        // Kinship is transitive, and the link may be a third method: a bridge get(Object) leads to get(T) by
        // erasure, and from there to get(String) by type argument. So relatives of relatives join until none is new.
        Set<Method> family = new HashSet<>(Set.of(method));
        while (family.addAll(candidates.stream()
                .filter(candidate -> family.stream().anyMatch(member -> isOverride(member, candidate)))
                .toList())) {}
        return candidates.stream().filter(family::contains).toList();
    }

    private void addClasses(Class<?> start) {
        Set<Class<?>> chain = new LinkedHashSet<>();
        for (Class<?> type = start; type != null; type = type.getSuperclass()) {
            chain.add(type);
            if (type.getGenericSuperclass() != null) {
                recordArguments(type.getGenericSuperclass());
            }
        }
        types.addAll(chain);
        chain.forEach(this::addInterfaces);
    }

    private void addInterfaces(Class<?> start) {
        Queue<Class<?>> waiting = new ArrayDeque<>(List.of(start));
        while (!waiting.isEmpty()) {
            for (Type type : waiting.remove().getGenericInterfaces()) {
                recordArguments(type);
                if (types.add(erase(type))) {
                    waiting.add(erase(type));
                }
            }
        }
    }

    private void recordArguments(Type supertype) {
        if (supertype instanceof ParameterizedType parameterized) {
            TypeVariable<?>[] parameters = erase(parameterized).getTypeParameters();
            for (int i = 0; i < parameters.length; i++) {
                arguments.put(parameters[i], erase(parameterized.getActualTypeArguments()[i]));
            }
        }
    }

    /** Whether one overrides the other directly, whichever of the two stands in the subtype. */
    private boolean isOverride(Method one, Method other) {
        boolean sameParameters = Arrays.equals(one.getParameterTypes(), other.getParameterTypes())
                || Arrays.equals(parametersHere(one), parametersHere(other));
        boolean bothSeen = !(isPackagePrivate(one) || isPackagePrivate(other))
                || (one.getDeclaringClass().getPackage()
                        == other.getDeclaringClass().getPackage());
        return sameParameters && bothSeen;
    }

    private Class<?>[] parametersHere(Method method) {
        return Arrays.stream(method.getGenericParameterTypes()).map(this::erase).toArray(Class<?>[]::new);
    }

    private Class<?> erase(Type type) {
        if (type instanceof Class<?> plain) {
            return plain;
        }
        if (type instanceof ParameterizedType parameterized) {
            return (Class<?>) parameterized.getRawType();
        }
        if (type instanceof GenericArrayType array) {
            return erase(array.getGenericComponentType()).arrayType();
        }
        TypeVariable<?> variable =
                (TypeVariable<?>) type; // a wildcard is no parameter's type, nor a supertype's argument
        Class<?> argument = arguments.get(variable);
        return argument != null ? argument : erase(variable.getBounds()[0]);
    }

    private static boolean isInherited(Method method) {
        return !Modifier.isStatic(method.getModifiers()) && !Modifier.isPrivate(method.getModifiers());
    }

    private static boolean isPackagePrivate(Method method) {
        return (method.getModifiers() & (Modifier.PUBLIC | Modifier.PROTECTED | Modifier.PRIVATE)) == 0;
    }
}
