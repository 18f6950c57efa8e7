package dev.treadle.transcript;

/** Whose doing a failure is, and so who can mend it. */
public enum Blame {
  USER,
  UPSTREAM,
  RESOURCES,
  INTERNAL
}
