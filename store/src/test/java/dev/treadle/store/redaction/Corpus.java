package dev.treadle.store.redaction;

import java.util.ArrayList;
import java.util.List;

/** Makes texts to measure on: what coding agents write and read, and records made to be slow. */
final class Corpus {
  private static final List<String> LINES =
      List.of(
          "    private final Map<String, Integer> counts = new HashMap<>();\n",
          "I'll start by reading the failing test and the code under test, then make the smallest change that fixes it.\n",
          "{\"type\":\"tool_use\",\"id\":\"toolu_%d\",\"name\":\"Read\",\"input\":{\"file_path\":\"/home/dev/project/src/main.py\",\"limit\":%d}}\n",
          "  File \"/usr/lib/python3.12/site-packages/requests/sessions.py\", line %d, in request\n",
          "    %d\t        if not self.config.get(\"retries\"):\n",
          "2026-11-20T10:%d:17.123Z INFO  [main] server.http - GET /api/v1/items/%d 200 12ms\n",
          "diff --git a/src/app.ts b/src/app.ts\nindex 3f2a1bc..9de8f00 100644\n--- a/src/app.ts\n+++ b/src/app.ts\n@@ -%d,7 +%d,9 @@\n",
          "我先看一下这个测试为什么失败，然后修改相应的代码，最后重新运行全部测试。\n",
          "\"usage\":{\"input_tokens\":%d,\"cache_read_input_tokens\":%d,\"output_tokens\":131}\n",
          "def load_settings(path: Path) -> Settings:\n    return Settings(**json.loads(path.read_text()))\n",
          "npm warn deprecated glob@7.2.3: Glob versions prior to v9 are no longer supported (%d)\n",
          "\\n    const response = await fetch(`${baseUrl}/users/${id}`, { headers: { Authorization: `Bearer ${token}` } });\\n",
          "FAILED tests/test_auth.py::test_password_reset - AssertionError: expected %d, got %d\n");

  /** Units whose repetition tempts a matcher to look at the same characters again and again. */
  private static final List<String> UNITS =
      List.of(
          "sk-",
          "sk-proj-",
          "password=",
          "password=\"",
          "password='a\\\"",
          "eyJ",
          "eyJhbGciOiJIUzI1NiJ9.",
          "1",
          "12 ",
          "@",
          "a@a@a",
          "a.a@",
          "-----BEGIN ",
          "-----BEGIN PRIVATE KEY-----",
          "-----BEGIN PRIVATE KEY-----\\n",
          "1.1.1.1.",
          "1.1.1.1 ",
          "://:@",
          "a://b:c@",
          "::::",
          "1:",
          "a:b:",
          "京A",
          "京A1234",
          "京",
          "\"",
          "\\",
          "\\\"",
          "secret:\"\\\\\\\"",
          "glpat-",
          "xoxb-",
          "xoxb-1234567890-",
          "AKIA",
          "hf_",
          "token ",
          "Bearer ",
          "huawei ",
          "huawei",
          "deepseek",
          "aws/",
          "+1 ",
          "+861380013",
          "13800138000,",
          "4111 1111 1111 1111 ",
          "4111-",
          "<SECRET:",
          "<SECRET:github:1>",
          "密码",
          "密码：",
          "\\u0022",
          "%40",
          "a%40b.",
          "AAAA:AA",
          "12345678:AA",
          "LS0tLS1CRUdJTi",
          "SG.",
          "@tcp(",
          "u:@tcp(",
          "110101199003074477 ",
          "11010119900307447",
          "91110000",
          "A1",
          "ghp_ghp_",
          "身份证123456789012345",
          "password=password",
          "secret=abc123def456,",
          "access_key",
          "passwordpassword = ",
          "bce-v3/ALTAK-",
          "https://hooks.slack.com/services/T",
          "AccountKey=",
          "k:v@",
          "x@y.zz ",
          "2001:db8::",
          "a.b.c.d.e@f.g.h.",
          "sk-sp-",
          "ark-",
          "1//0",
          "ya29.",
          "AQ.Ab",
          "\n",
          "{\"",
          "auth",
          "auth: ");

  private final Draw draw;

  Corpus(long seed) {
    draw = new Draw(seed);
  }

  /** About {@code chars} characters of coding-agent text without secrets. */
  String agentText(int chars) {
    StringBuilder out = new StringBuilder(chars + 256);
    while (out.length() < chars) {
      out.append(draw.pick(LINES).replace("%d", Integer.toString(draw.between(1, 4000))));
    }
    return out.toString();
  }

  int units() {
    return UNITS.size();
  }

  /** One unit again and again. */
  String repeated(int unit, int chars) {
    String text = UNITS.get(unit % UNITS.size());
    return text.repeat(chars / text.length() + 1).substring(0, chars);
  }

  /** Several units in turn or at random, sometimes with a long run between. */
  String mixed(int chars) {
    List<String> units = new ArrayList<>();
    int count = draw.between(2, 5);
    for (int i = 0; i < count; i++) {
      units.add(draw.pick(UNITS));
    }
    boolean regular = draw.below(2) == 0;
    StringBuilder out = new StringBuilder(chars + 256);
    for (int i = 0; out.length() < chars; i++) {
      out.append(regular ? units.get(i % count) : draw.pick(units));
      if (draw.below(50) == 0) {
        out.append(draw.of(Draw.ALNUM, draw.between(1, 300)));
      }
    }
    out.setLength(chars);
    return out.toString();
  }
}
