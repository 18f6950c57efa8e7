package dev.treadle.gateway.bench;

import java.net.URI;
import java.nio.charset.StandardCharsets;

/** The bytes of a request for a chat completion, of about 500 bytes of JSON, with its head. */
final class ChatRequest {
  private static final String STREAM =
      "\"stream\":true,\"stream_options\":{\"include_usage\":true},";

  private ChatRequest() {}

  /**
   * One request.
   *
   * @param key of the gateway; empty: none is shown
   * @param number makes it differ from others
   */
  static byte[] of(URI server, String model, boolean streams, String key, int number) {
    String body =
        """
        {"model":"%s","temperature":0.2,"max_tokens":256,%s"messages":[{"role":"system","content":\
        "You are the support assistant of Linden Books. Refund only orders that arrived damaged, \
        and ask for a photo first. Answer in the language of the customer."},{"role":"user",\
        "content":"My order A-%d arrived with a torn cover and two loose pages. I would rather \
        keep the book, as it is a present, but I want a part of the money back. What do you need \
        from me?"}]}"""
            .formatted(model, streams ? STREAM : "", number);
    String authorization = key.isEmpty() ? "" : "authorization: Bearer " + key + "\r\n";
    String head =
        "POST /v1/chat/completions HTTP/1.1\r\nhost: "
            + server.getAuthority()
            + "\r\ncontent-type: application/json\r\n"
            + authorization
            + "content-length: "
            + body.length()
            + "\r\n\r\n";
    return (head + body).getBytes(StandardCharsets.US_ASCII);
  }
}
