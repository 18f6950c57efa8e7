package dev.treadle.routing;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** How a canary decides: who decides, and the probabilities of both together. */
final class Arms {
  private Arms() {}

  static Decision choose(
      Policy.Canary policy, RoutingRequest request, SessionState session, double random) {
    double share = policy.share();
    Optional<Double> place = request.conversation().map(Arms::place);
    boolean isCandidate = place.orElse(random) < share;
    double rest =
        place.isPresent() ? random : isCandidate ? random / share : (random - share) / (1 - share);
    // Rounding must not make it 1, which no random number is.
    double left = Math.clamp(rest, 0, Math.nextDown(1.0));
    Decision live = policy.live().choose(request, session, left);
    Decision candidate = policy.candidate().choose(request, session, left);
    Map<Target, Double> mixture = new LinkedHashMap<>();
    live.propensities()
        .forEach((target, it) -> mixture.merge(target, (1 - share) * it, Double::sum));
    candidate
        .propensities()
        .forEach((target, it) -> mixture.merge(target, share * it, Double::sum));
    return isCandidate
        ? candidate.in(Decision.Arm.CANDIDATE, mixture)
        : live.in(Decision.Arm.LIVE, mixture);
  }

  /** Of a conversation in [0, 1): the same for all its turns. */
  private static double place(String conversation) {
    try {
      byte[] hash =
          MessageDigest.getInstance("SHA-256")
              .digest(("canary\0" + conversation).getBytes(StandardCharsets.UTF_8));
      return (ByteBuffer.wrap(hash).getLong() >>> 11) * 0x1p-53;
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }
}
