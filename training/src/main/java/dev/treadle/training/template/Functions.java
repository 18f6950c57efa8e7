package dev.treadle.training.template;

import dev.treadle.training.TrainingError;
import java.time.LocalDateTime;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/** The functions that Hugging Face and Jinja give to a chat template. */
final class Functions {
  private static final Set<String> NAMES =
      Set.of("range", "namespace", "raise_exception", "strftime_now", "dict");

  /** Jinja has them; no chat template of the families that are known here needs them. */
  private static final Set<String> REFUSED = Set.of("lipsum", "cycler", "joiner");

  private final Rendering rendering;
  private final LocalDateTime now;

  Functions(Rendering rendering, LocalDateTime now) {
    this.rendering = rendering;
    this.now = now;
  }

  /** A name that is no variable may be a function. */
  Value orFunction(Value value) {
    return value instanceof Value.Undefined(String name)
            && (NAMES.contains(name) || REFUSED.contains(name))
        ? new Value.Function(name)
        : value;
  }

  Value call(int line, String name, Rendering.Given given) {
    List<Value> values = given.positional();
    return switch (name) {
      case "range" -> range(line, values);
      case "namespace" -> new Value.Namespace(new LinkedHashMap<>(entries(line, given)));
      case "dict" -> new Value.Mapping(entries(line, given));
      case "raise_exception" ->
          throw TrainingError.TEMPLATE_RAISED.because(
              "the chat template refuses this conversation: "
                  + (values.isEmpty() ? "it does not say why" : oneLine(values.getFirst())));
      case "strftime_now" -> {
        if (values.size() != 1 || !(values.getFirst() instanceof Value.Text(String format))) {
          throw rendering.invalid(line, "strftime_now takes a format");
        }
        yield new Value.Text(date(line, format));
      }
      default -> throw rendering.unsupported(line, "the function " + name);
    };
  }

  private String oneLine(Value value) {
    return value.text().replaceAll("\\s+", " ");
  }

  private Map<String, Value> entries(int line, Rendering.Given given) {
    LinkedHashMap<String, Value> entries = new LinkedHashMap<>();
    for (Value it : given.positional()) {
      if (!(it instanceof Value.Mapping mapping)) {
        throw rendering.unsupported(line, "a dictionary made of " + it.kind());
      }
      entries.putAll(mapping.entries());
    }
    entries.putAll(given.named());
    return entries;
  }

  private Value range(int line, List<Value> values) {
    List<Long> numbers = new ArrayList<>();
    for (Value it : values) {
      numbers.add(it instanceof Value.Whole(long number) ? number : bad(line));
    }
    if (numbers.isEmpty() || numbers.size() > 3) {
      bad(line);
    }
    long from = numbers.size() == 1 ? 0 : numbers.get(0);
    long to = numbers.get(numbers.size() == 1 ? 0 : 1);
    long step = numbers.size() == 3 ? numbers.get(2) : 1;
    if (step == 0) {
      bad(line);
    }
    List<Value> entries = new ArrayList<>();
    for (long i = from; step > 0 ? i < to : i > to; i += step) {
      rendering.step(line);
      entries.add(new Value.Whole(i));
    }
    return new Value.Sequence(entries);
  }

  private long bad(int line) {
    throw rendering.invalid(line, "range takes one to three whole numbers and no step of zero");
  }

  private String date(int line, String format) {
    StringBuilder out = new StringBuilder();
    int i = 0;
    while (i < format.length()) {
      char it = format.charAt(i);
      i++;
      if (it != '%') {
        out.append(it);
        continue;
      }
      char code = i < format.length() ? format.charAt(i) : ' ';
      String pattern =
          switch (code) {
            case 'd' -> "dd";
            case 'm' -> "MM";
            case 'Y' -> "yyyy";
            case 'y' -> "yy";
            case 'b' -> "MMM";
            case 'B' -> "MMMM";
            case 'a' -> "EEE";
            case 'A' -> "EEEE";
            case 'H' -> "HH";
            case 'I' -> "hh";
            case 'M' -> "mm";
            case 'S' -> "ss";
            case 'p' -> "a";
            case 'j' -> "DDD";
            case '%' -> "'%'";
            default -> throw rendering.unsupported(line, "strftime's %" + code);
          };
      i++;
      out.append(DateTimeFormatter.ofPattern(pattern, Locale.US).format(now));
    }
    return out.toString();
  }
}
