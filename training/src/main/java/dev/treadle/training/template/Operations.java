package dev.treadle.training.template;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;

/** What operators, subscripts and tests make of values, as in Python. */
final class Operations {
  /** Names that Python's texts and dictionaries have as methods: an attribute finds them first. */
  private static final Set<String> MAPPING_METHODS =
      Set.of(
          "items",
          "keys",
          "values",
          "get",
          "pop",
          "update",
          "copy",
          "setdefault",
          "clear",
          "popitem",
          "fromkeys");

  private final Rendering rendering;

  Operations(Rendering rendering) {
    this.rendering = rendering;
  }

  /** What a loop over a value goes through. */
  List<Value> entries(int line, Value value) {
    return switch (value) {
      case Value.Sequence it -> it.entries();
      case Value.Undefined _ -> List.of();
      case Value.Mapping it -> {
        List<Value> keys = new ArrayList<>();
        it.entries().keySet().forEach(key -> keys.add(new Value.Text(key)));
        yield keys;
      }
      case Value.Text it -> {
        List<Value> letters = new ArrayList<>();
        it.text().codePoints().forEach(c -> letters.add(new Value.Text(Character.toString(c))));
        yield letters;
      }
      case Value.None _,
          Value.Truth _,
          Value.Whole _,
          Value.Real _,
          Value.Namespace _,
          Value.Loop _,
          Value.Macro _,
          Value.Function _,
          Value.Method _ ->
          throw rendering.invalid(line, value.kind() + " cannot be gone through");
    };
  }

  Value attribute(int line, Value of, String name) {
    return switch (of) {
      case Value.Mapping it -> {
        if (MAPPING_METHODS.contains(name)) {
          yield new Value.Method(of, name);
        }
        Value found = it.entries().get(name);
        yield found == null ? new Value.Undefined(name) : found;
      }
      case Value.Namespace it -> {
        Value found = it.entries().get(name);
        yield found == null ? new Value.Undefined(name) : found;
      }
      case Value.Loop it -> loop(line, it, name);
      case Value.Text _ ->
          Methods.TEXT.contains(name) ? new Value.Method(of, name) : new Value.Undefined(name);
      case Value.Sequence _ -> {
        if (Set.of(
                "append", "pop", "extend", "insert", "remove", "index", "count", "sort", "reverse",
                "copy", "clear")
            .contains(name)) {
          throw rendering.unsupported(line, "the method " + name + " of a list");
        }
        yield new Value.Undefined(name);
      }
      case Value.Undefined _ -> throw rendering.invalid(line, of.kind() + ", has no " + name);
      case Value.None _, Value.Truth _, Value.Whole _, Value.Real _ -> new Value.Undefined(name);
      case Value.Macro _, Value.Function _, Value.Method _ ->
          throw rendering.unsupported(line, "the attribute " + name + " of " + of.kind());
    };
  }

  private Value loop(int line, Value.Loop it, String name) {
    int count = it.entries().size();
    return switch (name) {
      case "index" -> new Value.Whole(it.index() + 1L);
      case "index0" -> new Value.Whole(it.index());
      case "revindex" -> new Value.Whole(count - it.index());
      case "revindex0" -> new Value.Whole(count - it.index() - 1L);
      case "first" -> new Value.Truth(it.index() == 0);
      case "last" -> new Value.Truth(it.index() == count - 1);
      case "length" -> new Value.Whole(count);
      case "depth" -> new Value.Whole(it.depth());
      case "depth0" -> new Value.Whole(it.depth() - 1L);
      case "previtem" ->
          it.index() == 0 ? new Value.Undefined(name) : it.entries().get(it.index() - 1);
      case "nextitem" ->
          it.index() == count - 1 ? new Value.Undefined(name) : it.entries().get(it.index() + 1);
      default -> throw rendering.unsupported(line, "loop." + name);
    };
  }

  Value item(int line, Value of, Value at) {
    if (of instanceof Value.Undefined) {
      throw rendering.invalid(line, of.kind() + ", has no entries");
    }
    if (at instanceof Value.Text(String name)) {
      if (of instanceof Value.Mapping it && it.entries().containsKey(name)) {
        return Objects.requireNonNull(it.entries().get(name));
      }
      return attribute(line, of, name);
    }
    if (at instanceof Value.Whole(long index)
        && (of instanceof Value.Sequence || of instanceof Value.Text)) {
      List<Value> entries = entries(line, of);
      long place = index < 0 ? index + entries.size() : index;
      return place >= 0 && place < entries.size()
          ? entries.get((int) place)
          : new Value.Undefined("entry " + index);
    }
    return new Value.Undefined("an entry");
  }

