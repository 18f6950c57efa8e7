package dev.treadle.gateway.collect;

import org.jspecify.annotations.Nullable;

/**
 * What is to be done next: a question that was accepted, or one to accept; neither where nothing is
 * to be done any more.
 */
record Work(@Nullable Inquiry inquiry, @Nullable Sample sample) {
  boolean isEnd() {
    return inquiry == null && sample == null;
  }
}
