package dev.treadle.app.workspace;

import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import java.util.function.Supplier;

/**
 * Tells how far long work is, on the error stream: one line that is redrawn where a person looks
 * on, else a line every few seconds. Nothing for work that is soon done.
 */
public final class ProgressLine implements AutoCloseable {
  private static final Duration FIRST = Duration.ofMillis(700);
  private static final Duration REDRAWN = Duration.ofMillis(200);
  private static final Duration WRITTEN = Duration.ofSeconds(10);
  private static final int WIDTH = 78;

  private final Machine machine;
  private final Instant began;
  private Instant next;
  private boolean drawn;

  public ProgressLine(Machine machine) {
    this.machine = machine;
    this.began = machine.clock().instant();
    this.next = began.plus(machine.isTerminal() ? FIRST : WRITTEN);
  }

  /** {@code done} of {@code total} bytes of {@code what}. */
  public void bytes(long done, long total, String what) {
    Instant now = machine.clock().instant();
    if (now.isBefore(next)) {
      return;
    }
    double seconds = Duration.between(began, now).toMillis() / 1000.0;
    double share = total == 0 ? 1 : (double) done / total;
    String left = share < 0.01 ? "" : ", %.0f s left".formatted(seconds * (1 - share) / share);
    show(
        now,
        String.format(
            Locale.ROOT,
            "%3.0f %%  %s of %s  %s/s%s  %s",
            share * 100,
            Sizes.of(done),
            Sizes.of(total),
            Sizes.of(Math.round(done / Math.max(seconds, 0.001))),
            left,
            what));
  }

  /** {@code done} things of {@code what}. */
  public void count(long done, String what) {
    Instant now = machine.clock().instant();
    if (!now.isBefore(next)) {
      show(now, String.format(Locale.ROOT, "%,d %s", done, what));
    }
  }

  /** Where the work stands, in words. */
  public void text(Supplier<String> line) {
    Instant now = machine.clock().instant();
    if (!now.isBefore(next)) {
      show(now, line.get());
    }
  }

  /** Something that stays on the screen; what follows is drawn below it. */
  public void keep(String line) {
    clear();
    machine.err().println(line);
    machine.err().flush();
  }

  private void show(Instant now, String line) {
    String shown = line.length() > WIDTH ? line.substring(0, WIDTH) : line;
    if (machine.isTerminal()) {
      machine.err().print("\r" + shown + " ".repeat(WIDTH - shown.length()));
      machine.err().flush();
      drawn = true;
      next = now.plus(REDRAWN);
    } else {
      machine.err().println(shown);
      next = now.plus(WRITTEN);
    }
  }

  @Override
  public void close() {
    clear();
  }

  private void clear() {
    if (drawn) {
      machine.err().print("\r" + " ".repeat(WIDTH) + "\r");
      machine.err().flush();
      drawn = false;
    }
  }
}