  Value slice(int line, Value of, Value from, Value to, Value step) {
    if (!(of instanceof Value.Sequence) && !(of instanceof Value.Text)) {
      throw rendering.invalid(line, of.kind() + " has no parts");
    }
    List<Value> entries = entries(line, of);
    long by = step instanceof Value.None ? 1 : whole(line, step);
    if (by == 0) {
      throw rendering.invalid(line, "a step of zero");
    }
    long size = entries.size();
    long begin = bound(line, from, by > 0 ? 0 : size - 1, size, by);
    long end = bound(line, to, by > 0 ? size : -1, size, by);
    List<Value> part = new ArrayList<>();
    for (long i = begin; by > 0 ? i < end : i > end; i += by) {
      rendering.step(line);
      part.add(entries.get((int) i));
    }
    if (of instanceof Value.Sequence whole) {
      return new Value.Sequence(part, whole.isTuple());
    }
    StringBuilder text = new StringBuilder();
    part.forEach(it -> text.append(it.text()));
    return new Value.Text(text.toString());
  }

  private long bound(int line, Value at, long otherwise, long size, long step) {
    if (at instanceof Value.None) {
      return otherwise;
    }
    long given = whole(line, at);
    long place = given < 0 ? given + size : given;
    return step > 0 ? Math.clamp(place, 0, size) : Math.clamp(place, -1, size - 1);
  }

  long whole(int line, Value value) {
    return switch (value) {
      case Value.Whole it -> it.number();
      case Value.Truth it -> it.is() ? 1 : 0;
      case Value.None _,
          Value.Real _,
          Value.Text _,
          Value.Sequence _,
          Value.Mapping _,
          Value.Namespace _,
          Value.Loop _,
          Value.Macro _,
          Value.Function _,
          Value.Method _,
          Value.Undefined _ ->
          throw rendering.invalid(line, "a whole number is expected, not " + value.kind());
    };
  }

  Value negative(int line, Value value) {
    return value instanceof Value.Real(double number)
        ? new Value.Real(-number)
        : new Value.Whole(-whole(line, value));
  }

  Value binary(int line, String operator, Value left, Value right) {
    if (operator.equals("~")) {
      return text(line, rendering.text(line, left), rendering.text(line, right));
    }
    if (operator.equals("+")
        && left instanceof Value.Text(String a)
        && right instanceof Value.Text(String b)) {
      return text(line, a, b);
    }
    if (operator.equals("+")
        && left instanceof Value.Sequence a
        && right instanceof Value.Sequence b) {
      rendering.checkLength(line, (long) a.entries().size() + b.entries().size());
      List<Value> both = new ArrayList<>(a.entries());
      both.addAll(b.entries());
      if (a.isTuple() != b.isTuple()) {
        throw rendering.invalid(line, "a list + a tuple");
      }
      return new Value.Sequence(both, a.isTuple());
    }
    if (operator.equals("*")
        && left instanceof Value.Text(String a)
        && right instanceof Value.Whole(long times)) {
      rendering.checkLength(
          line,
          times > 0
              ? Math.multiplyHigh(a.length(), times) != 0 ? Long.MAX_VALUE : a.length() * times
              : 0);
      return new Value.Text(a.repeat((int) Math.max(0, times)));
    }
    if (!isNumber(left) || !isNumber(right)) {
      throw operator.equals("%") && left instanceof Value.Text
          ? rendering.unsupported(line, "formatting with %")
          : rendering.invalid(line, left.kind() + " " + operator + " " + right.kind());
    }
    return left instanceof Value.Real || right instanceof Value.Real || operator.equals("/")
        ? real(line, operator, number(left), number(right))
        : whole(line, operator, whole(line, left), whole(line, right));
  }

  private Value text(int line, String left, String right) {
    rendering.checkLength(line, (long) left.length() + right.length());
    return new Value.Text(left + right);
  }

  private Value whole(int line, String operator, long left, long right) {
    try {
      return new Value.Whole(
          switch (operator) {
            case "+" -> Math.addExact(left, right);
            case "-" -> Math.subtractExact(left, right);
            case "*" -> Math.multiplyExact(left, right);
            case "//" -> Math.floorDiv(left, right);
            case "%" -> Math.floorMod(left, right);
            default -> throw rendering.unsupported(line, "the operator " + operator);
          });
    } catch (ArithmeticException e) {
      throw rendering.invalid(line, left + " " + operator + " " + right);
    }
  }

  private Value real(int line, String operator, double left, double right) {
    if (right == 0 && !operator.equals("+") && !operator.equals("-") && !operator.equals("*")) {
      throw rendering.invalid(line, "a division by zero");
    }
    return new Value.Real(
        switch (operator) {
          case "+" -> left + right;
          case "-" -> left - right;
          case "*" -> left * right;
          case "/" -> left / right;
          case "//" -> Math.floor(left / right);
          default -> throw rendering.unsupported(line, "the operator " + operator + " of reals");
        });
  }

