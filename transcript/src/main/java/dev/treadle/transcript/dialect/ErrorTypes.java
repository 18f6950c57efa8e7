package dev.treadle.transcript.dialect;

import java.util.Map;
import java.util.Optional;

/** The vendors' tables of error types and HTTP statuses. */
final class ErrorTypes {
  /** The status of what nobody knows: a failure of the server. */
  static final int UNKNOWN = 500;

  private static final int CLIENT = 400;

  /** What a type or a code stands for. */
  private static final Map<String, Integer> STATUS =
      Map.ofEntries(
          Map.entry("invalid_request_error", 400),
          Map.entry("authentication_error", 401),
          Map.entry("invalid_api_key", 401),
          Map.entry("billing_error", 402),
          Map.entry("permission_error", 403),
          Map.entry("permission_denied", 403),
          Map.entry("not_found_error", 404),
          Map.entry("model_not_found", 404),
          Map.entry("conflict_error", 409),
          Map.entry("request_too_large", 413),
          Map.entry("context_length_exceeded", 400),
          Map.entry("unprocessable_entity_error", 422),
          Map.entry("rate_limit_error", 429),
          Map.entry("rate_limit_exceeded", 429),
          Map.entry("insufficient_quota", 429),
          Map.entry("tokens", 429),
          Map.entry("requests", 429),
          Map.entry("api_error", 500),
          Map.entry("server_error", 500),
          Map.entry("internal_server_error", 500),
          Map.entry("service_unavailable", 503),
          Map.entry("timeout_error", 504),
          Map.entry("timeout", 504),
          Map.entry("overloaded_error", 529));

  private ErrorTypes() {}

  /** The status of an error inside a stream, whose own status is 200. */
  static int status(String type, Optional<String> code) {
    Integer byCode = code.map(it -> STATUS.getOrDefault(it, ofDigits(it))).orElse(0);
    return byCode > 0 ? byCode : STATUS.getOrDefault(type, UNKNOWN);
  }

  /** Some servers give the status as the code. */
  private static int ofDigits(String code) {
    boolean isStatus =
        code.length() == 3
            && code.chars().allMatch(it -> it >= '0' && it <= '9')
            && (code.charAt(0) == '4' || code.charAt(0) == '5');
    return isStatus ? Integer.parseInt(code) : 0;
  }

  /** The vendor's word for a status. */
  static String type(Protocol protocol, int status) {
    return protocol == Protocol.MESSAGES ? anthropic(status) : openAi(status);
  }

  /** The type as it is, unless it is a word of the other vendor alone. */
  static String translate(Protocol to, String type, int status) {
    boolean isForeign = to == Protocol.MESSAGES ? isOpenAiOnly(type) : isAnthropicOnly(type);
    return isForeign ? type(to, status) : type;
  }

  private static boolean isOpenAiOnly(String type) {
    return switch (type) {
      case "insufficient_quota",
          "server_error",
          "internal_server_error",
          "service_unavailable",
          "conflict_error",
          "unprocessable_entity_error",
          "rate_limit_exceeded",
          "permission_denied",
          "timeout",
          "tokens",
          "requests" ->
          true;
      default -> false;
    };
  }

  private static boolean isAnthropicOnly(String type) {
    return switch (type) {
      case "billing_error",
          "not_found_error",
          "request_too_large",
          "api_error",
          "timeout_error",
          "overloaded_error" ->
          true;
      default -> false;
    };
  }

  private static String anthropic(int status) {
    return switch (status) {
      case 401 -> "authentication_error";
      case 402 -> "billing_error";
      case 403 -> "permission_error";
      case 404 -> "not_found_error";
      case 413 -> "request_too_large";
      case 429 -> "rate_limit_error";
      case 408, 504 -> "timeout_error";
      case 503, 529 -> "overloaded_error";
      default -> isClients(status) ? "invalid_request_error" : "api_error";
    };
  }

  private static String openAi(int status) {
    return switch (status) {
      case 401 -> "authentication_error";
      case 402 -> "insufficient_quota";
      case 403 -> "permission_error";
      case 429 -> "rate_limit_error";
      default -> isClients(status) ? "invalid_request_error" : "server_error";
    };
  }

  private static boolean isClients(int status) {
    return status >= CLIENT && status < UNKNOWN;
  }
}
