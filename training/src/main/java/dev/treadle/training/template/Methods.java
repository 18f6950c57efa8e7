package dev.treadle.training.template;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The methods of texts and dictionaries. */
final class Methods {
  /** What a text has; others that Python's texts have are refused when they are called. */
  static final Set<String> TEXT =
      Set.of(
          "strip",
          "lstrip",
          "rstrip",
          "split",
          "rsplit",
          "splitlines",
          "startswith",
          "endswith",
          "upper",
          "lower",
          "title",
          "capitalize",
          "replace",
          "join",
          "find",
          "count",
          "isdigit",
          "format",
          "encode",
          "zfill",
          "index",
          "removeprefix",
          "removesuffix",
          "isspace");

  private final Rendering rendering;
  private final Operations operations;

  Methods(Rendering rendering, Operations operations) {
    this.rendering = rendering;
    this.operations = operations;
  }

  Value call(int line, Value of, String name, Rendering.Given given) {
    return switch (of) {
      case Value.Text it -> text(line, it.text(), name, given);
      case Value.Mapping it -> mapping(line, it, name, given);
      case Value.None _,
          Value.Truth _,
          Value.Whole _,
          Value.Real _,
          Value.Sequence _,
          Value.Namespace _,
          Value.Loop _,
          Value.Macro _,
          Value.Function _,
          Value.Method _,
          Value.Undefined _ ->
          throw rendering.unsupported(line, "the method " + name + " of " + of.kind());
    };
  }

  private Value mapping(int line, Value.Mapping it, String name, Rendering.Given given) {
    return switch (name) {
      case "items" -> Filters.items(it);
      case "keys" -> new Value.Sequence(operations.entries(line, it));
      case "values" -> new Value.Sequence(new ArrayList<>(it.entries().values()));
      case "get" -> {
        Value found = it.entries().get(argument(line, given, 0, "get"));
        Value otherwise = given.get(1, "default");
        yield found != null ? found : otherwise != null ? otherwise : new Value.None();
      }
      default -> throw rendering.unsupported(line, "the method " + name + " of a mapping");
    };
  }

  private Value text(int line, String it, String name, Rendering.Given given) {
    if (!given.named().isEmpty()) {
      throw rendering.unsupported(line, "the method " + name + " with named values");
    }
    return switch (name) {
      case "strip" -> new Value.Text(strip(it, letters(line, given), true, true));
      case "lstrip" -> new Value.Text(strip(it, letters(line, given), true, false));
      case "rstrip" -> new Value.Text(strip(it, letters(line, given), false, true));
      case "upper" -> new Value.Text(it.toUpperCase(Locale.ROOT));
      case "lower" -> new Value.Text(it.toLowerCase(Locale.ROOT));
      case "capitalize" -> new Value.Text(capitalized(it));
      case "startswith", "endswith" -> new Value.Truth(isAtEdge(line, it, name, given));
      case "replace" -> new Value.Text(replaced(line, it, given));
      case "split" -> split(line, it, given);
      case "join" -> {
        List<String> parts = new ArrayList<>();
        if (given.positional().size() != 1) {
          throw rendering.invalid(line, "join takes one list");
        }
        for (Value part : operations.entries(line, given.positional().getFirst())) {
          if (!(part instanceof Value.Text)) {
            throw rendering.invalid(line, "join of " + part.kind());
          }
          parts.add(part.text());
        }
        yield new Value.Text(String.join(it, parts));
      }
      case "find" -> {
        int found = it.indexOf(argument(line, given, 0, name));
        yield new Value.Whole(found < 0 ? -1 : it.codePointCount(0, found));
      }
      case "isdigit" ->
          new Value.Truth(!it.isEmpty() && it.codePoints().allMatch(Character::isDigit));
      default -> throw rendering.unsupported(line, "the method " + name + " of a text");
    };
  }

  private String argument(int line, Rendering.Given given, int place, String name) {
    if (given.positional().size() <= place
        || !(given.positional().get(place) instanceof Value.Text(String text))) {
      throw rendering.invalid(line, name + " takes a text");
    }
    return text;
  }

  private @Nullable String letters(int line, Rendering.Given given) {
    return given.positional().isEmpty() || given.positional().getFirst() instanceof Value.None
        ? null
        : argument(line, given, 0, "strip");
  }

  /** Without what is at its edges: given letters, or white space. */
  static String strip(String text, @Nullable String letters, boolean atBegin, boolean atEnd) {
    int[] points = text.codePoints().toArray();
    int from = 0;
    int to = points.length;
    while (atBegin && from < to && isStripped(points[from], letters)) {
      from++;
    }
    while (atEnd && to > from && isStripped(points[to - 1], letters)) {
      to--;
    }
    return new String(points, from, to - from);
  }

  private static boolean isStripped(int point, @Nullable String letters) {
    return letters == null ? Lexer.isSpace(point) : letters.indexOf(point) >= 0;
  }

  static String capitalized(String it) {
    if (it.isEmpty()) {
      return it;
    }
    int first = it.offsetByCodePoints(0, 1);
    return it.substring(0, first).toUpperCase(Locale.ROOT)
        + it.substring(first).toLowerCase(Locale.ROOT);
  }

  private boolean isAtEdge(int line, String it, String name, Rendering.Given given) {
    if (given.positional().size() != 1) {
      throw rendering.unsupported(line, name + " with places");
    }
    Value edge = given.positional().getFirst();
    List<Value> edges =
        edge instanceof Value.Sequence(List<Value> entries, _) ? entries : List.of(edge);
    boolean is = false;
    for (Value each : edges) {
      if (!(each instanceof Value.Text(String text))) {
        throw rendering.invalid(line, name + " takes a text, not " + each.kind());
      }
      is |= name.equals("startswith") ? it.startsWith(text) : it.endsWith(text);
    }
    return is;
  }

  private String replaced(int line, String it, Rendering.Given given) {
    String from = argument(line, given, 0, "replace");
    String to = argument(line, given, 1, "replace");
    if (given.positional().size() > 2 || from.isEmpty()) {
      throw rendering.unsupported(line, "replace with a count, or of nothing");
    }
    rendering.checkLength(line, it.length() + (long) it.length() / from.length() * to.length());
    return it.replace(from, to);
  }

  private Value split(int line, String it, Rendering.Given given) {
    List<Value> parts = new ArrayList<>();
    if (letters(line, given) == null) {
      if (given.positional().size() > 1) {
        throw rendering.unsupported(line, "split by white space with a count");
      }
      for (String part : strip(it, null, true, true).split("[\\s\\u0085\\p{Z}]+", -1)) {
        if (!part.isEmpty()) {
          parts.add(new Value.Text(part));
        }
      }
      return new Value.Sequence(parts);
    }
    String by = argument(line, given, 0, "split");
    if (by.isEmpty()) {
      throw rendering.invalid(line, "split by nothing");
    }
    long left =
        given.positional().size() > 1 ? operations.whole(line, given.positional().get(1)) : -1;
    int from = 0;
    for (int at = it.indexOf(by); at >= 0 && left != 0; at = it.indexOf(by, from)) {
      parts.add(new Value.Text(it.substring(from, at)));
      from = at + by.length();
      left--;
    }
    parts.add(new Value.Text(it.substring(from)));
    return new Value.Sequence(parts);
  }
}
