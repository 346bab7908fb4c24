package dev.weir.benchmark;

import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;

/** What suites have found, as Markdown; it is printed as it comes. */
public final class Report {

    private final PrintStream out;
    private final String page;
    private final StringBuilder markdown = new StringBuilder();
    private final List<Goal> goals = new ArrayList<>();
    private final List<Bars> pictures = new ArrayList<>();

    /** An empty report that is printed to {@code out}, for the page {@code performance}. */
    public Report(PrintStream out) {
        this(out, "performance");
    }

    Report(PrintStream out, String page) {
        this.out = out;
        this.page = page;
    }

    /** What its file is called, and those of its pictures begin with. */
    String page() {
        return page;
    }

    String fileName(Bars picture) {
        return page + "-" + picture.name() + ".svg";
    }

    /** Begins a section. */
    public void section(String title) {
        add("## " + title + "\n");
    }

    /** Begins a part of a section. */
    public void part(String title) {
        add("### " + title + "\n");
    }

    /** Adds a paragraph, or any other Markdown. */
    public void text(String paragraph) {
        add(paragraph.strip() + "\n");
    }

    /** Adds a table. */
    public void table(Grid table) {
        add(table.markdown());
    }

    /** Adds a picture, in a file beside the page that is called after it. */
    public void picture(Bars bars) {
        pictures.add(bars);
        add("![" + bars.title() + "](" + fileName(bars) + ")\n");
    }

    /** Adds a goal, which is listed at the end. */
    public void goal(Goal goal) {
        goals.add(goal);
        out.println(goal);
    }

    /** Says how far it is, to who waits. */
    public void progress(String what) {
        out.println(".. " + what);
    }

    /** All goals so far. */
    public List<Goal> goals() {
        return List.copyOf(goals);
    }

    /** All pictures so far. */
    public List<Bars> pictures() {
        return List.copyOf(pictures);
    }

    /** The sections so far. */
    public String markdown() {
        return markdown.toString();
    }

    private void add(String block) {
        markdown.append(block).append('\n');
        out.println(block);
    }
}
