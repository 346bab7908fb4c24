package dev.weir.http;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** A response that keeps its header lines, under names in any case. */
final class RecordingResponse implements ResponseView {

    private final Map<String, List<String>> lines = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);

    /** The lines of a field; empty if there is none. */
    List<String> lines(String name) {
        return lines.getOrDefault(name, List.of());
    }

    /** The names of all fields. */
    List<String> names() {
        return List.copyOf(lines.keySet());
    }

    @Override
    public void set(String name, String value) {
        lines.put(name, new ArrayList<>(List.of(value)));
    }

    @Override
    public void add(String name, String value) {
        lines.computeIfAbsent(name, n -> new ArrayList<>()).add(value);
    }

    @Override
    public void remove(String name) {
        lines.remove(name);
    }
}
