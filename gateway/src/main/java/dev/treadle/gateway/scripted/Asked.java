package dev.treadle.gateway.scripted;

import java.util.List;
import java.util.Optional;
import tools.jackson.databind.JsonNode;

/**
 * What a request asks for, whatever its protocol.
 *
 * @param usageChunk the chat client asked for the extra chunk with token counts
 * @param obfuscated pieces carry a random-looking field, which says nothing
 * @param user the last text of the user
 * @param result the last message's text, if it is a tool's
 * @param turn the how manieth answer of the model this will be, from 1
 * @param forced the tool that has to be called
 * @param schema that the answer has to fit
 * @param choices how many answers
 */
record Asked(
    String model,
    boolean isStream,
    boolean usageChunk,
    boolean obfuscated,
    String user,
    Optional<String> result,
    int turn,
    List<Offer> tools,
    Optional<Offer> forced,
    Optional<JsonNode> schema,
    int choices,
    long inputTokens) {

  /** A tool that the client offers. */
  record Offer(String name, JsonNode schema) {}
}
