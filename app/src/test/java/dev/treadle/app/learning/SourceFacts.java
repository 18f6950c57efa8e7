package dev.treadle.app.learning;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What Java sources say of themselves, as questions that have one right answer each. Every fact can
 * be asked for in several phrasings, of which the last are held out from training.
 */
final class SourceFacts {
  /** Phrasings of a kind from this one on are never trained on. */
  static final int TRAINED_PHRASINGS = 5;

  private static final Pattern PACKAGE = Pattern.compile("^package ([a-z.]+);", Pattern.MULTILINE);
  private static final Pattern CONSTANT =
      Pattern.compile("static final (?:int|long|double) ([A-Z_]{3,}) = ([0-9_.e<+ -]{1,12});");
  private static final Pattern COMPONENT =
      Pattern.compile(
          "^(?:public |final )*record ([A-Za-z]+)\\(\\s*([A-Za-z<>\\[\\]]+ [a-zA-Z]+)[,)]",
          Pattern.MULTILINE);

  private SourceFacts() {}

  /** What a fact is about. */
  enum Kind {
    PACKAGE,
    CONSTANT,
    COMPONENT
  }

  /** What is asked; {@code %s} stands for the subject. The last two are held out. */
  static List<String> phrasings(Kind kind) {
    return switch (kind) {
      case PACKAGE ->
          List.of(
              "Which package is %s in?",
              "Name the package of %s.",
              "%s belongs to which package?",
              "Where is %s declared, by package?",
              "Give the package that holds %s.",
              "In what package do I find %s?",
              "Tell me which package %s lies in.");
      case CONSTANT ->
          List.of(
              "What is the value of %s?",
              "Which number is %s?",
              "%s has what value?",
              "Give the number that %s stands for.",
              "How large is the constant %s?",
              "What number does %s have?",
              "Tell me the value of %s.");
      case COMPONENT ->
          List.of(
              "What is the first component of the record %s?",
              "Which component comes first in %s?",
              "%s begins with which component?",
              "Name the leading component of %s.",
              "The record %s starts with what?",
              "What component does %s begin with?",
              "Tell me the first component of %s.");
    };
  }

  /** Something that a source says. */
  record Fact(Kind kind, String subject, String answer) {
    String question(int phrasing) {
      return phrasings(kind).get(phrasing).formatted(subject);
    }

    /** What no two facts share. */
    String key() {
      return kind + " " + subject;
    }
  }

  /** The facts of files, at the most so many of a kind, in the files' order. */
  static List<Fact> of(List<Path> files, int most) throws IOException {
    List<Fact> facts = new ArrayList<>();
    for (Path file : files) {
      String text = Files.readString(file);
      String type = file.getFileName().toString().replace(".java", "");
      Matcher inPackage = PACKAGE.matcher(text);
      if (inPackage.find()) {
        facts.add(new Fact(Kind.PACKAGE, type, inPackage.group(1)));
      }
      Matcher constant = CONSTANT.matcher(text);
      while (constant.find()) {
        facts.add(
            new Fact(Kind.CONSTANT, constant.group(1) + " of " + type, constant.group(2).strip()));
      }
      Matcher component = COMPONENT.matcher(text);
      if (component.find() && component.group(1).equals(type)) {
        facts.add(new Fact(Kind.COMPONENT, type, component.group(2)));
      }
    }
    return thinned(facts, most);
  }

  /** No subject twice, and evenly spread over the files. */
  private static List<Fact> thinned(List<Fact> facts, int most) {
    List<Fact> kept = new ArrayList<>();
    for (Kind kind : Kind.values()) {
      Set<String> seen = new HashSet<>();
      List<Fact> ofKind =
          facts.stream().filter(it -> it.kind() == kind && seen.add(it.subject())).toList();
      int count = Math.min(most, ofKind.size());
      for (int i = 0; i < count; i++) {
        kept.add(ofKind.get((int) ((long) i * ofKind.size() / count)));
      }
    }
    return kept;
  }

  /**
   * The same subjects with the answers of others of their kind: as many of each answer as before.
   */
  static List<Fact> permuted(List<Fact> facts, long seed) {
    Random random = new Random(seed);
    List<Fact> permuted = new ArrayList<>();
    for (Kind kind : Kind.values()) {
      List<Fact> ofKind = facts.stream().filter(it -> it.kind() == kind).toList();
      List<String> answers = new ArrayList<>(ofKind.stream().map(Fact::answer).toList());
      Collections.shuffle(answers, random);
      for (int i = 0; i < ofKind.size(); i++) {
        permuted.add(new Fact(kind, ofKind.get(i).subject(), answers.get(i)));
      }
    }
    return permuted;
  }
}
