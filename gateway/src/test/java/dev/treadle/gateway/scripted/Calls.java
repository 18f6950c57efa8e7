package dev.treadle.gateway.scripted;

/** Requests of each protocol, as tests need them. */
enum Calls {
  CHAT("/v1/chat/completions"),
  MESSAGES("/v1/messages"),
  RESPONSES("/v1/responses");

  private final String path;

  Calls(String path) {
    this.path = path;
  }

  String path() {
    return path;
  }

  /** A question. */
  String ask(String question, boolean isStream) {
    return ask(question, isStream, "");
  }

  /**
   * A question with further fields.
   *
   * @param more JSON members, each followed by a comma
   */
  String ask(String question, boolean isStream, String more) {
    String turns = "[{\"role\":\"user\",\"content\":\"" + question + "\"}]";
    String fields = "{" + more + "\"model\":\"m\",\"stream\":" + isStream;
    return switch (this) {
      case CHAT -> fields + ",\"messages\":" + turns + "}";
      case MESSAGES -> fields + ",\"max_tokens\":100,\"messages\":" + turns + "}";
      case RESPONSES -> fields + ",\"input\":" + turns + "}";
    };
  }
}
