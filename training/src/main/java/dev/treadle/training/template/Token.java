package dev.treadle.training.template;

/** A piece of a template as the reader sees it. */
record Token(Kind kind, String text, int line) {
  /** What sort of piece. */
  enum Kind {
    /** Text outside of all tags. */
    OUTPUT,
    /** Begins a statement. */
    BLOCK_BEGIN,
    /** Ends one. */
    BLOCK_END,
    /** Begins an expression that is written. */
    PRINT_BEGIN,
    /** Ends one. */
    PRINT_END,
    NAME,
    STRING,
    WHOLE,
    REAL,
    OPERATOR,
    END
  }

  boolean is(Kind wanted, String wantedText) {
    return kind == wanted && text.equals(wantedText);
  }
}
