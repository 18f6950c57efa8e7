package dev.treadle.testkit;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/** Makes texts like those of coding sessions: prose in English and Chinese, code, logs and JSON. */
final class Passages {
  private static final String[] WORDS =
      ("the a build test fails because parser returns null when input empty fix add method class interface check cache queue"
              + " retry timeout server client request response header body stream buffer index table row column query commit"
              + " branch merge review change file line function value string list map set thread lock write read open close"
              + " after before first last every only should must will now then here there that this with without from into")
          .split(" ");
  private static final String[] CHINESE =
      ("请 帮我 看看 这个 函数 为什么 报错 优化 一下 性能 测试 没有 通过 数据库 连接 超时 缓存 接口 返回 空值 修复 之后 还是 不行 谢谢 代码 实现"
              + " 登录 模块 日志 显示 线程 死锁 内存 泄漏 部署 配置 文件")
          .split(" ");
  private static final int POOL = 400;

  private final SplittableRandom random;
  private final List<String> code = new ArrayList<>();
  private final List<String> logs = new ArrayList<>();

  Passages(SplittableRandom random) {
    this.random = random;
    for (int i = 0; i < POOL; i++) {
      code.add(codeLine());
      logs.add(logLine());
    }
  }

  String request() {
    return random.nextInt(3) == 0
        ? chinese(6 + random.nextInt(20))
        : english(8 + random.nextInt(30));
  }

  String sentence() {
    return random.nextInt(5) == 0 ? chinese(8) : english(12);
  }

  String answer() {
    StringBuilder text = new StringBuilder(random.nextInt(4) == 0 ? chinese(40) : english(60));
    text.append("\n\n```java\n");
    lines(text, code, 4 + random.nextInt(12));
    return text.append("```\n").append(english(20)).toString();
  }

  /** What a tool printed: mostly short, at times long. */
  String output() {
    StringBuilder text = new StringBuilder();
    int lines = random.nextInt(12) == 0 ? 300 + random.nextInt(500) : 3 + random.nextInt(40);
    lines(text, random.nextBoolean() ? code : logs, lines);
    if (random.nextInt(60) == 0) {
      text.append("DATABASE_URL=postgres://app:")
          .append(Long.toHexString(random.nextLong()))
          .append("@db.internal/app\n");
    }
    return text.toString();
  }

  private void lines(StringBuilder text, List<String> pool, int count) {
    for (int i = 0; i < count; i++) {
      text.append(pool.get(random.nextInt(POOL)))
          .append(i % 7 == 0 ? random.nextInt(100_000) : "")
          .append('\n');
    }
  }

  private String codeLine() {
    return "    ".repeat(random.nextInt(4))
        + switch (random.nextInt(5)) {
          case 0 -> "if (" + word() + "." + word() + "() == null) { return " + word() + "; }";
          case 1 -> "private final Map<String, " + word() + "> " + word() + " = new HashMap<>();";
          case 2 -> "// " + english(8);
          case 3 -> word() + "(\"" + english(4) + "\", " + random.nextInt(1000) + ");";
          default -> "import " + word() + "." + word() + "." + word() + ";";
        };
  }

  private String logLine() {
    return switch (random.nextInt(4)) {
      case 0 ->
          "2026-03-0"
              + (1 + random.nextInt(8))
              + "T10:11:12.345Z INFO  ["
              + word()
              + "-3] "
              + english(9);
      case 1 ->
          "{\"level\":\"warn\",\"ms\":"
              + random.nextInt(9000)
              + ",\"path\":\"/api/"
              + word()
              + "\",\"id\":\""
              + Long.toHexString(random.nextLong())
              + "\"}";
      case 2 ->
          "\tat com.example."
              + word()
              + "."
              + word()
              + "("
              + word()
              + ".java:"
              + random.nextInt(900)
              + ")";
      default ->
          Long.toHexString(random.nextLong())
              + Long.toHexString(random.nextLong())
              + "  src/"
              + word()
              + "/"
              + word()
              + ".ts";
    };
  }

  private String english(int words) {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < words; i++) {
      text.append(i == 0 ? "" : " ").append(word());
    }
    return text.append('.').toString();
  }

  private String chinese(int words) {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < words; i++) {
      text.append(CHINESE[random.nextInt(CHINESE.length)]).append(i % 9 == 8 ? "，" : "");
    }
    return text.append('。').toString();
  }

  private String word() {
    return WORDS[random.nextInt(WORDS.length)];
  }
}
