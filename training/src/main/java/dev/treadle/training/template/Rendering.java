package dev.treadle.training.template;

import dev.treadle.training.TrainingError;
import dev.treadle.transcript.TreadleException;
import java.time.LocalDateTime;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One rendering of a template: statements are carried out, expressions become values. It ends after
 * a limited number of steps and letters, whatever the template says.
 */
final class Rendering {
  private static final int MAX_STEPS = 5_000_000;
  private static final int MAX_LETTERS = 32 << 20;
  private static final int MAX_CALLS = 50;

  private final Operations operations = new Operations(this);
  private final Functions functions;
  private StringBuilder out = new StringBuilder();
  private int steps;
  private int calls;
  private int loops;

  /** How a piece of a loop's body ended. */
  private enum Flow {
    ON,
    BREAK,
    CONTINUE
  }

  Rendering(LocalDateTime now) {
    this.functions = new Functions(this, now);
  }

  String render(List<Statement> statements, Scope scope) {
    run(statements, scope);
    return out.toString();
  }

  private Flow run(List<Statement> statements, Scope scope) {
    for (Statement it : statements) {
      Flow flow = run(it, scope);
      if (flow != Flow.ON) {
        return flow;
      }
    }
    return Flow.ON;
  }

  private Flow run(Statement statement, Scope scope) {
    step(0);
    switch (statement) {
      case Statement.Output it -> write(it.text());
      case Statement.Print it -> write(text(it.line(), value(it.value(), scope)));
      case Statement.If it -> {
        return branch(it, scope);
      }
      case Statement.For it -> loop(it, scope);
      case Statement.Set it -> bind(it.line(), it.names(), value(it.value(), scope), scope);
      case Statement.SetIn it -> {
        if (!(scope.get(it.namespace()) instanceof Value.Namespace space)) {
          throw invalid(it.line(), it.namespace() + " is no namespace");
        }
        space.entries().put(it.name(), value(it.value(), scope));
      }
      case Statement.SetBlock it ->
          scope.set(it.name(), new Value.Text(captured(it.body(), new Scope(scope))));
      case Statement.Macro it -> scope.set(it.name(), new Value.Macro(it, scope));
      case Statement.Generation it -> {
        return run(it.body(), new Scope(scope));
      }
      case Statement.Leave it -> {
        if (loops == 0) {
          throw invalid(it.line(), (it.isBreak() ? "break" : "continue") + " outside of a loop");
        }
        return it.isBreak() ? Flow.BREAK : Flow.CONTINUE;
      }
    }
    return Flow.ON;
  }

  private Flow branch(Statement.If it, Scope scope) {
    for (int i = 0; i < it.branches().size(); i++) {
      if (i >= it.conditions().size() || value(it.conditions().get(i), scope).isTrue()) {
        return run(it.branches().get(i), scope);
      }
    }
    return Flow.ON;
  }

  private void loop(Statement.For it, Scope scope) {
    List<Value> entries = new ArrayList<>();
    for (Value entry : operations.entries(it.line(), value(it.over(), scope))) {
      step(it.line());
      Scope inner = new Scope(scope);
      bind(it.line(), it.names(), entry, inner);
      if (it.condition().isEmpty() || value(it.condition().get(), inner).isTrue()) {
        entries.add(entry);
      }
    }
    if (entries.isEmpty()) {
      run(it.otherwise(), new Scope(scope));
      return;
    }
    loops++;
    for (int i = 0; i < entries.size(); i++) {
      Scope inner = new Scope(scope);
      bind(it.line(), it.names(), entries.get(i), inner);
      inner.set("loop", new Value.Loop(entries, i, loops));
      if (run(it.body(), inner) == Flow.BREAK) {
        break;
      }
    }
    loops--;
  }

  private void bind(int line, List<String> names, Value value, Scope scope) {
    if (names.size() == 1) {
      scope.set(names.getFirst(), value);
      return;
    }
    List<Value> entries = operations.entries(line, value);
    if (entries.size() != names.size()) {
      throw invalid(line, entries.size() + " values for " + names.size() + " names");
    }
    for (int i = 0; i < names.size(); i++) {
      scope.set(names.get(i), entries.get(i));
    }
  }

  private String captured(List<Statement> body, Scope scope) {
    StringBuilder before = out;
    out = new StringBuilder();
    run(body, scope);
    String text = out.toString();
    out = before;
    return text;
  }

  private void write(String text) {
    out.append(text);
    if (out.length() > MAX_LETTERS) {
      throw TrainingError.TEMPLATE_TOO_MUCH.because(
          "the chat template writes over " + MAX_LETTERS + " letters");
    }
  }

  /** Counts work, so that no template goes on for ever. */
  void step(int line) {
    steps++;
    if (steps > MAX_STEPS) {
      throw TrainingError.TEMPLATE_TOO_MUCH.because(
          "the chat template takes over " + MAX_STEPS + " steps, line " + line);
    }
  }

  /** Refuses a text or list that would be too long. */
  void checkLength(int line, long length) {
    if (length > MAX_LETTERS) {
      throw TrainingError.TEMPLATE_TOO_MUCH.because(
          "the chat template makes a value of " + length + " parts, line " + line);
    }
  }

