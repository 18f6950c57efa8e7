package dev.treadle.gateway.limits;

import java.math.BigDecimal;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A call's share of one limit.
 *
 * @param usd that it may cost; nothing where the limit counts no money
 * @param tokens that it may take
 */
record Share(
    LimitSettings limit,
    List<Purse> purses,
    BigDecimal usd,
    @Nullable Bucket requestBucket,
    @Nullable Bucket tokenBucket,
    long tokens) {

  /** When calls under way may have ended, and left some of what they set aside. */
  private static final Duration SOON = Duration.ofSeconds(1);

  /** An account, and how much may be on it. */
  record Purse(Account account, BigDecimal most, String period) {}

  /** Where there is too little money, why. What costs nothing is never too dear. */
  Optional<Verdict> lacksMoney() {
    for (Purse purse : purses) {
      if (usd.signum() > 0 && !purse.account().hasRoomFor(usd, purse.most())) {
        boolean isSpent = purse.account().spent().add(usd).compareTo(purse.most()) > 0;
        String message =
            "the limit '%s' allows $%s a %s, of which $%s is spent%s, and this call may cost $%s"
                .formatted(
                    limit.name(),
                    purse.most().toPlainString(),
                    purse.period(),
                    plain(purse.account().spent()),
                    isSpent ? "" : " and most of the rest set aside for calls under way",
                    plain(usd));
        return Optional.of(
            isSpent ? new Verdict.TooDear(message) : new Verdict.TooFast(message, SOON));
      }
    }
    return Optional.empty();
  }

  private static String plain(BigDecimal amount) {
    return amount.stripTrailingZeros().toPlainString();
  }

  /** How long until its requests and tokens are there. */
  Duration until(long now) {
    Duration requests = requestBucket == null ? Duration.ZERO : requestBucket.until(1, now);
    Duration inTokens =
        tokenBucket == null ? Duration.ZERO : tokenBucket.until((double) tokens, now);
    return requests.compareTo(inTokens) > 0 ? requests : inTokens;
  }

  void take(long now) {
    purses.forEach(it -> it.account().reserve(usd));
    if (requestBucket != null) {
      requestBucket.take(1, now);
    }
    if (tokenBucket != null) {
      tokenBucket.take((double) tokens, now);
    }
  }

  /** As if it had never been taken. */
  void giveBack(long now) {
    purses.forEach(it -> it.account().release(usd));
    if (requestBucket != null) {
      requestBucket.take(-1, now);
    }
    if (tokenBucket != null) {
      tokenBucket.take(-(double) tokens, now);
    }
  }

  void settle(BigDecimal spent, long used, long now) {
    for (Purse purse : purses) {
      purse.account().release(usd);
      purse.account().spend(spent);
    }
    if (tokenBucket != null) {
      tokenBucket.take((double) used - tokens, now);
    }
  }
}
