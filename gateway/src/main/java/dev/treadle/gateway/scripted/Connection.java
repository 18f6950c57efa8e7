package dev.treadle.gateway.scripted;

import dev.treadle.transcript.Json;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.net.Socket;
import java.util.Map;
import java.util.Optional;

/** One client's connection: requests in, answers out, until one of them ends it. */
final class Connection implements Runnable {
  private final Socket socket;
  private final Traffic traffic;
  private final Endpoints endpoints;

  Connection(Socket socket, Traffic traffic, Endpoints endpoints) {
    this.socket = socket;
    this.traffic = traffic;
    this.endpoints = endpoints;
  }

  @Override
  public void run() {
    try (socket) {
      socket.setTcpNoDelay(true);
      BufferedInputStream in = new BufferedInputStream(socket.getInputStream());
      Wire wire = new Wire(socket, in);
      serve(new RequestReader(in, socket.getOutputStream()), wire);
    } catch (IOException e) {
      // The client is at the other end and knows; nothing here depends on it.
    } finally {
      traffic.closed(socket);
    }
  }

  private void serve(RequestReader requests, Wire wire) throws IOException {
    boolean goesOn = true;
    while (goesOn && wire.isOpen()) {
      Optional<Received> request;
      try {
        request = requests.next();
      } catch (BadRequest e) {
        refuse(wire, e);
        return;
      }
      goesOn = request.isPresent() && answer(request.get(), wire);
    }
  }

  /** Whether the client wants to go on. */
  private boolean answer(Received request, Wire wire) throws IOException {
    long number = traffic.received(request);
    try {
      endpoints.answer(number, request, wire);
    } catch (IOException e) {
      if (!traffic.isClosed()) {
        traffic.gone();
      }
      throw e;
    }
    return !request.header("connection").map("close"::equalsIgnoreCase).orElse(false);
  }

  private static void refuse(Wire wire, BadRequest why) throws IOException {
    byte[] body =
        Json.write(ChatApi.openAiError(why.status(), String.valueOf(why.getMessage()), ""));
    wire.head(why.status(), "application/json", Map.of("connection", "close"), body.length);
    wire.raw(body, 0, body.length);
    wire.close();
  }
}
