package dev.treadle.training.template;

import dev.treadle.training.PythonJson;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Jinja's filters, those that chat templates use; {@code tojson} is Hugging Face's own. */
final class Filters {
  private final Rendering rendering;
  private final Operations operations;

  Filters(Rendering rendering, Operations operations) {
    this.rendering = rendering;
    this.operations = operations;
  }

  Value apply(int line, String name, Value it, Rendering.Given given) {
    return switch (name) {
      case "tojson" -> new Value.Text(json(line, it, given));
      case "trim" -> {
        Value letters = given.get(0, "chars");
        yield new Value.Text(
            Methods.strip(
                rendering.text(line, it), letters == null ? null : letters.text(), true, true));
      }
      case "length", "count" -> new Value.Whole(operations.entries(line, it).size());
      case "upper" -> new Value.Text(rendering.text(line, it).toUpperCase(Locale.ROOT));
      case "lower" -> new Value.Text(rendering.text(line, it).toLowerCase(Locale.ROOT));
      case "capitalize" -> new Value.Text(Methods.capitalized(rendering.text(line, it)));
      case "string" -> new Value.Text(rendering.text(line, it));
      case "safe" -> it;
      case "list" -> new Value.Sequence(operations.entries(line, it));
      case "first" -> {
        List<Value> entries = operations.entries(line, it);
        yield entries.isEmpty() ? new Value.Undefined("the first of nothing") : entries.getFirst();
      }
      case "last" -> {
        List<Value> entries = operations.entries(line, it);
        yield entries.isEmpty() ? new Value.Undefined("the last of nothing") : entries.getLast();
      }
      case "reverse" -> reversed(line, it);
      case "items" -> pairs(line, it);
      case "dictsort" -> sortedPairs(line, it, given);
      case "default", "d" -> otherwise(it, given);
      case "join" -> join(line, it, given);
      case "replace" ->
          new Methods(rendering, operations)
              .call(line, new Value.Text(rendering.text(line, it)), "replace", given);
      case "int" -> whole(line, it);
      case "abs" ->
          it instanceof Value.Real(double number)
              ? new Value.Real(Math.abs(number))
              : new Value.Whole(Math.abs(operations.whole(line, it)));
      case "map" -> map(line, it, given);
      case "select" -> chosen(line, it, given, true, false);
      case "reject" -> chosen(line, it, given, false, false);
      case "selectattr" -> chosen(line, it, given, true, true);
      case "rejectattr" -> chosen(line, it, given, false, true);
      case "unique" -> unique(line, it);
      case "indent" -> indented(line, it, given);
      default -> throw rendering.unsupported(line, "the filter '" + name + "'");
    };
  }

  private String json(int line, Value it, Rendering.Given given) {
    for (String name : given.named().keySet()) {
      if (!List.of("ensure_ascii", "indent", "separators", "sort_keys").contains(name)) {
        throw rendering.unsupported(line, "tojson with " + name);
      }
    }
    Value indent = given.get(1, "indent");
    int blanks =
        indent == null || indent instanceof Value.None ? -1 : (int) operations.whole(line, indent);
    boolean isAscii =
        Optional.ofNullable(given.get(0, "ensure_ascii")).map(Value::isTrue).orElse(false);
    boolean isSorted =
        Optional.ofNullable(given.get(3, "sort_keys")).map(Value::isTrue).orElse(false);
    String between = blanks >= 0 ? "," : ", ";
    String after = ": ";
    Value separators = given.get(2, "separators");
    if (separators instanceof Value.Sequence(List<Value> both, _) && both.size() == 2) {
      between = both.get(0).text();
      after = both.get(1).text();
    }
    if (blanks > 100) {
      throw rendering.unsupported(line, "an indent of " + blanks);
    }
    try {
      String text = new PythonJson(blanks, isSorted, isAscii, between, after).dumps(it.json());
      rendering.checkLength(line, text.length());
      return text;
    } catch (IllegalArgumentException e) {
      throw rendering.invalid(line, "tojson of " + e.getMessage());
    }
  }

  private Value reversed(int line, Value it) {
    if (it instanceof Value.Text(String text)) {
      return new Value.Text(new StringBuilder(text).reverse().toString());
    }
    return new Value.Sequence(operations.entries(line, it).reversed());
  }

  /** A mapping's entries as pairs. */
  static Value items(Value.Mapping it) {
    List<Value> pairs = new ArrayList<>();
    it.entries()
        .forEach(
            (key, value) ->
                pairs.add(new Value.Sequence(List.of(new Value.Text(key), value), true)));
    return new Value.Sequence(pairs);
  }

  private Value pairs(int line, Value it) {
    if (it instanceof Value.Undefined) {
      return new Value.Sequence(List.of());
    }
    if (it instanceof Value.Mapping mapping) {
      return items(mapping);
    }
    throw rendering.invalid(line, "the entries of " + it.kind());
  }

  private Value sortedPairs(int line, Value it, Rendering.Given given) {
    if (!(it instanceof Value.Mapping mapping)
        || !given.positional().isEmpty()
        || !given.named().isEmpty()) {
      throw rendering.unsupported(line, "dictsort of " + it.kind() + ", or with settings");
    }
    List<String> keys = new ArrayList<>(mapping.entries().keySet());
    keys.sort((a, b) -> a.toLowerCase(Locale.ROOT).compareTo(b.toLowerCase(Locale.ROOT)));
    Map<String, Value> sorted = new LinkedHashMap<>();
    keys.forEach(key -> sorted.put(key, mapping.entries().getOrDefault(key, new Value.None())));
    return items(new Value.Mapping(sorted));
  }

