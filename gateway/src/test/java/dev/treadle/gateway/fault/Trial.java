package dev.treadle.gateway.fault;

import dev.treadle.gateway.scripted.Answer;
import dev.treadle.gateway.scripted.Cut;
import dev.treadle.gateway.scripted.Fault;
import dev.treadle.gateway.scripted.Pace;
import dev.treadle.gateway.scripted.Rule;
import dev.treadle.gateway.scripted.Script;
import java.time.Duration;
import java.util.Optional;

/** A way to fail, and what may come of it. */
enum Trial {
  CONNECTION_REFUSED("connection refused", When.BEFORE),
  RATE_LIMITED("429 with retry-after", When.BEFORE, Fault.RATE_LIMITED, Cut.CLOSE),
  SERVER_ERROR("500", When.BEFORE, Fault.SERVER_ERROR, Cut.CLOSE),
  OVERLOADED("529", When.BEFORE, Fault.OVERLOADED, Cut.CLOSE),
  CUT_BEFORE("cut before the first token", When.BEFORE, Fault.CUT_BEFORE_FIRST_TOKEN, Cut.CLOSE),
  CUT_AFTER("cut after the first token", When.AFTER, Fault.CUT_AFTER_FIRST_TOKEN, Cut.CLOSE),
  CUT_QUIETLY(
      "cut after the first token, HTTP ends properly",
      When.AFTER,
      Fault.CUT_AFTER_FIRST_TOKEN,
      Cut.END),
  SILENT("silent from the start", When.BEFORE, Fault.STALL_BEFORE_FIRST_TOKEN, Cut.CLOSE),
  STALLED("stalled after the first token", When.AFTER, Fault.STALL_AFTER_FIRST_TOKEN, Cut.CLOSE),
  MALFORMED("malformed JSON", When.AFTER, Fault.MALFORMED_JSON, Cut.CLOSE),
  WRONG_TYPE("a page of HTML", When.BEFORE, Fault.WRONG_CONTENT_TYPE, Cut.CLOSE),
  OVERSIZED("an event or a body without end", When.AFTER, Fault.OVERSIZED, Cut.CLOSE),
  ENDLESS("content without end", When.AFTER, Fault.ENDLESS, Cut.CLOSE),
  ERROR_INSIDE("an error under status 200", When.AFTER, Fault.ERROR_AFTER_FIRST_TOKEN, Cut.CLOSE),
  EMPTY("an empty answer", When.BEFORE, Fault.EMPTY_STREAM, Cut.CLOSE),
  SLOW_READER("a client that reads slowly", When.NEVER),
  CLIENT_GONE("a client that goes away", When.CLIENTS);

  /** When it strikes, in a stream. */
  enum When {
    /** Before a client could have seen something. */
    BEFORE,
    /** After that; in a whole answer it is all the same. */
    AFTER,
    /** It is no failure. */
    NEVER,
    /** It is the client's doing. */
    CLIENTS
  }

  static final String TEXT = "世界 one 世界 two 世界 three 世界 four";
  private static final int LONG = 3 << 20;
  private static final Duration FOREVER = Duration.ofHours(1);

  private final String title;
  private final When when;
  private final Optional<Fault> fault;
  private final Cut cut;

  Trial(String title, When when) {
    this(title, when, Optional.empty(), Cut.CLOSE);
  }

  Trial(String title, When when, Fault fault, Cut cut) {
    this(title, when, Optional.of(fault), cut);
  }

  Trial(String title, When when, Optional<Fault> fault, Cut cut) {
    this.title = title;
    this.when = when;
    this.fault = fault;
    this.cut = cut;
  }

  String title() {
    return title;
  }

  When when() {
    return when;
  }

  /** What the upstream does that fails. */
  Script script(boolean isStream) {
    return switch (this) {
      case SLOW_READER ->
          Script.of(Rule.always().say(Answer.text("long ".repeat(LONG / 5))))
              .pace(new Pace(Duration.ZERO, Duration.ZERO, 4096));
      case CLIENT_GONE ->
          Script.of(Rule.always().say(TEXT))
              .pace(new Pace(isStream ? Duration.ZERO : FOREVER, FOREVER, 6));
      default -> Script.of(failing().say(TEXT)).pace(new Pace(Duration.ZERO, Duration.ZERO, 6));
    };
  }

  private Rule failing() {
    return fault.map(it -> Rule.always().fail(it, cut, 1)).orElseGet(Rule::always);
  }
}
