package dev.weir.core;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.TreeMap;

/**
 * The same requests through each algorithm, as a picture: what came, what went on and when, what was refused. Drawn from a limiter
 * on a clock of its own, so it shows what is.
 */
final class AlgorithmsPicture {

    private static final long MILLI = 1_000_000;
    private static final int WIDTH = 860;
    private static final int LEFT = 250;
    private static final int ROW = 112;
    private static final int TOP = 34;
    private static final int BIN_MILLIS = 50;
    private static final int BEGIN_MILLIS = 500;
    private static final int END_MILLIS = 3_500;
    private static final double DOT = 2.6;

    /** One way of counting, as it is shown. */
    private record Row(String title, String note, Limit limit) {}

    /** What became of the requests: when they went on, and when others were refused, in milliseconds. */
    private record Story(List<Long> wentOn, List<Long> refused) {}

    private AlgorithmsPicture() {}

    private static List<Row> rows() {
        Limit ten = Limit.of(10, Duration.ofSeconds(1));
        return List.of(
                new Row("GCRA, token or leaky bucket", "10 per second, burst 10", ten),
                new Row("the same with a small burst", "10 per second, burst 3", ten.withBurst(3)),
                new Row(
                        "Leaky bucket as a queue",
                        "10 per second, 10 places",
                        ten.withAlgorithm(Algorithm.LEAKY_BUCKET_QUEUE)),
                new Row(
                        "Fixed window",
                        "10 per second, aligned",
                        ten.withAlgorithm(Algorithm.FIXED_WINDOW).withAlignedWindows()),
                new Row(
                        "Sliding window counter",
                        "10 per second, aligned",
                        ten.withAlgorithm(Algorithm.SLIDING_WINDOW_COUNTER).withAlignedWindows()),
                new Row("Sliding window log", "10 per second", ten.withAlgorithm(Algorithm.SLIDING_WINDOW_LOG)));
    }

    /** Ten requests just before a second is over, ten just after; half a second later, one each 50 ms for a second. */
    private static List<Long> arrivals() {
        List<Long> millis = new ArrayList<>();
        for (int i = 0; i < 10; i++) {
            millis.add(950L);
        }
        for (int i = 0; i < 10; i++) {
            millis.add(1_050L);
        }
        for (long at = 1_500; at < 2_500; at += BIN_MILLIS) {
            millis.add(at);
        }
        return millis;
    }

    private static Story play(Limit limit) {
        ManualTicker ticker = new ManualTicker();
        LocalLimiter limiter = new LocalLimiter(10, 100, ticker, Asks.ANCHOR, LimiterListener.NONE);
        Bundle bundle = Asks.bundle("picture", limit);
        Story story = new Story(new ArrayList<>(), new ArrayList<>());
        for (long at : arrivals()) {
            ticker.advanceNanos(at * MILLI - ticker.read());
            Ask ask = Asks.ask(bundle, Asks.ALICE);
            boolean queue = limit.algorithm() == Algorithm.LEAKY_BUCKET_QUEUE;
            ask.patience(0, queue ? Long.MAX_VALUE : 0);
            limiter.decide(ask);
            if (ask.allowed()) {
                story.wentOn.add(at + ask.waitNanos() / MILLI);
            } else {
                story.refused.add(at);
            }
        }
        return story;
    }

    /** The picture, as SVG that is right on light and on dark pages. */
    static String svg() {
        List<Row> rows = rows();
        int height = TOP + (rows.size() + 1) * ROW + 24;
        StringBuilder svg = new StringBuilder();
        svg.append("<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %d %d\" role=\"img\" "
                        .formatted(WIDTH, height))
                .append("font-family=\"system-ui, sans-serif\" font-size=\"13\">\n")
                .append("<title>The same forty requests through each algorithm</title>\n")
                .append("<style>\n")
                .append("text { fill: #1b2a33 } .soft { fill: #566a75 } .line { stroke: #c3d0d6 }\n")
                .append(
                        ".went { fill: #0b7285 } .came { fill: #7a8b94 } .no { fill: none; stroke: #c92a2a; stroke-width: 1 }\n")
                .append("@media (prefers-color-scheme: dark) {\n")
                .append("text { fill: #e6eef1 } .soft { fill: #9db0ba } .line { stroke: #33464f }\n")
                .append(".went { fill: #3bc9db } .came { fill: #9db0ba } .no { stroke: #ff8787 } }\n")
                .append("</style>\n");
        for (int second = 1; second <= END_MILLIS / 1_000; second++) {
            double x = x(second * 1_000L);
            svg.append("<line class=\"line\" x1=\"%s\" y1=\"%d\" x2=\"%s\" y2=\"%d\"/>\n"
                    .formatted(text(x), TOP - 8, text(x), height - 24));
            svg.append("<text class=\"soft\" x=\"%s\" y=\"%d\" text-anchor=\"middle\">%d s</text>\n"
                    .formatted(text(x), TOP - 14, second));
        }
        int y = TOP + ROW - 40;
        label(svg, y, "What comes", arrivals().size() + " requests");
        dots(svg, arrivals(), y, "came", 1);
        for (Row row : rows) {
            y += ROW;
            Story story = play(row.limit);
            label(svg, y, row.title, row.note);
            svg.append("<text class=\"soft\" x=\"0\" y=\"%d\">%d go on, %d refused</text>\n"
                    .formatted(y - 4, story.wentOn.size(), story.refused.size()));
            dots(svg, story.wentOn, y, "went", 1);
            dots(svg, story.refused, y, "no", -1);
        }
        return svg.append("</svg>\n").toString();
    }

    private static void label(StringBuilder svg, int y, String title, String note) {
        svg.append(
                "<line class=\"line\" x1=\"%d\" y1=\"%d\" x2=\"%d\" y2=\"%d\"/>\n".formatted(LEFT, y, WIDTH - 20, y));
        svg.append("<text x=\"0\" y=\"%d\" font-weight=\"600\">%s</text>\n".formatted(y - 38, title));
        svg.append("<text class=\"soft\" x=\"0\" y=\"%d\">%s</text>\n".formatted(y - 21, note));
    }

    /* Above the line what went on, below it what was refused; what happened at once stands in a column. */
    private static void dots(StringBuilder svg, List<Long> millis, int y, String style, int up) {
        TreeMap<Long, Integer> counts = new TreeMap<>();
        for (long at : millis) {
            int already = counts.merge(at / BIN_MILLIS, 1, Integer::sum) - 1;
            double dy = (already + 0.5) * 2 * DOT;
            double r = style.equals("no") ? DOT - 0.8 : DOT - 0.2;
            svg.append("<circle class=\"%s\" cx=\"%s\" cy=\"%s\" r=\"%s\"/>\n"
                    .formatted(style, text(x(at)), text(y - up * (dy + 2)), text(r)));
        }
    }

    private static double x(long millis) {
        return LEFT + (WIDTH - 20.0 - LEFT) * (millis - BEGIN_MILLIS) / (END_MILLIS - BEGIN_MILLIS);
    }

    private static String text(double number) {
        return String.format(Locale.ROOT, "%.1f", number);
    }
}
