package dev.treadle.gateway;

import dev.treadle.gateway.cache.CacheKey;
import dev.treadle.gateway.cache.CachedAnswer;
import dev.treadle.gateway.cache.Recording;
import dev.treadle.gateway.cache.ResponseCache;
import dev.treadle.gateway.cache.SentBytes;
import dev.treadle.gateway.http.Headers;
import dev.treadle.transcript.Exchange;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What one call has to do with the cache: what was found for it, and whether its answer may go in.
 */
final class CacheVisit {
  static final String CACHE = "x-treadle-cache";

  /** How old an answer may be that a client takes (RFC 9111, 5.2.1.1). */
  private static final Pattern MAX_AGE = Pattern.compile("max-age=\"?(\\d{1,9})\"?");

  private final ResponseCache cache;
  private final CacheKey key;
  private final Optional<CachedAnswer> found;
  private final boolean stores;
  private final Duration lifetime;
  private final InstantSource clock;
  private @Nullable CachedAnswer kept;

  private CacheVisit(
      ResponseCache cache,
      CacheKey key,
      Optional<CachedAnswer> found,
      boolean stores,
      Duration lifetime,
      InstantSource clock) {
    this.cache = cache;
    this.key = key;
    this.found = found;
    this.stores = stores;
    this.lifetime = lifetime;
    this.clock = clock;
  }

  /**
   * Looks for an answer.
   *
   * @param lifetime of the answer that the call may leave behind
   * @param headers of the request, which may want no answer from a cache, or want its own not kept
   */
  static CacheVisit of(
      ResponseCache cache,
      CacheKey key,
      Duration lifetime,
      Headers headers,
      Instant now,
      InstantSource clock) {
    boolean wantsNew = false;
    boolean stores = !Keeping.isUnwanted(headers);
    Optional<Duration> oldest = Optional.empty();
    for (String wish : wishes(headers)) {
      Matcher age = MAX_AGE.matcher(wish);
      wantsNew |= wish.equals("no-cache");
      stores &= !wish.equals("no-store");
      oldest =
          age.matches() ? Optional.of(Duration.ofSeconds(Long.parseLong(age.group(1)))) : oldest;
    }
    Optional<Duration> limit = oldest;
    Optional<CachedAnswer> found =
        wantsNew
            ? Optional.empty()
            : cache
                .find(key, now)
                .filter(it -> limit.isEmpty() || it.age(now).compareTo(limit.get()) <= 0);
    return new CacheVisit(cache, key, found, stores, lifetime, clock);
  }

  /** The directives of {@code cache-control}. */
  private static String[] wishes(Headers headers) {
    Optional<String> wishes = headers.first("cache-control");
    return wishes.isEmpty()
        ? new String[0]
        : wishes.get().toLowerCase(Locale.ROOT).strip().split("\\s*,\\s*", -1);
  }

  Optional<CachedAnswer> found() {
    return found;
  }

  /** Takes down the stream that answers; null where it is not to be kept. */
  @Nullable Recording record() {
    return stores ? cache.record() : null;
  }

  /** Keeps the answer of a call that ended well. */
  void keep(CallNotes notes, SentBytes sent) {
    Optional<Exchange.Answer> answer = notes.answer().filter(it -> it.status() == 200);
    if (!stores || notes.state() != Exchange.State.ANSWERED || answer.isEmpty()) {
      return;
    }
    CachedAnswer mine =
        new CachedAnswer(
            notes.id,
            clock.instant(),
            lifetime,
            notes.answeredBy().orElseThrow(),
            notes.lastAttempt().orElseThrow().model(),
            answer.get(),
            notes.usage(),
            sent);
    kept = cache.put(key, mine) ? mine : null;
  }

  /** Takes the answer back: its client left before it had all of it. */
  void withdraw() {
    if (kept != null) {
      cache.remove(key, kept);
    }
  }
}
