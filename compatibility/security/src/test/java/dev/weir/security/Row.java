package dev.weir.security;

import java.lang.annotation.ElementType;
import java.lang.annotation.Repeatable;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/** Marks the test of one way of abuse; {@link SecurityPageTest} makes a line of docs/security.md of it. */
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.METHOD)
@Repeatable(Row.List.class)
public @interface Row {

    /** The row's number, such as {@code A1}. */
    String value();

    /** What Weir promises, in one sentence without a full stop. */
    String promise();

    /** What the user must set for it, or nothing. */
    String set() default "";

    /** Several rows that one test shows. */
    @Retention(RetentionPolicy.RUNTIME)
    @Target(ElementType.METHOD)
    @interface List {
        /** The rows. */
        Row[] value();
    }
}
