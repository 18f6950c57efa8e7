package dev.treadle.measure.text;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;

/** Makes short requests about a few topics, in several languages. */
final class Topics {
  private static final Map<String, List<String>> WORDS =
      new TreeMap<>(
          Map.of(
              "code",
                  List.of(
                      "function",
                      "compile",
                      "exception",
                      "loop",
                      "class",
                      "bug",
                      "函数",
                      "编译",
                      "报错",
                      "コード"),
              "food",
                  List.of(
                      "recipe", "bake", "salt", "dinner", "soup", "boil", "菜谱", "晚饭", "盐", "料理"),
              "travel",
                  List.of(
                      "flight", "hotel", "visa", "luggage", "train", "map", "机票", "酒店", "签证", "旅行"),
              "money",
                  List.of(
                      "bank",
                      "transfer",
                      "balance",
                      "loan",
                      "bill",
                      "card",
                      "银行",
                      "转账",
                      "余额",
                      "口座")));

  private static final List<String> FILLERS =
      List.of("please", "how do i", "can you", "what about", "my", "the", "请问", "怎么", "一下", "ください");

  private static final List<String> NOTHING =
      List.of("quasar", "zebra", "violin", "glacier", "tulip", "volcano", "恐龙", "月亮", "钢琴", "火山");

  private final SplittableRandom random;

  Topics(long seed) {
    random = new SplittableRandom(seed);
  }

  List<TextClassifier.Labelled> examples(int each) {
    List<TextClassifier.Labelled> examples = new ArrayList<>();
    for (int i = 0; i < each; i++) {
      WORDS.forEach(
          (label, words) -> examples.add(new TextClassifier.Labelled(text(words), label)));
    }
    return examples;
  }

  List<TextClassifier.Labelled> outOfScope(int count) {
    List<TextClassifier.Labelled> examples = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      examples.add(new TextClassifier.Labelled(text(NOTHING), TextClassifier.OUT_OF_SCOPE));
    }
    return examples;
  }

  private String text(List<String> words) {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < 3 + random.nextInt(3); i++) {
      text.append(of(i % 2 == 0 ? FILLERS : words)).append(' ');
    }
    return text.append(of(words)).toString();
  }

  private String of(List<String> words) {
    return words.get(random.nextInt(words.size()));
  }
}
