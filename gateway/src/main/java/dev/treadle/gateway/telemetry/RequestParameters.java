package dev.treadle.gateway.telemetry;

import dev.treadle.transcript.JsonCursor;
import dev.treadle.transcript.TreadleException;
import java.util.ArrayList;
import java.util.List;

/** Reads the parameters of a request into its span: how it is asked, nothing of what is said. */
public final class RequestParameters {
  private static final int MOST_SEQUENCES = 16;
  private static final String JSON = "json";

  private final OpenSpan span;
  private final JsonCursor json;
  private String model = "";

  private RequestParameters(OpenSpan span, JsonCursor json) {
    this.span = span;
    this.json = json;
  }

  /**
   * Reads a request of any of the protocols.
   *
   * @return the model that it names, or nothing
   */
  public static String read(byte[] request, OpenSpan span) {
    RequestParameters parameters = new RequestParameters(span, JsonCursor.of(request));
    try {
      parameters.read();
    } catch (TreadleException e) {
      // Not JSON: the client was told so. What stands before the fault is told.
      return parameters.model;
    }
    return parameters.model;
  }

  private void read() {
    if (json.kind() != '{') {
      return;
    }
    json.enter();
    while (json.nextName()) {
      switch (json.name()) {
        case "model" -> model = json.textOrEmpty();
        case "max_tokens", "max_completion_tokens", "max_output_tokens" -> whole(GenAi.MAX_TOKENS);
        case "temperature" -> decimal(GenAi.TEMPERATURE);
        case "top_p" -> decimal(GenAi.TOP_P);
        case "top_k" -> whole(GenAi.TOP_K);
        case "frequency_penalty" -> decimal(GenAi.FREQUENCY_PENALTY);
        case "presence_penalty" -> decimal(GenAi.PRESENCE_PENALTY);
        case "seed" -> whole(GenAi.SEED);
        case "n" -> choices();
        case "dimensions" -> whole(GenAi.DIMENSIONS);
        case "encoding_format" -> encoding();
        case "stop", "stop_sequences" -> sequences();
        case "stream" -> stream();
        case "response_format" -> format();
        case "text", "output_config" -> formatBelow();
        default -> json.skip();
      }
    }
  }

  private void whole(String name) {
    long value = wholeNumber();
    if (value >= 0) {
      span.number(name, value);
    }
  }

  /** What is no whole number from 0 is an upstream's to refuse, and told as -1 here. */
  private long wholeNumber() {
    String written = json.numberOrEmpty();
    return written.matches("\\d{1,18}") ? Long.parseLong(written) : -1;
  }

  private void decimal(String name) {
    String written = json.numberOrEmpty();
    if (!written.isEmpty() && written.length() < 40) {
      double value = Double.parseDouble(written); // The cursor has proven it to be a number.
      if (Double.isFinite(value)) {
        span.decimal(name, value);
      }
    }
  }

  private void choices() {
    long count = wholeNumber();
    if (count > 1) {
      span.number(GenAi.CHOICE_COUNT, count);
    }
  }

  private void encoding() {
    String format = json.textOrEmpty();
    if (!format.isEmpty()) {
      span.texts(GenAi.ENCODING_FORMATS, List.of(format));
    }
  }

  private void stream() {
    if (json.isTrue()) {
      span.truth(GenAi.STREAM, true);
    }
  }

  private void sequences() {
    List<String> found = new ArrayList<>();
    if (json.kind() == '[') {
      json.enter();
      while (json.nextElement()) {
        if (json.kind() == '"' && found.size() < MOST_SEQUENCES) {
          found.add(json.text());
        } else {
          json.skip();
        }
      }
    } else if (json.kind() == '"') {
      found.add(json.text());
    } else {
      json.skip();
    }
    if (!found.isEmpty()) {
      span.texts(GenAi.STOP_SEQUENCES, found);
    }
  }

  /** {@code text.format} of Responses, {@code output_config.format} of Messages. */
  private void formatBelow() {
    if (json.kind() != '{') {
      json.skip();
      return;
    }
    json.enter();
    while (json.nextName()) {
      if (json.isNamed("format")) {
        format();
      } else {
        json.skip();
      }
    }
  }

  private void format() {
    if (json.kind() != '{') {
      json.skip();
      return;
    }
    json.enter();
    while (json.nextName()) {
      if (json.isNamed("type")) {
        switch (json.textOrEmpty()) {
          case "text" -> span.text(GenAi.OUTPUT_TYPE, "text");
          case "json_object", "json_schema" -> span.text(GenAi.OUTPUT_TYPE, JSON);
          default -> {
            // Some later format: the conventions have no word for it.
          }
        }
      } else {
        json.skip();
      }
    }
  }
}
