package dev.treadle.app.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.treadle.gateway.http.Headers;
import dev.treadle.gateway.http.HttpAnswer;
import dev.treadle.gateway.http.HttpRequest;
import dev.treadle.training.making.ModelMaker;
import dev.treadle.training.making.ModelPlan;
import dev.treadle.training.model.Architecture;
import dev.treadle.training.serving.LocalModel;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.SplittableRandom;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Clients that go away. */
@SuppressWarnings("NullAway.Init")
final class DepartureTest {
  private static final int LEAVES_AFTER = 4;

  @TempDir Path place;
  private LocalModel model;
  private LocalDesk desk;

  /** A client that goes away after a few events, and counts what is still written. */
  private static final class Leaving implements HttpAnswer {
    private Consumer<Departure> gone = _ -> {};
    private boolean isCommitted;
    private int status;
    private int events;

    @Override
    public void send(int answered, Headers headers, byte[] body) {
      isCommitted = true;
      status = answered;
    }

    @Override
    public void stream(int answered, Headers headers, Body body) throws IOException {
      isCommitted = true;
      status = answered;
      body.writeTo(
          new OutputStream() {
            @Override
            public void write(int it) {}

            @Override
            public void flush() {
              events++;
              if (events == LEAVES_AFTER) {
                gone.accept(Departure.GONE);
              }
            }
          });
    }

    @Override
    public boolean isCommitted() {
      return isCommitted;
    }

    @Override
    public void onClientGone(Consumer<Departure> action) {
      gone = action;
    }
  }

  @BeforeEach
  void open() throws IOException {
    Path text = Files.writeString(place.resolve("text.txt"), "Hello you and you. ".repeat(40));
    Path folder = Files.createDirectories(place.resolve("model"));
    new ModelMaker(new ModelPlan(Architecture.LLAMA, 64, 1, 300, 4096, 1))
        .make(List.of(text), folder);
    model =
        LocalModel.open(
            new LocalModel.Settings(
                folder, Optional.empty(), OptionalInt.empty(), 2, Long.MAX_VALUE));
    desk =
        new LocalDesk(
            model,
            new LocalServer.Settings(
                "127.0.0.1",
                0,
                "small",
                Instant.EPOCH,
                () -> Instant.EPOCH,
                () -> 0,
                new SplittableRandom(1),
                _ -> {}));
  }

  @AfterEach
  void close() {
    model.close();
  }

  private void ask(Leaving client, int tokens) throws IOException {
    byte[] body =
        ("{\"stream\":true,\"temperature\":0,\"prompt\":\"Hello\",\"max_tokens\":" + tokens + "}")
            .getBytes(StandardCharsets.UTF_8);
    desk.handle(
        new HttpRequest("POST", "/v1/completions", Optional.empty(), new Headers(), body), client);
  }

  @Test
  void anAnswerThatNobodyWaitsForIsNotWritten() throws IOException {
    Leaving leaving = new Leaving();
    assertThatThrownBy(() -> ask(leaving, 4000)).isInstanceOf(IOException.class);
    // One more says that it was given up.
    assertThat(leaving.events).isEqualTo(LEAVES_AFTER + 1);

    Leaving next = new Leaving();
    ask(next, 2);
    assertThat(next.status).isEqualTo(200);
  }

  @Test
  void whenTheServerEndsNothingMoreBegins() throws IOException {
    desk.end();
    Leaving late = new Leaving();
    ask(late, 2);
    assertThat(late.status).isEqualTo(503);
  }
}
