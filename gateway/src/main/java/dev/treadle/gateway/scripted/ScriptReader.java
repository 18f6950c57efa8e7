package dev.treadle.gateway.scripted;

import dev.treadle.gateway.scripted.Rule.Failure;
import dev.treadle.gateway.scripted.Rule.Then;
import dev.treadle.transcript.TreadleException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** Reads scripts, and says where one is wrong. */
final class ScriptReader {
  private static final List<String> PACE = List.of("delay_ms", "chunk_ms", "chunk");
  private static final List<String> SCRIPT =
      and(PACE, "rules", "models", "key", "strength", "strengths", "seed", "exam");
  private static final List<String> RULE =
      and(
          PACE,
          "when",
          "answer",
          "answers",
          "fault",
          "cut",
          "after",
          "times",
          "status",
          "retry_after",
          "headers");
  private static final List<String> WHEN = List.of("contains", "model", "tool", "turn");
  private static final List<String> ANSWER =
      List.of("text", "json", "reasoning", "tool_calls", "refusal", "finish", "usage");
  private static final List<String> USAGE =
      List.of("input", "cached", "cache_write", "output", "reasoning");
  private static final List<String> CALL = List.of("name", "arguments");
  private static final List<String> ITEM = List.of("question", "reference", "wrong", "subject");
  private static final List<String> TEST = List.of("right", "wrong");
  private static final int MOST_SECONDS = 86_400;

  private ScriptReader() {}

  /** Every key that is known somewhere. */
  static Set<String> keys() {
    Set<String> keys = new TreeSet<>();
    for (List<String> some : List.of(SCRIPT, RULE, WHEN, ANSWER, USAGE, CALL, ITEM, TEST)) {
      keys.addAll(some);
    }
    return keys;
  }

  static Script read(JsonNode json) {
    Place script = new Place("script", json).knows(SCRIPT);
    Pace pace = pace(script, Pace.AT_ONCE);
    List<Rule> rules = script.each("rules", place -> rule(place, pace));
    List<String> models = script.each("models", Place::asText);
    return new Script(
        rules,
        models.isEmpty() ? List.of("scripted") : models,
        script.text("key"),
        script.child("strength").map(Place::asNumber).orElse(1.0),
        script.child("seed").map(Place::asLong).orElse(0L),
        new Exam(
            script.each("exam", ScriptReader::item),
            script.child("strengths").map(ScriptReader::strengths).orElse(Map.of())),
        pace);
  }

  private static Exam.Item item(Place item) {
    item.knows(ITEM);
    return new Exam.Item(
        item.need("question").asText(),
        item.need("reference").asText(),
        item.text("wrong").orElse("I do not know."),
        item.text("subject").orElse(""));
  }

  private static Map<String, Double> strengths(Place place) {
    Map<String, Double> strengths = new TreeMap<>();
    for (String subject : place.names()) {
      strengths.put(subject, place.need(subject).asNumber());
    }
    return strengths;
  }

  private static Rule rule(Place rule, Pace pace) {
    rule.knows(RULE);
    Rule read =
        new Rule(
            rule.child("when").map(ScriptReader::when).orElse(When.ALWAYS),
            then(rule),
            failure(rule),
            rule.child("times").map(Place::asLong).orElse(Long.MAX_VALUE),
            Optional.of(pace(rule, pace)),
            rule.child("headers").map(ScriptReader::headers).orElse(Map.of()));
    if (read.then().isEmpty() && read.failure().isEmpty() && rule.lacks(and(PACE, "headers"))) {
      throw rule.wrong("says nothing: give answer, answers, fault, status, headers or a pace");
    }
    return read;
  }

  private static When when(Place when) {
    when.knows(WHEN);
    return new When(
        when.text("contains"),
        when.text("model"),
        when.text("tool"),
        when.child("turn")
            .map(it -> OptionalInt.of(it.asInt(1, Integer.MAX_VALUE)))
            .orElse(OptionalInt.empty()));
  }

  private static Optional<Then> then(Place rule) {
    Optional<Place> answers = rule.child("answers");
    Optional<Place> answer = rule.child("answer");
    if (answers.isPresent() && answer.isPresent()) {
      throw rule.wrong("has both answer and answers: one of them");
    }
    if (answers.isPresent()) {
      Place both = answers.get().knows(TEST);
      return Optional.of(new Then.Test(answer(both.need("right")), answer(both.need("wrong"))));
    }
    return answer.map(it -> new Then.Say(answer(it)));
  }

  /** An answer: an object, or just its text. */
  private static Answer answer(Place place) {
    if (place.json().isString()) {
      return Answer.text(place.asText());
    }
    place.knows(ANSWER);
    Optional<String> json = place.child("json").map(it -> Answer.json(it.json()).text());
    if (json.isPresent() && place.child("text").isPresent()) {
      throw place.wrong("has both text and json: one of them");
    }
    return new Answer(
        json.or(() -> place.text("text")).orElse(""),
        place.text("reasoning").orElse(""),
        place.each("tool_calls", ScriptReader::call),
        place.text("refusal"),
        place.text("finish"),
        place.child("usage").map(ScriptReader::usage));
  }

  private static Answer.Call call(Place call) {
    call.knows(CALL);
    Place arguments = call.need("arguments");
    if (!(arguments.json() instanceof ObjectNode object)) {
      throw arguments.wrong("must be an object");
    }
    return new Answer.Call(call.need("name").asText(), object);
  }

  private static Answer.Usage usage(Place usage) {
    usage.knows(USAGE);
    List<Long> counts =
        USAGE.stream().map(it -> usage.child(it).map(Place::asLong).orElse(0L)).toList();
    return new Answer.Usage(
        counts.get(0), counts.get(1), counts.get(2), counts.get(3), counts.get(4));
  }

