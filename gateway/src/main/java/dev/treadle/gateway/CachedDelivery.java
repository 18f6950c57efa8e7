package dev.treadle.gateway;

import dev.treadle.gateway.cache.CachedAnswer;
import dev.treadle.gateway.http.Headers;
import dev.treadle.gateway.http.HttpAnswer;
import dev.treadle.gateway.upstream.Trouble;
import dev.treadle.transcript.Exchange;
import java.io.IOException;
import java.time.Instant;
import java.util.Optional;

/**
 * Gives a client an answer from the cache, as it was given before, byte for byte. That is an
 * exchange of its own, kept as its route says: without a decision or attempts, as nobody was asked,
 * and marked with the exchange that the answer is from.
 */
final class CachedDelivery {
  private final Core core;
  private final ModelCall call;
  private final Keeping keeping;
  private final CallNotes notes;
  private final HttpAnswer answer;

  CachedDelivery(Core core, ModelCall call, Keeping keeping, CallNotes notes, HttpAnswer answer) {
    this.core = core;
    this.call = call;
    this.keeping = keeping;
    this.notes = notes;
    this.answer = answer;
  }

  void run(RouteSettings route, CachedAnswer found) throws IOException {
    notes.answeredFrom(route, found);
    try {
      if (!keeping.isSafe()) {
        call.send(Keeping.refusal());
        return;
      }
      try {
        send(found);
      } catch (IOException e) {
        notes.ended(Exchange.State.CANCELLED, Optional.of(Trouble.CLIENT_GONE.wire()));
        throw e;
      } finally {
        keeping.answered();
      }
    } finally {
      core.metrics().called(notes);
    }
  }

  private void send(CachedAnswer found) throws IOException {
    Instant now = notes.time;
    Headers headers = call.signed(new Headers(), found.answer().losses());
    headers
        .set(CacheVisit.CACHE, "hit")
        .set("age", Long.toString(found.age(now).toSeconds()))
        .set(
            "x-treadle-target",
            Signature.printable(found.target().upstream() + "/" + found.model()))
        .set("x-treadle-model", Signature.printable(found.model()));
    int status = found.answer().status();
    if (found.answer().streamed()) {
      answer.stream(status, StreamDelivery.events(headers), found.sent()::writeTo);
    } else {
      headers.set("content-type", "application/json");
      answer.send(status, headers, found.sent().bytes());
    }
  }
}
