package dev.treadle.app.command;

import dev.treadle.app.workspace.Machine;
import dev.treadle.gateway.EventLog;
import dev.treadle.transcript.Json;
import java.util.Locale;
import java.util.Map;
import tools.jackson.databind.node.ObjectNode;

/** Writes events to the error stream, one JSON object a line. */
final class JsonLog implements EventLog {
  private final Machine machine;

  JsonLog(Machine machine) {
    this.machine = machine;
  }

  @Override
  public void say(Level level, String event, Map<String, Object> fields) {
    ObjectNode line = Json.object();
    line.put("time", machine.clock().instant().toString());
    line.put("level", level.name().toLowerCase(Locale.ROOT));
    line.put("event", event);
    fields.forEach((name, value) -> line.set(name, Json.mapper().valueToTree(value)));
    machine.err().println(line);
    machine.err().flush();
  }
}