  Value value(Expression expression, Scope scope) {
    step(expression.line());
    int line = expression.line();
    return switch (expression) {
      case Expression.Literal it -> it.value();
      case Expression.Name it -> functions.orFunction(scope.get(it.name()));
      case Expression.Items it -> new Value.Sequence(values(it.entries(), scope), it.isTuple());
      case Expression.Entries it -> mapping(it, scope);
      case Expression.Attribute it -> operations.attribute(line, value(it.of(), scope), it.name());
      case Expression.Item it ->
          operations.item(line, value(it.of(), scope), value(it.at(), scope));
      case Expression.Slice it ->
          operations.slice(
              line,
              value(it.of(), scope),
              it.from().map(at -> value(at, scope)).orElse(new Value.None()),
              it.to().map(at -> value(at, scope)).orElse(new Value.None()),
              it.step().map(at -> value(at, scope)).orElse(new Value.None()));
      case Expression.Call it -> call(it, scope);
      case Expression.Filter it ->
          new Filters(this, operations)
              .apply(line, it.name(), value(it.of(), scope), arguments(it.arguments(), scope));
      case Expression.Test it ->
          new Value.Truth(
              operations.test(
                  line,
                  it.name(),
                  value(it.of(), scope),
                  arguments(it.arguments(), scope).positional()));
      case Expression.Not it -> new Value.Truth(!value(it.of(), scope).isTrue());
      case Expression.Negative it -> operations.negative(line, value(it.of(), scope));
      case Expression.Binary it -> binary(it, scope);
      case Expression.Comparison it -> new Value.Truth(compare(it, scope));
      case Expression.Choice it -> {
        if (value(it.condition(), scope).isTrue()) {
          yield value(it.then(), scope);
        }
        yield it.otherwise()
            .map(other -> value(other, scope))
            .orElse(new Value.Undefined("an if without else"));
      }
    };
  }

  private List<Value> values(List<Expression> expressions, Scope scope) {
    List<Value> values = new ArrayList<>();
    expressions.forEach(it -> values.add(value(it, scope)));
    return values;
  }

  private Value mapping(Expression.Entries it, Scope scope) {
    Map<String, Value> entries = new LinkedHashMap<>();
    for (int i = 0; i < it.keys().size(); i++) {
      if (!(value(it.keys().get(i), scope) instanceof Value.Text key)) {
        throw unsupported(it.line(), "a key of a dictionary that is no text");
      }
      entries.put(key.text(), value(it.values().get(i), scope));
    }
    return new Value.Mapping(entries);
  }

  private Value binary(Expression.Binary it, Scope scope) {
    Value left = value(it.left(), scope);
    if (it.operator().equals("or")) {
      return left.isTrue() ? left : value(it.right(), scope);
    }
    if (it.operator().equals("and")) {
      return left.isTrue() ? value(it.right(), scope) : left;
    }
    return operations.binary(it.line(), it.operator(), left, value(it.right(), scope));
  }

  private boolean compare(Expression.Comparison it, Scope scope) {
    Value left = value(it.first(), scope);
    for (int i = 0; i < it.operators().size(); i++) {
      Value right = value(it.others().get(i), scope);
      if (!operations.compare(it.line(), it.operators().get(i), left, right)) {
        return false;
      }
      left = right;
    }
    return true;
  }

  /** What a call is given, as values. */
  record Given(List<Value> positional, Map<String, Value> named) {
    /** The value of a parameter by its place or its name. */
    @Nullable Value get(int place, String name) {
      return place < positional.size() ? positional.get(place) : named.get(name);
    }
  }

  private Given arguments(Expression.Arguments it, Scope scope) {
    Map<String, Value> named = new LinkedHashMap<>();
    it.named().forEach((name, expression) -> named.put(name, value(expression, scope)));
    return new Given(values(it.positional(), scope), named);
  }

  private Value call(Expression.Call it, Scope scope) {
    Value of = value(it.of(), scope);
    Given given = arguments(it.arguments(), scope);
    return switch (of) {
      case Value.Macro macro -> macro(it.line(), macro, given);
      case Value.Function function -> functions.call(it.line(), function.name(), given);
      case Value.Method method ->
          new Methods(this, operations).call(it.line(), method.of(), method.name(), given);
      case Value.None _,
          Value.Truth _,
          Value.Whole _,
          Value.Real _,
          Value.Text _,
          Value.Sequence _,
          Value.Mapping _,
          Value.Namespace _,
          Value.Loop _,
          Value.Undefined _ ->
          throw invalid(it.line(), of.kind() + " is no function");
    };
  }

  private Value macro(int line, Value.Macro macro, Given given) {
    Statement.Macro it = macro.statement();
    Scope scope = new Scope(macro.scope());
    List<String> names = it.parameters();
    if (given.positional().size() > names.size() || !names.containsAll(given.named().keySet())) {
      throw invalid(line, "the macro " + it.name() + " takes " + names);
    }
    for (int i = 0; i < names.size(); i++) {
      Value value = given.get(i, names.get(i));
      int place = i - (names.size() - it.defaults().size());
      if (value == null) {
        value =
            place < 0 ? new Value.Undefined(names.get(i)) : value(it.defaults().get(place), scope);
      }
      scope.set(names.get(i), value);
    }
    calls++;
    if (calls > MAX_CALLS) {
      throw TrainingError.TEMPLATE_TOO_MUCH.because(
          "the chat template calls macros over " + MAX_CALLS + " deep, line " + line);
    }
    int loopsOutside = loops;
    loops = 0;
    Value result = new Value.Text(captured(it.body(), scope));
    loops = loopsOutside;
    calls--;
    return result;
  }

  /** A value's text, where it has one. */
  String text(int line, Value value) {
    try {
      return value.text();
    } catch (IllegalArgumentException e) {
      throw TrainingError.TEMPLATE_UNSUPPORTED.because(
          "the chat template uses what is not supported, line " + line + ": " + e.getMessage(), e);
    }
  }

  TreadleException invalid(int line, String what) {
    return TrainingError.TEMPLATE_INVALID.because(
        "the chat template failed, line " + line + ": " + what);
  }

  TreadleException unsupported(int line, String what) {
    return TrainingError.TEMPLATE_UNSUPPORTED.because(
        "the chat template uses what is not supported, line " + line + ": " + what);
  }
}
