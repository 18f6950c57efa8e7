package dev.treadle.routing;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * The fingerprint of what a program writes around a person's words: the system prompt without what
 * differs from day to day, and the tools' names. Requests of one template are one workload.
 */
final class Template {
  /** Characters of a system prompt that are looked at, from its beginning. */
  private static final int LIMIT = 20_000;

  /** A prompt that ends in documents or dates is known by how it begins. */
  private static final int HEAD = 256;

  private static final String DAY =
      "mon|tues|wednes|thurs|fri|satur|sun"; // Each with "day" after it.
  private static final String MONTH =
      "january|february|march|april|may|june|july|august|september|october|november|december";

  /** Links, addresses, ids in hexadecimal, days, numbers; then dates, of which numbers are left. */
  private static final Pattern CHANGING =
      Pattern.compile(
          "\\bhttps?://\\S+|\\S+@\\S+|\\b[0-9a-f]{8}[0-9a-f-]*\\b|\\b(?:" + DAY + ")day\\b|\\d+");

  private static final Pattern DATE =
      Pattern.compile("\\b(?:" + MONTH + ")\\b(?=[ ,]*#)|#(?:[^\\p{L}]{0,3}(?:" + MONTH + ")\\b)?");

  private Template() {}

  /** Of the whole system prompt; empty where there is neither a prompt nor a tool. */
  static Optional<String> whole(RoutingRequest request) {
    return of(request, LIMIT);
  }

  /** Of its beginning. */
  static Optional<String> head(RoutingRequest request) {
    return of(request, HEAD);
  }

  private static Optional<String> of(RoutingRequest request, int limit) {
    String prompt = request.system().orElse("");
    if (prompt.isBlank() && request.tools().isEmpty()) {
      return Optional.empty();
    }
    // Twice the limit, as blanking makes texts shorter; a cut within a word does no harm.
    String raw = prompt.substring(0, Math.min(prompt.length(), 2 * limit));
    String steady = steady(raw);
    List<String> tools = request.tools().stream().sorted().distinct().toList();
    String name = limit == HEAD ? "head" : "template";
    String content =
        steady.substring(0, Math.min(steady.length(), limit)) + '\0' + String.join("\0", tools);
    return Optional.of(name + ' ' + hash(content));
  }

  /** Without what changes from one request of a template to the next. */
  static String steady(String prompt) {
    String lower = prompt.toLowerCase(Locale.ROOT);
    String numbered = CHANGING.matcher(lower).replaceAll("#");
    String dated = DATE.matcher(numbered).replaceAll("#");
    return dated.replaceAll("#(?:[^\\p{L}#]*#)*", "#").replaceAll("\\s+", " ").strip();
  }

  private static String hash(String content) {
    try {
      byte[] hash =
          MessageDigest.getInstance("SHA-256").digest(content.getBytes(StandardCharsets.UTF_8));
      return HexFormat.of().formatHex(hash, 0, 8);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }
}
