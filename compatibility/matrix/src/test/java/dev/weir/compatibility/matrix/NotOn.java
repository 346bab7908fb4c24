package dev.weir.compatibility.matrix;

import java.lang.annotation.ElementType;
import java.lang.annotation.Repeatable;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/** Where a test means nothing, and why: docs/compatibility.md says it in these words. */
@Target(ElementType.METHOD)
@Retention(RetentionPolicy.RUNTIME)
@Repeatable(NotOn.Several.class)
public @interface NotOn {

    /** Names of implementations or of cells, by their beginning: {@code cxf} is both of CXF's, {@code undertow} all of its cells. */
    String[] value();

    String why();

    /** More than one of them. */
    @Target(ElementType.METHOD)
    @Retention(RetentionPolicy.RUNTIME)
    public @interface Several {
        NotOn[] value();
    }
}