  private static Optional<Failure> failure(Place rule) {
    Optional<Fault> fault = rule.child("fault").map(it -> it.oneOf(Fault.values()));
    Optional<Duration> retryAfter =
        rule.child("retry_after").map(it -> Duration.ofMillis((long) (it.asSeconds() * 1000)));
    Optional<Integer> status = rule.child("status").map(it -> it.asInt(400, 599));
    if (fault.isPresent() && status.isPresent()) {
      throw rule.wrong("has both fault and status: one of them");
    }
    Optional<Failure.Status> error =
        status
            .map(it -> new Failure.Status(it, retryAfter))
            .or(() -> fault.flatMap(it -> it.status(retryAfter)));
    if (retryAfter.isPresent() && error.isEmpty()) {
      throw rule.wrong("has retry_after, which goes with status or fault: rate_limited");
    }
    boolean isCut = fault.filter(Fault::isCut).isPresent();
    if (rule.child("cut").isPresent() && !isCut) {
      throw rule.wrong("has cut, which goes with fault: cut_…");
    }
    if (rule.child("after").isPresent() && (fault.isEmpty() || error.isPresent())) {
      throw rule.wrong("has after, which goes with a fault in the answer");
    }
    if (error.isPresent()) {
      return Optional.of(error.get());
    }
    return fault.map(
        it ->
            new Failure.Wire(
                it,
                rule.child("cut").map(cut -> cut.oneOf(Cut.values())).orElse(Cut.CLOSE),
                rule.child("after").map(after -> after.asInt(0, Integer.MAX_VALUE)).orElse(1)));
  }

  private static Pace pace(Place place, Pace usual) {
    return new Pace(
        place.child("delay_ms").map(Place::asMillis).orElse(usual.delay()),
        place.child("chunk_ms").map(Place::asMillis).orElse(usual.pause()),
        place.child("chunk").map(it -> it.asInt(1, Integer.MAX_VALUE)).orElse(usual.characters()));
  }

  private static Map<String, String> headers(Place place) {
    Map<String, String> headers = new TreeMap<>();
    for (String name : place.names()) {
      String value = place.need(name).asText();
      if (!name.matches("[A-Za-z0-9-]+") || value.chars().anyMatch(it -> it < ' ')) {
        throw place.wrong("has a header that HTTP cannot carry: " + name);
      }
      headers.put(name, value);
    }
    return headers;
  }

  private static List<String> and(List<String> some, String... more) {
    List<String> all = new ArrayList<>(Arrays.asList(more));
    all.addAll(some);
    return List.copyOf(all);
  }

  /** A value of the script and where it stands. */
  private record Place(String path, JsonNode json) {
    TreadleException wrong(String what) {
      return ScriptError.SCRIPT_INVALID.because(path + " " + what);
    }

    Place knows(List<String> keys) {
      if (!json.isObject()) {
        throw wrong("must be an object with some of the keys " + String.join(", ", keys));
      }
      for (String name : names()) {
        if (!keys.contains(name)) {
          throw wrong("has the unknown key " + name + ": known are " + String.join(", ", keys));
        }
      }
      return this;
    }

    List<String> names() {
      if (!json.isObject()) {
        throw wrong("must be an object");
      }
      return List.copyOf(json.propertyNames());
    }

    boolean lacks(List<String> keys) {
      return keys.stream().allMatch(it -> child(it).isEmpty());
    }

    Optional<Place> child(String key) {
      JsonNode child = json.get(key);
      return child == null || child.isNull()
          ? Optional.empty()
          : Optional.of(new Place(path + "." + key, child));
    }

    Place need(String key) {
      return child(key).orElseThrow(() -> wrong("needs " + key));
    }

    <T> List<T> each(String key, Function<Place, T> reading) {
      Optional<Place> list = child(key);
      if (list.isPresent() && !list.get().json.isArray()) {
        throw list.get().wrong("must be a list");
      }
      List<T> read = new ArrayList<>();
      int count = list.map(it -> it.json.size()).orElse(0);
      for (int i = 0; i < count; i++) {
        Place item = new Place(path + "." + key + "[" + i + "]", list.orElseThrow().json.get(i));
        read.add(reading.apply(item));
      }
      return read;
    }

    Optional<String> text(String key) {
      return child(key).map(Place::asText);
    }

    String asText() {
      if (!json.isString()) {
        throw wrong("must be text: got " + json);
      }
      return json.asString();
    }

    double asNumber() {
      if (!json.isNumber()) {
        throw wrong("must be a number: got " + json);
      }
      return json.doubleValue();
    }

    double asSeconds() {
      double seconds = asNumber();
      if (!(seconds >= 0 && seconds <= MOST_SECONDS)) {
        throw wrong("must be seconds, at most a day: got " + json);
      }
      return seconds;
    }

    Duration asMillis() {
      return Duration.ofMillis(asInt(0, MOST_SECONDS * 1000));
    }

    long asLong() {
      if (!json.isIntegralNumber() || !json.canConvertToLong()) {
        throw wrong("must be a whole number: got " + json);
      }
      return json.longValue();
    }

    int asInt(int least, int most) {
      long value = asLong();
      if (value < least || value > most) {
        throw wrong("must be " + least + " to " + most + ": got " + json);
      }
      return (int) value;
    }

    <E extends Enum<E>> E oneOf(E[] values) {
      String name = asText();
      for (E value : values) {
        if (value.name().toLowerCase(Locale.ROOT).equals(name)) {
          return value;
        }
      }
      throw wrong(
          "is unknown: "
              + name
              + "; known are "
              + String.join(
                  ", ",
                  Arrays.stream(values).map(it -> it.name().toLowerCase(Locale.ROOT)).toList()));
    }
  }
}
