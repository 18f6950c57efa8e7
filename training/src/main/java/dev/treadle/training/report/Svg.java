package dev.treadle.training.report;

import java.util.Locale;

/** A drawing as SVG, to stand in an HTML page that has its colours. */
final class Svg {
  /** Letters are about so much larger than their capitals. */
  private static final double EM = 1.38;

  private final StringBuilder out = new StringBuilder();

  private Svg() {}

  static String of(Drawing drawing, String name) {
    Svg svg = new Svg();
    svg.out.append(
        String.format(
            Locale.ROOT,
            "<svg viewBox=\"0 0 %d %d\" role=\"img\" aria-label=\"%s\">\n",
            drawing.width(),
            drawing.height(),
            Html.escaped(name)));
    drawing.marks().forEach(svg::put);
    return svg.out.append("</svg>\n").toString();
  }

  private void put(Mark mark) {
    switch (mark) {
      case Mark.Line it -> line(it);
      case Mark.Dot it -> dot(it);
      case Mark.Label it -> label(it);
    }
  }

  private void line(Mark.Line it) {
    out.append("<polyline class=\"").append(name(it.ink())).append("\" stroke-width=\"");
    out.append(number(it.width())).append("\" points=\"");
    for (Mark.Point point : it.points()) {
      out.append(number(point.x())).append(',').append(number(point.y())).append(' ');
    }
    out.setCharAt(out.length() - 1, '"');
    out.append("/>\n");
  }

  private void dot(Mark.Dot it) {
    out.append("<circle class=\"dot ").append(name(it.ink())).append("\" cx=\"");
    out.append(number(it.at().x())).append("\" cy=\"").append(number(it.at().y()));
    out.append("\" r=\"").append(number(it.radius())).append("\"><title>");
    out.append(Html.escaped(it.title())).append("</title></circle>\n");
  }

  private void label(Mark.Label it) {
    out.append("<text class=\"").append(name(it.ink())).append("\" x=\"");
    out.append(number(it.at().x())).append("\" y=\"").append(number(it.at().y()));
    out.append("\" font-size=\"").append(number(it.size() * EM)).append("\" text-anchor=\"");
    out.append(it.anchor().name().toLowerCase(Locale.ROOT)).append("\">");
    out.append(Html.escaped(it.text())).append("</text>\n");
  }

  /** The class that the page's colours go by. */
  static String name(Mark.Ink ink) {
    return "ink-" + ink.name().toLowerCase(Locale.ROOT);
  }

  private static String number(double value) {
    String text = String.format(Locale.ROOT, "%.1f", value);
    return text.endsWith(".0") ? text.substring(0, text.length() - 2) : text;
  }
}
