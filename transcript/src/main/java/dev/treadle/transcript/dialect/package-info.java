/**
 * Wire APIs to and from the vocabulary: OpenAI chat completions, OpenAI Responses and Anthropic
 * Messages, as pure functions. What maps to what, and what is lost, is in {@code docs/dialects.md}.
 */
@NullMarked
package dev.treadle.transcript.dialect;

import org.jspecify.annotations.NullMarked;
