package dev.treadle.curation.llamafactory;

/** Turns a row into prompt and response, as the trainer's converter of the same name does. */
sealed interface Converter permits AlpacaConverter, SharegptConverter, OpenAiConverter {
  /** Converts one row, or throws {@link PythonError} where the trainer's run would stop. */
  Draft convert(Row row);

  static Converter of(DatasetEntry entry) {
    return switch (entry.formatting()) {
      case ALPACA -> new AlpacaConverter(entry);
      case SHAREGPT -> new SharegptConverter(entry);
      case OPENAI -> new OpenAiConverter(entry);
    };
  }
}
