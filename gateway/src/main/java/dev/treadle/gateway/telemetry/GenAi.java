package dev.treadle.gateway.telemetry;

/**
 * The names that spans are told in: the one place to change when the conventions do.
 *
 * <p>They follow OpenTelemetry's conventions for generative AI (github.com/open-telemetry/
 * semantic-conventions-genai, docs/gen-ai/gen-ai-spans.md, status Development, commit 9430220),
 * which stand on the semantic conventions 1.41.1. What these have no name for begins with {@code
 * treadle}.
 */
public final class GenAi {
  public static final String OPERATION = "gen_ai.operation.name";
  public static final String PROVIDER = "gen_ai.provider.name";
  public static final String CONVERSATION = "gen_ai.conversation.id";
  public static final String OUTPUT_TYPE = "gen_ai.output.type";

  public static final String REQUEST_MODEL = "gen_ai.request.model";
  static final String MAX_TOKENS = "gen_ai.request.max_tokens";
  static final String TEMPERATURE = "gen_ai.request.temperature";
  static final String TOP_P = "gen_ai.request.top_p";
  static final String TOP_K = "gen_ai.request.top_k";
  static final String STOP_SEQUENCES = "gen_ai.request.stop_sequences";
  static final String FREQUENCY_PENALTY = "gen_ai.request.frequency_penalty";
  static final String PRESENCE_PENALTY = "gen_ai.request.presence_penalty";
  static final String SEED = "gen_ai.request.seed";
  static final String STREAM = "gen_ai.request.stream";
  static final String DIMENSIONS = "gen_ai.embeddings.dimension.count";
  static final String ENCODING_FORMATS = "gen_ai.request.encoding_formats";
  static final String CHOICE_COUNT = "gen_ai.request.choice.count";

  static final String RESPONSE_ID = "gen_ai.response.id";
  static final String RESPONSE_MODEL = "gen_ai.response.model";
  static final String FINISH_REASONS = "gen_ai.response.finish_reasons";
  public static final String TIME_TO_FIRST_CHUNK = "gen_ai.response.time_to_first_chunk";

  public static final String INPUT_TOKENS = "gen_ai.usage.input_tokens";
  public static final String OUTPUT_TOKENS = "gen_ai.usage.output_tokens";
  public static final String CACHE_READ_TOKENS = "gen_ai.usage.cache_read.input_tokens";
  public static final String CACHE_CREATION_TOKENS = "gen_ai.usage.cache_creation.input_tokens";
  public static final String REASONING_TOKENS = "gen_ai.usage.reasoning.output_tokens";

  public static final String SERVER_ADDRESS = "server.address";
  public static final String SERVER_PORT = "server.port";
  public static final String ERROR_TYPE = "error.type";
  public static final String STATUS_CODE = "http.response.status_code";

  public static final String EXCHANGE = "treadle.exchange";
  public static final String ROUTE = "treadle.route";
  public static final String TARGET = "treadle.target";
  public static final String DECISION_SOURCE = "treadle.decision.source";
  public static final String ATTEMPTS = "treadle.attempts";
  public static final String PURPOSE = "treadle.purpose";

  /** The event of an attempt that came to nothing; its attributes say whose, why and how long. */
  public static final String ATTEMPT_FAILED = "treadle.attempt.failed";

  public static final String ATTEMPT_DURATION = "treadle.attempt.duration";

  static final String SERVICE_NAME = "service.name";
  static final String SCOPE = "dev.treadle.gateway";

  private GenAi() {}
}
