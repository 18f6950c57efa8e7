package dev.treadle.gateway.collect;

import dev.treadle.gateway.http.Headers;
import dev.treadle.transcript.Message;
import dev.treadle.transcript.Usd;
import java.time.Duration;
import java.util.Optional;
import tools.jackson.databind.node.ObjectNode;

/** The models behind the gateway's routes, as who compares them sees them. */
public interface Models {
  /**
   * Asks a model and waits for its whole answer; a failure is a value.
   *
   * @param chat a request in chat's form, whose model is replaced
   * @param credentials of the client, where they are known
   */
  Said ask(
      String model,
      ObjectNode chat,
      Duration timeout,
      Optional<String> subject,
      Headers credentials);

  /**
   * What a model said.
   *
   * @param error why there is no message, in a word
   */
  record Said(
      Optional<Message.Assistant> message,
      Duration latency,
      Optional<Usd> cost,
      Optional<String> error) {}
}
