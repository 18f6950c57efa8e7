package dev.treadle.app.command;

import dev.treadle.app.workspace.AppError;
import dev.treadle.store.DatasetVersion;
import dev.treadle.store.Lake;
import dev.treadle.transcript.TreadleException;

/** A dataset as it is named on the command line: {@code NAME}, or {@code NAME/VERSION}. */
final class DatasetReference {
  private DatasetReference() {}

  /** The version that is meant; of a name alone, the last one that is not revoked. */
  static DatasetVersion find(Lake lake, String reference) {
    int at = Math.max(reference.lastIndexOf('/'), reference.lastIndexOf('@'));
    if (at < 0) {
      return lake.datasets().latest(reference).orElseThrow(() -> absent(lake, reference));
    }
    DatasetVersion version;
    try {
      version =
          lake.datasets()
              .version(reference.substring(0, at), Integer.parseInt(reference.substring(at + 1)));
    } catch (NumberFormatException e) {
      throw AppError.OPTION_INVALID.because(
          "--dataset: expected NAME/VERSION with a number, not '" + reference + "'", e);
    }
    if (version.isRevoked()) {
      throw revoked(version.reference() + " was revoked");
    }
    return version;
  }

  private static TreadleException absent(Lake lake, String name) {
    return lake.datasets().versions(name).isEmpty()
        ? AppError.NOT_FOUND.because(
            "there is no dataset '" + name + "' yet: make one with treadle curate --name " + name)
        : revoked("every version of " + name + " was revoked");
  }

  private static TreadleException revoked(String what) {
    return AppError.NOT_FOUND.because(
        what + ", because something in it was forgotten: curate anew");
  }
}
