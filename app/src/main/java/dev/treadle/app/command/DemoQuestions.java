package dev.treadle.app.command;

import dev.treadle.transcript.Json;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import tools.jackson.databind.node.ObjectNode;

/**
 * The demo's questions, each with its right answer, a wrong one, and its subject: what its models
 * are examined in, and what their answers are scored by.
 */
final class DemoQuestions {
  /** The subjects, in the order of the questions. */
  static final List<String> SUBJECTS = List.of("math", "code", "medicine", "language");

  private static final int EACH = 140;

  private static final String VERBS =
      "be was,become became,begin began,bite bit,blow blew,break broke,bring brought,build built,"
          + "buy bought,catch caught,choose chose,come came,dig dug,do did,draw drew,drink drank,"
          + "drive drove,eat ate,fall fell,feel felt,fight fought,find found,fly flew,forget forgot,"
          + "freeze froze,get got,give gave,go went,grow grew,hang hung,have had,hear heard,hide hid,"
          + "hold held,keep kept,know knew,lead led,leave left,lend lent,lie lay,lose lost,make made,"
          + "mean meant,meet met,pay paid,ride rode,ring rang,rise rose,run ran,say said,see saw,"
          + "seek sought,sell sold,send sent,shake shook,shine shone,sing sang,sink sank,sit sat,"
          + "sleep slept,speak spoke,spend spent,stand stood,steal stole,swim swam,take took,"
          + "teach taught,tear tore,tell told,think thought,throw threw,wake woke,wear wore,win won,"
          + "write wrote";

  private static final String PLURALS =
      "analysis analyses,axis axes,cactus cacti,calf calves,child children,crisis crises,"
          + "criterion criteria,diagnosis diagnoses,elf elves,foot feet,fungus fungi,goose geese,"
          + "half halves,knife knives,leaf leaves,life lives,loaf loaves,man men,mouse mice,ox oxen,"
          + "person people,phenomenon phenomena,potato potatoes,scarf scarves,shelf shelves,"
          + "thesis theses,thief thieves,tomato tomatoes,tooth teeth,wife wives,wolf wolves,woman women";

  private static final String OPPOSITES =
      "ancient modern,arrive depart,bitter sweet,bold timid,broad narrow,cheap expensive,"
          + "deep shallow,empty full,gentle rough,hollow solid,humid dry,liquid solid,loud quiet,"
          + "major minor,permanent temporary,plural singular,public private,rigid flexible,"
          + "sharp blunt,shrink grow,sober drunk,strong weak,thick thin,transparent opaque,"
          + "vacant occupied,victory defeat,visible invisible,wealthy poor,wild tame";

  private final SplittableRandom random = new SplittableRandom(20_261_120);
  private final Map<String, ObjectNode> items = new LinkedHashMap<>();

  private DemoQuestions() {}

  /** Every question, as a line of the exam's file, in an order that mixes the subjects. */
  static List<ObjectNode> all() {
    DemoQuestions made = new DemoQuestions();
    for (int i = 0; made.items.size() < EACH; i++) {
      made.math(i % 5);
    }
    for (int i = 0; made.items.size() < 2 * EACH; i++) {
      made.code(i % 5);
    }
    for (int i = 0; made.items.size() < 3 * EACH; i++) {
      made.medicine(i % 4);
    }
    made.language();
    return mixed(new ArrayList<>(made.items.values()), made.random);
  }

  private static List<ObjectNode> mixed(List<ObjectNode> all, SplittableRandom random) {
    for (int i = all.size() - 1; i > 0; i--) {
      java.util.Collections.swap(all, i, random.nextInt(i + 1));
    }
    return all;
  }

  private int number(int least, int most) {
    return random.nextInt(least, most + 1);
  }

  private void add(String subject, String question, String right, String wrong) {
    items.putIfAbsent(
        question,
        Json.object()
            .put("question", question)
            .put("reference", right)
            .put("wrong", wrong)
            .put("subject", subject));
  }

  private void add(String subject, String question, int right) {
    String wrong = Integer.toString(right + number(1, 9));
    add(subject, question, Integer.toString(right), "I think it is " + wrong + ".");
  }

  private void math(int form) {
    int a = number(12, 98);
    int b = number(3, 30);
    int c = number(2, 60);
    switch (form) {
      case 0 -> add("math", "What is %d times %d plus %d?".formatted(a, b, c), a * b + c);
      case 1 ->
          add("math", "Solve the equation %dx + %d = %d for x.".formatted(b, c, b * a + c), a);
      case 2 -> add("math", "How much is %d percent of %d?".formatted(b, a * 100), a * b);
      case 3 ->
          add(
              "math",
              "A train travels %d kilometres an hour for %d hours. How far does it come?"
                  .formatted(a, b),
              a * b);
      default -> add("math", "计算：%d 乘以 %d 再减去 %d，等于多少？".formatted(a, b, c), a * b - c);
    }
  }

  private void code(int form) {
    int a = number(3, 40);
    int b = number(2, 9);
    switch (form) {
      case 0 ->
          add("code", "In Python, what does print(len('ab' * %d)) print?".formatted(a), 2 * a);
      case 1 ->
          add(
              "code",
              "In Java, what is the value of the int expression %d %% %d?".formatted(a * b + 1, b),
              1 % b);
      case 2 ->
          add(
              "code",
              "In Python, what does sum(range(%d, %d)) return?".formatted(b, b + a),
              (2 * b + a - 1) * a / 2);
      case 3 ->
          add(
              "code",
              "In C, how many elements does the array int m[%d][%d] have?".formatted(a, b),
              a * b);
      default ->
          add(
              "code",
              "A loop in Java runs for (int i = %d; i < %d; i++). How often is its body executed?"
                  .formatted(b, b + a),
              a);
    }
  }

  private void medicine(int form) {
    int weight = number(40, 110);
    int dose = number(2, 15);
    int hours = number(2, 12);
    switch (form) {
      case 0 ->
          add(
              "medicine",
              "A patient of %d kg is prescribed %d mg of the drug per kg. How many mg is the dose?"
                  .formatted(weight, dose),
              weight * dose);
      case 1 ->
          add(
              "medicine",
              "An infusion of %d ml is given over %d hours. How many ml an hour does the nurse set?"
                  .formatted(weight * hours, hours),
              weight);
      case 2 ->
          add(
              "medicine",
              "A tablet holds %d mg. How many tablets does a patient take who is to have %d mg?"
                  .formatted(dose, dose * hours),
              hours);
      default ->
          add(
              "medicine",
              "A patient's pulse shows %d beats in 15 seconds. What is the heart rate a minute?"
                  .formatted(dose + hours),
              4 * (dose + hours));
    }
  }

  private void language() {
    words("What is the past tense of the verb '%s'?", VERBS, "ed");
    words("What is the plural of the noun '%s'?", PLURALS, "s");
    words("Name the opposite of the word '%s'.", OPPOSITES, "ish");
  }

  private void words(String question, String pairs, String wrongEnd) {
    for (String pair : pairs.split(",", -1)) {
      int blank = pair.indexOf(' ');
      String word = pair.substring(0, blank);
      add("language", question.formatted(word), pair.substring(blank + 1), word + wrongEnd);
    }
  }
}
