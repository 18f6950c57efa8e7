package dev.treadle.gateway.bench;

import java.nio.charset.StandardCharsets;

/** A chat completion of about 600 bytes as an upstream sends it, with its head. */
final class WholeAnswer {
  private static final String BODY =
      """
      {"id":"chatcmpl-B9MBs8CjcvOU2jLn4n570S5qMJKcT","object":"chat.completion","created":1764576000,\
      "model":"bench-1","choices":[{"index":0,"message":{"role":"assistant","content":"I am sorry \
      that your book arrived damaged. Please send a photo of the torn cover and of the loose pages; \
      then I can refund a part of the price at once.","refusal":null,"annotations":[]},"logprobs":\
      null,"finish_reason":"stop"}],"usage":{"prompt_tokens":92,"completion_tokens":38,\
      "total_tokens":130,"prompt_tokens_details":{"cached_tokens":0}},"service_tier":"default",\
      "system_fingerprint":"fp_44709d6fcb"}""";
  static final byte[] BYTES =
      ("HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: "
              + BODY.length()
              + "\r\n\r\n"
              + BODY)
          .getBytes(StandardCharsets.US_ASCII);

  private WholeAnswer() {}
}
