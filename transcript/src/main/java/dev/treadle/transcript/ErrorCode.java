package dev.treadle.transcript;

/** A numbered kind of failure; every module declares its own in a number range of its own. */
public interface ErrorCode {
  int number();

  Blame blame();

  String name();
}
