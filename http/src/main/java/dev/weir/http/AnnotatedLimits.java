package dev.weir.http;

import dev.weir.annotation.RateLimitExempt;
import dev.weir.annotation.RateLimited;
import java.lang.annotation.Annotation;
import java.lang.reflect.AnnotatedElement;
import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * What {@link RateLimited} and {@link RateLimitExempt} say about one endpoint: the answer of the nearest place that has
 * either, unmixed with what stands further away.
 *
 * <p>The places, nearest first: the method, the methods that it overrides or implements, the class, its superclasses,
 * its interfaces, all in the order of {@link Lineage}; then the same places again for annotations that carry the two,
 * directly or through other annotations. Several such annotations at one place all count, as a repeated
 * {@code @RateLimited} would. A place without either is passed over, whatever else it is annotated with.
 *
 * <p>Reads by reflection: meant for deployment, not for each request. Immutable.
 *
 * @param exempt whether the endpoint is free of limits; then {@code limits} is empty
 * @param limits the limits in the order of their declaration; figures unchecked
 * @param fromMethod whether they were found at a method, so are its own, not a budget shared by a class' methods
 * @param place where they stand, for messages: {@code com.acme.SearchResource.search(String)},
 *     {@code com.acme.SearchResource} or {@code @com.acme.Strict on com.acme.SearchResource}; if nothing was found, the
 *     endpoint that was asked for
 */
record AnnotatedLimits(boolean exempt, List<RateLimited> limits, boolean fromMethod, String place) {

    AnnotatedLimits {
        limits = List.copyOf(limits);
        if (exempt && !limits.isEmpty()) {
            throw new IllegalArgumentException("@RateLimited and @RateLimitExempt on " + place
                    + ": one sets limits, the other lifts them. Remove one of the two.");
        }
    }

    /**
     * What holds for a resource method. Either argument may be of a proxy generated at run time, and the method may be
     * one that {@code endpointClass} inherits, implements or overrides: the search starts at the method that would run.
     *
     * @throws IllegalArgumentException if the nearest place has both annotations; the message names it and the fix
     */
    static AnnotatedLimits of(Method method, Class<?> endpointClass) {
        Class<?> declaring = method.getDeclaringClass();
        // Two starts if the method is a proxy's and the class the user's, or if they are no relatives (JDK proxies).
        Lineage lineage = declaring.isAssignableFrom(endpointClass)
                ? new Lineage(endpointClass)
                : new Lineage(declaring, endpointClass);
        List<AnnotatedElement> places = new ArrayList<>(lineage.relativesOf(method));
        places.addAll(lineage.types());
        return nearest(places, method);
    }

    /**
     * What holds for a servlet class, or a proxy of one.
     *
     * @throws IllegalArgumentException if the nearest place has both annotations; the message names it and the fix
     */
    static AnnotatedLimits of(Class<?> endpointClass) {
        return nearest(new Lineage(endpointClass).types(), endpointClass);
    }

    /** Whether nothing was found: neither limits nor an exemption. */
    boolean isEmpty() {
        return !exempt && limits.isEmpty();
    }

    private static AnnotatedLimits nearest(List<? extends AnnotatedElement> places, AnnotatedElement endpoint) {
        for (AnnotatedElement place : places) {
            AnnotatedLimits found = at(place, place instanceof Method, describe(place));
            if (!found.isEmpty()) {
                return found;
            }
        }
        for (AnnotatedElement place : places) {
            List<AnnotatedLimits> found = new ArrayList<>();
            addCarried(place, place instanceof Method, describe(place), new HashSet<>(), found);
            if (!found.isEmpty()) {
                return together(found);
            }
        }
        return new AnnotatedLimits(false, List.of(), false, describe(endpoint));
    }

    private static AnnotatedLimits at(AnnotatedElement element, boolean fromMethod, String place) {
        boolean exempt = element.getDeclaredAnnotation(RateLimitExempt.class) != null;
        RateLimited[] limits = element.getDeclaredAnnotationsByType(RateLimited.class);
        return new AnnotatedLimits(exempt, List.of(limits), fromMethod, place);
    }

    /**
     * Adds what the annotations of {@code element} carry. One that carries something itself is not searched further,
     * and none is searched twice: annotations may annotate each other, or themselves.
     */
    private static void addCarried(
            AnnotatedElement element,
            boolean fromMethod,
            String place,
            Set<Class<? extends Annotation>> seen,
            List<AnnotatedLimits> found) {
        for (Annotation annotation : element.getDeclaredAnnotations()) {
            Class<? extends Annotation> carrier = annotation.annotationType();
            if (!seen.add(carrier)) {
                continue;
            }
            String carrierPlace = "@" + describe(carrier) + " on " + place;
            AnnotatedLimits carried = at(carrier, fromMethod, carrierPlace);
            if (carried.isEmpty()) {
                addCarried(carrier, fromMethod, carrierPlace, seen, found);
            } else {
                found.add(carried);
            }
        }
    }

    private static AnnotatedLimits together(List<AnnotatedLimits> found) {
        return new AnnotatedLimits(
                found.stream().anyMatch(AnnotatedLimits::exempt),
                found.stream().flatMap(each -> each.limits().stream()).toList(),
                found.get(0).fromMethod(),
                found.stream().map(AnnotatedLimits::place).collect(Collectors.joining(" and ")));
    }

    private static String describe(AnnotatedElement element) {
        if (element instanceof Method method) {
            return Arrays.stream(method.getParameterTypes())
                    .map(Class::getSimpleName)
                    .collect(Collectors.joining(
                            ", ", method.getDeclaringClass().getTypeName() + "." + method.getName() + "(", ")"));
        }
        return ((Class<?>) element).getTypeName();
    }
}
