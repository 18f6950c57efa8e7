package dev.treadle.store;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.function.IntFunction;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The routing policies of the lake: {@code policies/<version>.json}, numbered from 1 and never
 * changed, and {@code policies/LIVE.json}, which says by route what decides there now. What a
 * policy's document holds is the business of who writes it.
 */
public final class Policies {
  private static final Pattern FILE = Pattern.compile("([1-9][0-9]{0,8})\\.json");
  private static final String LIVE = "LIVE.json";
  private static final String LOCK = "policies";
  private static final int LIMIT = 64 << 20;

  private final LakeSettings settings;
  private final Layout layout;
  private final State state;
  private final @Nullable TemporaryFiles temporary;

  /**
   * What decides on a route.
   *
   * @param live the policy's version; absent: what the configuration says without a policy
   * @param previous what was live before it
   * @param canary a version that decides for a part of the traffic
   * @param share the canary's part, 0 to 1
   * @param since when this began
   * @param why one line for people
   * @param rolledBack versions that were taken back, the last one last
   */
  public record Standing(
      Optional<Integer> live,
      Optional<Integer> previous,
      Optional<Integer> canary,
      double share,
      Instant since,
      String why,
      List<Integer> rolledBack) {
    private static final int REMEMBERED = 1000;

    public Standing {
      if (!(share >= 0 && share <= 1)) {
        throw new IllegalArgumentException("a share is from 0 to 1: " + share);
      }
      List<Integer> all = rolledBack == null ? List.of() : rolledBack; // Older files have none.
      rolledBack = List.copyOf(all.subList(Math.max(0, all.size() - REMEMBERED), all.size()));
    }

    /** Where nothing was promoted yet. */
    public static Standing asConfigured(Instant now) {
      return new Standing(
          Optional.empty(), Optional.empty(), Optional.empty(), 0, now, "", List.of());
    }

    /** A version decides for all; what was live before is kept for a return. */
    public Standing promoted(int version, Instant now, String why) {
      Optional<Integer> before = live.filter(it -> it == version).isPresent() ? previous : live;
      return new Standing(
          Optional.of(version), before, Optional.empty(), 0, now, why, without(version));
    }

    /** A version decides for a share. */
    public Standing onTrial(int version, double share, Instant now, String why) {
      return new Standing(live, previous, Optional.of(version), share, now, why, without(version));
    }

    /** The canary, or else what is live, is taken back. */
    public Standing takenBack(Instant now, String why) {
      return new Standing(
          canary.isPresent() ? live : previous,
          canary.isPresent() ? previous : Optional.empty(),
          Optional.empty(),
          0,
          now,
          why,
          with(canary.or(() -> live)));
    }

    private List<Integer> without(int version) {
      return rolledBack.stream().filter(it -> it != version).toList();
    }

    private List<Integer> with(Optional<Integer> version) {
      List<Integer> all = new ArrayList<>(version.map(this::without).orElse(rolledBack));
      version.ifPresent(all::add);
      return all;
    }
  }

  /** The file's form. */
  private record Live(SortedMap<String, Standing> routes) {
    Live {
      routes = routes == null ? new TreeMap<>() : new TreeMap<>(routes);
    }
  }

  Policies(LakeSettings settings, Layout layout, State state, @Nullable TemporaryFiles temporary) {
    this.settings = settings;
    this.layout = layout;
    this.state = state;
    this.temporary = temporary;
  }

  /**
   * Keeps a policy under the next number; it is safe from a power cut when this returns.
   *
   * @param document is given the number
   */
  public int add(IntFunction<byte[]> document) {
    TemporaryFiles open = TemporaryFiles.require(temporary, layout);
    try (Disk.Lock _ = state.lock(LOCK)) {
      List<Integer> versions = versions();
      int version = versions.isEmpty() ? 1 : versions.getLast() + 1;
      open.replace(file(version), limited(document.apply(version)));
      return version;
    } catch (IOException e) {
      throw StoreError.writing(layout.policies(), e);
    }
  }

  private static byte[] limited(byte[] document) {
    if (document.length > LIMIT) {
      throw StoreError.LINE_TOO_LONG.because(
          "a policy of " + document.length + " bytes is over the limit of " + LIMIT);
    }
    return document;
  }

  /** Every version, the first one first. */
  public List<Integer> versions() {
    try {
      return settings.disk().list(layout.policies()).stream()
          .map(it -> FILE.matcher(it.name()))
          .filter(Matcher::matches)
          .map(it -> Integer.valueOf(it.group(1)))
          .sorted()
          .toList();
    } catch (IOException e) {
      throw StoreError.reading(layout.policies(), e);
    }
  }

  /** A policy's document. */
  public byte[] read(int version) {
    Path file = file(version);
    try {
      if (version < 1 || !settings.disk().exists(file)) {
        throw StoreError.VERSION_ABSENT.because("there is no policy " + version + " in this lake");
      }
      return DiskStreams.readFully(settings.disk(), file, LIMIT);
    } catch (IOException e) {
      throw StoreError.reading(file, e);
    }
  }

  /** What decides on each route that a policy was ever promoted for. */
  public SortedMap<String, Standing> live() {
    try {
      return settings.disk().exists(liveFile())
          ? Documents.read(settings.disk(), liveFile(), Live.class).routes()
          : new TreeMap<>();
    } catch (IOException e) {
      throw StoreError.reading(liveFile(), e);
    }
  }

  /** What decides on a route; absent where no policy was ever promoted for it. */
  public Optional<Standing> standing(String route) {
    return Optional.ofNullable(live().get(route));
  }

  /**
   * Changes what decides on a route, one process after the other; safe when this returns.
   *
   * @param change is given what decides now, absent where nothing was promoted yet
   */
  public Standing change(String route, Function<Optional<Standing>, Standing> change) {
    TemporaryFiles open = TemporaryFiles.require(temporary, layout);
    try (Disk.Lock _ = state.lock(LOCK)) {
      Map<String, Standing> routes = live();
      Standing standing = change.apply(Optional.ofNullable(routes.get(route)));
      for (Optional<Integer> version : List.of(standing.live(), standing.canary())) {
        version.ifPresent(this::check);
      }
      routes.put(route, standing);
      open.replace(liveFile(), Documents.write(new Live(new TreeMap<>(routes))));
      return standing;
    } catch (IOException e) {
      throw StoreError.writing(liveFile(), e);
    }
  }

  private void check(int version) {
    try {
      if (!settings.disk().exists(file(version))) {
        throw StoreError.VERSION_ABSENT.because("there is no policy " + version + " in this lake");
      }
    } catch (IOException e) {
      throw StoreError.reading(file(version), e);
    }
  }

  private Path liveFile() {
    return layout.policies().resolve(LIVE);
  }

  private Path file(int version) {
    return layout.policies().resolve(String.format(Locale.ROOT, "%d.json", version));
  }
}
