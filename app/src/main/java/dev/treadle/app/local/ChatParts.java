package dev.treadle.app.local;

import dev.treadle.training.serving.AnswerPart;
import dev.treadle.training.serving.AnswerReader;
import dev.treadle.training.serving.Receiver;
import dev.treadle.training.serving.TokenChance;
import java.util.ArrayList;
import java.util.List;

/** Reads the parts of a chat's answer while it is written, and hands them to a reply. */
final class ChatParts implements Receiver {
  private final Client client;
  private final AnswerReader reader;
  private final boolean hasManyCalls;
  private final Reply reply;
  private List<TokenChance> chances = new ArrayList<>();
  private int calls;

  /** What becomes of the parts. */
  interface Reply {
    /** One part; {@code call} counts calls from 0. */
    void part(AnswerPart part, int call, List<TokenChance> chances);
  }

  ChatParts(Client client, AnswerReader reader, boolean hasManyCalls, Reply reply) {
    this.client = client;
    this.reader = reader;
    this.hasManyCalls = hasManyCalls;
    this.reply = reply;
  }

  @Override
  public void more(String text, List<TokenChance> more) {
    chances.addAll(more);
    hand(reader.add(text));
  }

  /** All was written: what the reader held back comes now. */
  void end() {
    if (!isFull()) {
      hand(reader.end());
    }
  }

  private void hand(List<AnswerPart> parts) {
    for (AnswerPart it : parts) {
      if (isFull()) {
        return;
      }
      List<TokenChance> told = chances;
      chances = new ArrayList<>();
      reply.part(it, calls, told);
      calls += it instanceof AnswerPart.Call ? 1 : 0;
    }
  }

  private boolean isFull() {
    return calls > 0 && !hasManyCalls;
  }

  boolean hasCalls() {
    return calls > 0;
  }

  /** Those of tokens that no part was made of, such as marks. */
  List<TokenChance> restOfChances() {
    return chances;
  }

  @Override
  public boolean isDone() {
    return client.isGone() || isFull();
  }
}
