package dev.treadle.curation.llamafactory;

import tools.jackson.databind.JsonNode;

/** Errors of the trainer that more than one place would throw. */
final class Failures {
  private Failures() {}

  static PythonError notAString(String where, JsonNode content) {
    if (content.isNull()) {
      return new PythonError(
          Reason.NULL_CONTENT,
          "`%s` is null or absent and the template takes texts only; write a text (\"\" at least) or drop the row"
              .formatted(where));
    }
    return new PythonError(
        Reason.CONTENT_NOT_A_STRING,
        "`%s` is %s and the template takes texts only; write it as a text"
            .formatted(where, PythonJson.shortForm(content)));
  }
}
