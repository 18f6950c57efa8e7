package dev.treadle.curation.llamafactory;

import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * Images, videos and audio of a row against their placeholders in the text.
 *
 * <p>Which template the user will take is not in the file. An entry that declares a media column is
 * read as meant for a multimodal template, which counts; any other as meant for a text template,
 * which does not.
 */
final class Media {
  private Media() {}

  static void check(
      Row row,
      DatasetEntry entry,
      List<RawTurn> prompt,
      List<List<RawTurn>> endings,
      List<Alteration> alterations) {
    Columns columns = entry.columns();
    kind(row, columns, columns.images(), "<image>", prompt, endings, alterations);
    kind(row, columns, columns.videos(), "<video>", prompt, endings, alterations);
    kind(row, columns, columns.audios(), "<audio>", prompt, endings, alterations);
  }

  private static void kind(
      Row row,
      Columns columns,
      @Nullable String column,
      String placeholder,
      List<RawTurn> prompt,
      List<List<RawTurn>> endings,
      List<Alteration> alterations) {
    int files = column == null ? 0 : files(row.column(column, "images, videos or audios"), column);
    for (List<RawTurn> ending : endings) {
      int placeholders = count(prompt, placeholder) + count(ending, placeholder);
      if (!columns.hasMedia()) {
        noteLiteral(placeholder, placeholders, alterations);
        continue;
      }
      if (files != placeholders) {
        throw new PythonError(
            Reason.MEDIA_COUNT,
            "%d %s in the text but %d files in `%s`; make the two numbers equal"
                .formatted(
                    placeholders, placeholder, files, column == null ? "no column" : column));
      }
    }
  }

  private static void noteLiteral(String placeholder, int count, List<Alteration> alterations) {
    boolean noted =
        alterations.stream().anyMatch(a -> a.reason() == Reason.MEDIA_PLACEHOLDER_IN_TEXT);
    if (count > 0 && !noted) {
      alterations.add(
          new Alteration(
              Reason.MEDIA_PLACEHOLDER_IN_TEXT,
              "the text contains %s and the entry has no column for it: plain text to a text template, an error to a"
                      .formatted(placeholder)
                  + " multimodal one"));
    }
  }

  private static int files(JsonNode media, String column) {
    if (media.isNull()) {
      return 0;
    }
    if (!media.isArray()) {
      return 1;
    }
    JsonNode first = media.path(0);
    for (JsonNode file : media) {
      if ((first.isString() && !file.isString()) || (first.isArray() && !file.isArray())) {
        throw new PythonError(
            Reason.MEDIA_NOT_A_PATH,
            "`%s` holds %s, not a path; write paths only"
                .formatted(column, PythonJson.shortForm(file)));
      }
    }
    return media.size();
  }

  private static int count(List<RawTurn> turns, String placeholder) {
    int count = 0;
    for (RawTurn turn : turns) {
      String text = turn.content().isString() ? turn.content().stringValue() : "";
      for (int at = text.indexOf(placeholder);
          at >= 0;
          at = text.indexOf(placeholder, at + placeholder.length())) {
        count++;
      }
    }
    return count;
  }
}