  private static Value otherwise(Value it, Rendering.Given given) {
    Value value = given.get(0, "default_value");
    Value isForEmpty = given.get(1, "boolean");
    boolean isMissing =
        (it instanceof Value.Undefined)
            || (isForEmpty != null && isForEmpty.isTrue() && !it.isTrue());
    return isMissing ? (value == null ? new Value.Text("") : value) : it;
  }

  private Value join(int line, Value it, Rendering.Given given) {
    Value by = given.get(0, "d");
    Value attribute = given.get(1, "attribute");
    List<String> parts = new ArrayList<>();
    long length = 0;
    for (Value entry : operations.entries(line, it)) {
      String part =
          rendering.text(line, attribute == null ? entry : operations.item(line, entry, attribute));
      length += part.length() + (by == null ? 0L : by.text().length());
      rendering.checkLength(line, length);
      parts.add(part);
    }
    return new Value.Text(String.join(by == null ? "" : by.text(), parts));
  }

  private Value whole(int line, Value it) {
    return switch (it) {
      case Value.Real(double number) -> new Value.Whole((long) number);
      case Value.Text(String text) -> {
        try {
          yield new Value.Whole(Long.parseLong(text.strip()));
        } catch (NumberFormatException e) {
          throw rendering.unsupported(line, "int of '" + text + "'");
        }
      }
      case Value.None _,
          Value.Truth _,
          Value.Whole _,
          Value.Sequence _,
          Value.Mapping _,
          Value.Namespace _,
          Value.Loop _,
          Value.Macro _,
          Value.Function _,
          Value.Method _,
          Value.Undefined _ ->
          new Value.Whole(operations.whole(line, it));
    };
  }

  private Value map(int line, Value it, Rendering.Given given) {
    Value attribute = given.named().get("attribute");
    Value otherwise = given.named().get("default");
    List<Value> mapped = new ArrayList<>();
    for (Value entry : operations.entries(line, it)) {
      rendering.step(line);
      if (attribute != null) {
        Value found = part(line, entry, attribute);
        mapped.add(found instanceof Value.Undefined && otherwise != null ? otherwise : found);
      } else {
        mapped.add(apply(line, first(line, given, "map"), entry, after(given, 1)));
      }
    }
    return new Value.Sequence(mapped);
  }

  /** An entry of an entry, with dots between the names. */
  private Value part(int line, Value of, Value attribute) {
    Value it = of;
    for (String name : attribute.text().split("\\.", -1)) {
      it = operations.item(line, it, new Value.Text(name));
    }
    return it;
  }

  private String first(int line, Rendering.Given given, String name) {
    if (given.positional().isEmpty()
        || !(given.positional().getFirst() instanceof Value.Text(String text))) {
      throw rendering.invalid(line, name + " takes a name");
    }
    return text;
  }

  private static Rendering.Given after(Rendering.Given given, int count) {
    return new Rendering.Given(
        given.positional().subList(count, given.positional().size()), given.named());
  }

  private Value chosen(
      int line, Value it, Rendering.Given given, boolean isWanted, boolean isOfAttribute) {
    @Nullable Value attribute =
        isOfAttribute ? new Value.Text(first(line, given, "selectattr")) : null;
    List<Value> rest = after(given, isOfAttribute ? 1 : 0).positional();
    List<Value> chosen = new ArrayList<>();
    for (Value entry : operations.entries(line, it)) {
      rendering.step(line);
      Value tested = attribute == null ? entry : part(line, entry, attribute);
      boolean is =
          rest.isEmpty()
              ? tested.isTrue()
              : operations.test(line, rest.getFirst().text(), tested, rest.subList(1, rest.size()));
      if (is == isWanted) {
        chosen.add(entry);
      }
    }
    return new Value.Sequence(chosen);
  }

  private Value unique(int line, Value it) {
    List<Value> seen = new ArrayList<>();
    for (Value entry : operations.entries(line, it)) {
      rendering.step(line);
      if (seen.stream().noneMatch(other -> isSame(other, entry))) {
        seen.add(entry);
      }
    }
    return new Value.Sequence(seen);
  }

  /** Texts are the same here whatever their case, as Jinja has it. */
  private static boolean isSame(Value left, Value right) {
    if (left instanceof Value.Text(String a) && right instanceof Value.Text(String b)) {
      return a.equalsIgnoreCase(b);
    }
    return Operations.isEqual(left, right);
  }

  private Value indented(int line, Value it, Rendering.Given given) {
    Value width = given.get(0, "width");
    Value first = given.get(1, "first");
    if (given.get(2, "blank") != null || (width != null && !(width instanceof Value.Whole))) {
      throw rendering.unsupported(line, "indent with blank lines, or by a text");
    }
    long count = width == null ? 4 : operations.whole(line, width);
    rendering.checkLength(line, count);
    String blanks = " ".repeat((int) Math.max(0, count));
    String[] lines = rendering.text(line, it).split("\n", -1);
    StringBuilder out = new StringBuilder();
    for (int i = 0; i < lines.length; i++) {
      boolean isIndented = i > 0 ? !lines[i].isEmpty() : first != null && first.isTrue();
      out.append(i > 0 ? "\n" : "").append(isIndented ? blanks : "").append(lines[i]);
      rendering.checkLength(line, out.length());
    }
    return new Value.Text(out.toString());
  }
}
