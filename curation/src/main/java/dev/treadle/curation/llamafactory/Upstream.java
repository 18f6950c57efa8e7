package dev.treadle.curation.llamafactory;

/** The version of LLaMA-Factory whose loader is followed here. */
public final class Upstream {
  /** Repository the rules were read in. */
  public static final String REPOSITORY = "https://github.com/hiyouga/LLaMA-Factory";

  /** Commit the rules were read at, 2026-08-18. */
  public static final String COMMIT = "ff6d4d12eeb035d6ce06805a5733dd7b29f2ac30";

  /** Range of the Hugging Face {@code datasets} library that this commit asks for. */
  public static final String DATASETS_LIBRARY = ">=2.16.0,<=4.0.0";

  private Upstream() {}
}
