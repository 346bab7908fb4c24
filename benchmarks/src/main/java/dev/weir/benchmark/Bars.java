package dev.weir.benchmark;

import java.awt.Color;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.knowm.xchart.CategoryChart;
import org.knowm.xchart.CategoryChartBuilder;
import org.knowm.xchart.VectorGraphicsEncoder;
import org.knowm.xchart.VectorGraphicsEncoder.VectorGraphicsFormat;
import org.knowm.xchart.style.CategoryStyler;

/** A picture of what ways cost: a bar for each, with its spread. */
public final class Bars {

    private static final int WIDTH = 900;
    private static final int HEIGHT = 420;
    private static final Color BLUE = new Color(0x2f6f9f);

    private final String name;
    private final String title;
    private final String axis;
    private final List<String> ways = new ArrayList<>();
    private final List<Double> medians = new ArrayList<>();
    private final List<Double> spreads = new ArrayList<>();

    /**
     * A picture without bars.
     *
     * @param name what its file is called after
     * @param axis what is measured, with its unit
     */
    public Bars(String name, String title, String axis) {
        this.name = name;
        this.title = title;
        this.axis = axis;
    }

    /** Adds a bar. */
    public Bars bar(String way, Samples figure) {
        ways.add(way);
        medians.add(Double.parseDouble(Grid.number(figure.median()).replace(",", ""))); // as it is labelled
        spreads.add((figure.most() - figure.least()) / 2);
        return this;
    }

    String title() {
        return title;
    }

    String name() {
        return name;
    }

    /** Draws it into {@code file}. */
    void save(Path file) throws IOException {
        CategoryChart chart = new CategoryChartBuilder()
                .width(WIDTH)
                .height(HEIGHT)
                .title(title)
                .yAxisTitle(axis)
                .build();
        CategoryStyler style = chart.getStyler();
        style.setLegendVisible(false);
        style.setPlotBorderVisible(false);
        style.setChartBackgroundColor(Color.WHITE);
        style.setSeriesColors(new Color[] {BLUE});
        style.setLabelsVisible(true);
        style.setXAxisLabelRotation(20);
        style.setAvailableSpaceFill(0.7);
        chart.addSeries("ways", ways, medians, spreads);
        VectorGraphicsEncoder.saveVectorGraphic(chart, file.toString(), VectorGraphicsFormat.SVG);
    }
}
