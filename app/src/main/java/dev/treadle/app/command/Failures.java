package dev.treadle.app.command;

import static java.util.stream.Collectors.joining;

import dev.treadle.app.workspace.Machine;
import dev.treadle.measure.text.Spelling;
import dev.treadle.transcript.Blame;
import dev.treadle.transcript.TreadleException;
import java.util.List;
import picocli.CommandLine;
import picocli.CommandLine.IExecutionExceptionHandler;
import picocli.CommandLine.IParameterExceptionHandler;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.UnmatchedArgumentException;

/** Turns what went wrong into one line and an exit code: 1 failed, 2 wrong usage. */
final class Failures implements IExecutionExceptionHandler, IParameterExceptionHandler {
  private final Machine machine;

  Failures(Machine machine) {
    this.machine = machine;
  }

  @Override
  public int handleExecutionException(Exception e, CommandLine line, ParseResult result) {
    switch (e) {
      case TreadleException failure -> {
        machine.err().println("treadle: " + oneLine(failure));
        if (failure.code().blame() == Blame.INTERNAL) {
          failure.printStackTrace(machine.err());
        }
      }
      case ParameterException usage -> {
        return handleParseException(usage, new String[0]);
      }
      default -> {
        machine
            .err()
            .println("treadle: a defect of Treadle, please report it with what follows: " + e);
        e.printStackTrace(machine.err());
      }
    }
    machine.err().flush();
    return 1;
  }

  /** What a library says over several lines is one line here, so that a log keeps it together. */
  private static String oneLine(TreadleException failure) {
    String message = String.valueOf(failure.getMessage());
    return message.lines().map(String::strip).filter(it -> !it.isEmpty()).collect(joining(" "));
  }

  @Override
  public int handleParseException(ParameterException e, String[] arguments) {
    CommandLine line = e.getCommandLine();
    String hint = "";
    if (e instanceof UnmatchedArgumentException unmatched && !unmatched.getUnmatched().isEmpty()) {
      String word = unmatched.getUnmatched().getFirst();
      List<String> known =
          word.startsWith("-")
              ? List.copyOf(line.getCommandSpec().optionsMap().keySet())
              : List.copyOf(line.getSubcommands().keySet());
      hint = Spelling.nearest(word, known).map(near -> " (did you mean " + near + "?)").orElse("");
    }
    machine.err().println("treadle: " + e.getMessage() + hint);
    machine.err().println("See: " + line.getCommandSpec().qualifiedName() + " --help");
    machine.err().flush();
    return 2;
  }
}
