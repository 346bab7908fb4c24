package dev.weir.redisson;

import java.lang.management.ManagementFactory;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Predicate;
import javax.management.JMException;
import javax.management.ObjectName;

/** How many objects of each class are reachable in this process, after a garbage collection. */
final class LiveObjects {

    private LiveObjects() {}

    /** Of the classes whose names {@code which} likes; those of which there is none are left out. */
    static Map<String, Long> of(Predicate<String> which) {
        Map<String, Long> counts = new TreeMap<>();
        for (String line : histogram().split("\n", -1)) {
            String[] words = line.strip().split("\\s+", -1); // "12:   3456   78910  a.name.of.a.Class (module)"
            if (words.length >= 4 && words[0].endsWith(":") && which.test(words[3])) {
                counts.put(words[3], Long.parseLong(words[1]));
            }
        }
        return counts;
    }

    /** Of one class. */
    static long of(Class<?> type) {
        return of(type.getName()::equals).getOrDefault(type.getName(), 0L);
    }

    private static String histogram() {
        try {
            return (String) ManagementFactory.getPlatformMBeanServer()
                    .invoke(
                            new ObjectName("com.sun.management:type=DiagnosticCommand"),
                            "gcClassHistogram",
                            new Object[] {new String[0]},
                            new String[] {String[].class.getName()});
        } catch (JMException e) {
            throw new IllegalStateException("This Java does not count its objects", e);
        }
    }
}
