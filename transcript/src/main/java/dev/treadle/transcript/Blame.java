package dev.treadle.transcript;

/** Whose doing a failure is: it decides what a message advises and which HTTP status it becomes. */
public enum Blame {
  /** The input or the command line is at fault: change it. */
  USER,
  /** Another server failed or lied. */
  UPSTREAM,
  /** This machine ran out of something: disk, memory, time, permissions. */
  RESOURCES,
  /** A defect of Treadle. */
  INTERNAL
}
