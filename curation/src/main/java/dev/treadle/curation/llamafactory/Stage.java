package dev.treadle.curation.llamafactory;

/** Training stage a dataset is loaded for; decides which checks follow the converter. */
public enum Stage {
  /** {@code sft}: one prompt, one response. */
  SUPERVISED,
  /** {@code rm} (also used by DPO): one prompt, a chosen and a rejected response. */
  PREFERENCE,
  /** {@code kto}: one prompt, one response with a yes or no label. */
  KTO,
  /** {@code pt}: plain text, the first message only. */
  PRETRAINING;

  /** The stage that a user of this entry would start: the columns leave one sensible choice. */
  public static Stage of(DatasetEntry entry) {
    if (entry.ranking()) {
      return PREFERENCE;
    }
    if (entry.columns().ktoTag() != null) {
      return KTO;
    }
    boolean promptOnly =
        entry.formatting() == Formatting.ALPACA
            && entry.columns().prompt() != null
            && entry.columns().response() == null;
    return promptOnly ? PRETRAINING : SUPERVISED;
  }
}