  static boolean isNumber(Value it) {
    return it instanceof Value.Whole || it instanceof Value.Real || it instanceof Value.Truth;
  }

  static double number(Value it) {
    return it instanceof Value.Real(double real)
        ? real
        : it instanceof Value.Whole(long whole) ? whole : it.isTrue() ? 1 : 0;
  }

  boolean compare(int line, String operator, Value left, Value right) {
    return switch (operator) {
      case "==" -> isEqual(left, right);
      case "!=" -> !isEqual(left, right);
      case "in" -> contains(line, right, left);
      case "not in" -> !contains(line, right, left);
      default -> {
        int order = order(line, left, right);
        yield switch (operator) {
          case "<" -> order < 0;
          case "<=" -> order <= 0;
          case ">" -> order > 0;
          default -> order >= 0;
        };
      }
    };
  }

  int order(int line, Value left, Value right) {
    if (isNumber(left) && isNumber(right)) {
      return Double.compare(number(left), number(right));
    }
    if (left instanceof Value.Text(String a) && right instanceof Value.Text(String b)) {
      return a.compareTo(b);
    }
    throw rendering.invalid(line, left.kind() + " has no order with " + right.kind());
  }

  static boolean isEqual(Value left, Value right) {
    if (isNumber(left) && isNumber(right)) {
      return number(left) == number(right);
    }
    if (left instanceof Value.Undefined && right instanceof Value.Undefined) {
      return true;
    }
    if (left instanceof Value.Sequence(List<Value> a, boolean aIsTuple)
        && right instanceof Value.Sequence(List<Value> b, boolean bIsTuple)) {
      boolean isEqual = a.size() == b.size() && aIsTuple == bIsTuple;
      for (int i = 0; isEqual && i < a.size(); i++) {
        isEqual = isEqual(a.get(i), b.get(i));
      }
      return isEqual;
    }
    return left.equals(right);
  }

  private boolean contains(int line, Value in, Value what) {
    if (in instanceof Value.Text(String text)) {
      if (what instanceof Value.Text(String part)) {
        return text.contains(part);
      }
      throw rendering.invalid(line, what.kind() + " in a text");
    }
    if (in instanceof Value.Mapping it) {
      return what instanceof Value.Text(String key) && it.entries().containsKey(key);
    }
    return entries(line, in).stream().anyMatch(it -> isEqual(it, what));
  }

  boolean test(int line, String name, Value it, List<Value> given) {
    return switch (name) {
      case "defined" -> !(it instanceof Value.Undefined);
      case "undefined" -> it instanceof Value.Undefined;
      case "none" -> it instanceof Value.None;
      case "string" -> it instanceof Value.Text;
      case "number" -> isNumber(it);
      case "integer" -> it instanceof Value.Whole;
      case "float" -> it instanceof Value.Real;
      case "boolean" -> it instanceof Value.Truth;
      case "true" -> it instanceof Value.Truth(boolean is) && is;
      case "false" -> it instanceof Value.Truth(boolean is) && !is;
      case "mapping" -> it instanceof Value.Mapping;
      case "sequence" ->
          it instanceof Value.Sequence
              || it instanceof Value.Text
              || it instanceof Value.Mapping
              || it instanceof Value.Undefined;
      case "iterable" ->
          it instanceof Value.Sequence
              || it instanceof Value.Text
              || it instanceof Value.Mapping
              || it instanceof Value.Undefined;
      case "callable" ->
          it instanceof Value.Macro || it instanceof Value.Function || it instanceof Value.Method;
      case "odd" -> Math.floorMod(whole(line, it), 2) == 1;
      case "even" -> Math.floorMod(whole(line, it), 2) == 0;
      case "divisibleby" ->
          Math.floorMod(whole(line, it), whole(line, only(line, name, given))) == 0;
      case "equalto", "eq", "==" -> isEqual(it, only(line, name, given));
      case "ne", "!=" -> !isEqual(it, only(line, name, given));
      case "in" -> contains(line, only(line, name, given), it);
      case "lt", "lessthan" -> order(line, it, only(line, name, given)) < 0;
      case "le" -> order(line, it, only(line, name, given)) <= 0;
      case "gt", "greaterthan" -> order(line, it, only(line, name, given)) > 0;
      case "ge" -> order(line, it, only(line, name, given)) >= 0;
      default -> throw rendering.unsupported(line, "the test '" + name + "'");
    };
  }

  private Value only(int line, String name, List<Value> given) {
    if (given.size() != 1) {
      throw rendering.invalid(line, "the test " + name + " takes one value");
    }
    return given.getFirst();
  }
}
