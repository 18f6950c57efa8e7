package dev.treadle.gateway.limits;

import java.math.BigDecimal;
import java.util.List;
import java.util.function.Function;
import java.util.function.ToLongFunction;

/** What is set aside for one call, until it is known what it took. For one thread. */
public final class Reservation {
  private final Limits limits;
  private final List<Share> shares;
  private boolean isOver;

  Reservation(Limits limits, List<Share> shares) {
    this.limits = limits;
    this.shares = List.copyOf(shares);
  }

  /** The call took exactly this. */
  public void settle(long tokens, BigDecimal usd) {
    end(_ -> usd, _ -> tokens);
  }

  /** What the call took is not known: this at least, and no less than was set aside. */
  public void settleAtLeast(long tokens, BigDecimal usd) {
    end(share -> usd.max(share.usd()), share -> Math.max(tokens, share.tokens()));
  }

  /** The call took nothing but its place among the requests. */
  public void release() {
    settle(0, BigDecimal.ZERO);
  }

  private void end(Function<Share, BigDecimal> usd, ToLongFunction<Share> tokens) {
    if (!isOver) {
      isOver = true;
      limits.settle(shares, usd, tokens);
    }
  }
}
