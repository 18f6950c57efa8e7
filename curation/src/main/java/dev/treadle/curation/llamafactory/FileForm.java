package dev.treadle.curation.llamafactory;

/** How rows stand in a JSON file; two readers with different habits take the two forms. */
public enum FileForm {
  /** One JSON list of objects: read by pandas. */
  ARRAY,
  /** Objects one after another, one a line: read by Arrow in chunks of 10 MiB. */
  LINES
}
