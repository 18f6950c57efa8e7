package dev.treadle.transcript.dialect;

/** A wire API that language models are asked through. */
public enum Protocol {
  /** OpenAI's chat completions. */
  CHAT("chat", "/v1/chat/completions"),
  /** Anthropic's Messages. */
  MESSAGES("messages", "/v1/messages"),
  /** OpenAI's Responses: read, not written. */
  RESPONSES("responses", "/v1/responses");

  private final String wire;
  private final String path;

  Protocol(String wire, String path) {
    this.wire = wire;
    this.path = path;
  }

  /** The name in configuration and records. */
  public String wire() {
    return wire;
  }

  /** The path that requests are posted to. */
  public String path() {
    return path;
  }
}
