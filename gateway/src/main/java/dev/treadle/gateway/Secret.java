package dev.treadle.gateway;

/** A text that is never printed: a key of an upstream, for one. */
public record Secret(String value) {
  @Override
  public String toString() {
    return "***";
  }
}
