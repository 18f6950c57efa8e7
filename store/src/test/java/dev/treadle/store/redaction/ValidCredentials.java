package dev.treadle.store.redaction;

import static dev.treadle.store.redaction.Draw.ALNUM;
import static dev.treadle.store.redaction.Draw.BASE32;
import static dev.treadle.store.redaction.Draw.BASE64;
import static dev.treadle.store.redaction.Draw.DIGITS;
import static dev.treadle.store.redaction.Draw.HEX;
import static dev.treadle.store.redaction.Draw.LOWER;
import static dev.treadle.store.redaction.Draw.UPPER;
import static dev.treadle.store.redaction.Draw.URL64;

import java.nio.charset.StandardCharsets;
import java.util.Base64;

/**
 * Draws credentials in their published formats. Prefixes are split so that no scanner takes this
 * file for a leak.
 */
final class ValidCredentials {
  private final Draw draw;

  ValidCredentials(Draw draw) {
    this.draw = draw;
  }

  /** A credential of {@code family}; for the families that need a word nearby, the bare value. */
  String value(Family family) {
    return switch (family) {
      case OPENAI -> openai();
      case ANTHROPIC ->
          "sk-" + "ant-" + draw.pick("api03", "admin01") + "-" + draw.of(URL64, 93) + "AA";
      case AWS -> draw.pick("AK" + "IA", "AS" + "IA") + draw.of(BASE32, 16);
      case GOOGLE -> google();
      case GITHUB -> github();
      case GITLAB -> gitlab();
      case SLACK -> slack();
      case STRIPE ->
          draw.pick("sk", "rk")
              + "_"
              + draw.pick("live", "test")
              + "_"
              + draw.of(ALNUM, draw.pick(java.util.List.of(24, 34, 99)));
      case HUGGINGFACE -> "h" + "f_" + draw.of(LOWER + UPPER, 34);
      case DEEPSEEK, DASHSCOPE -> "s" + "k-" + draw.of(HEX, 32);
      case MOONSHOT -> "s" + "k-" + draw.of(ALNUM, 48);
      case SILICONFLOW -> "s" + "k-" + draw.of(LOWER, 48);
      case TENCENT -> draw.below(2) == 0 ? "AK" + "ID" + draw.of(ALNUM, 32) : draw.of(ALNUM, 32);
      case VOLCENGINE -> draw.pick("AK" + "LT", "AK" + "TP") + draw.of(ALNUM, draw.between(35, 50));
      case KINGSOFT -> "AK" + "LT" + draw.of(ALNUM, draw.between(16, 28));
      case BAIDU ->
          "bce"
              + "-v3/ALTAK"
              + draw.pick("", "SP")
              + "-"
              + draw.of(ALNUM, 21)
              + "/"
              + draw.of(HEX, 40);
      case HUAWEI -> draw.below(2) == 0 ? draw.of(UPPER + DIGITS, 20) : draw.of(ALNUM, 40);
      case OPENROUTER -> "sk" + "-or-v1-" + draw.of(HEX, 64);
      case ALIBABA ->
          draw.below(2) == 0
              ? "LT" + "AI" + draw.of(ALNUM, draw.pick(java.util.List.of(12, 20, 26)))
              : draw.of(ALNUM, 30);
      case JDCLOUD -> "JD" + "C_" + draw.of(UPPER + DIGITS, draw.between(25, 40));
      case ZHIPU -> draw.of(HEX, 32) + "." + draw.of(ALNUM, 16);
      case GROQ -> "gs" + "k_" + draw.of(ALNUM, 52);
      case XAI -> "xa" + "i-" + draw.of(ALNUM, 80);
      case NPM -> "np" + "m_" + draw.of(ALNUM, 36);
      case PYPI -> "py" + "pi-AgEIcHlwaS5vcmc" + draw.of(URL64, 140);
      case SENDGRID -> "S" + "G." + draw.clean(URL64, 22) + "." + draw.of(URL64, 43);
      case TWILIO -> "S" + "K" + draw.of(HEX, 32);
      case DIGITALOCEAN -> "do" + draw.pick("p", "o", "r") + "_v1_" + draw.of(HEX, 64);
      case TELEGRAM ->
          draw.between(1, 9) + draw.digits(draw.between(7, 9)) + ":A" + "A" + draw.of(URL64, 33);
      case WEBHOOK ->
          draw.of(HEX, 8)
              + "-"
              + draw.of(HEX, 4)
              + "-4111-a"
              + draw.of(HEX, 3)
              + "-"
              + draw.of(HEX, 12);
      case PRIVATE_KEY -> privateKey();
      case JWT -> jwt("{\"alg\":\"" + draw.pick("HS256", "RS256", "ES256") + "\",\"typ\":\"JWT\"}");
      case CONNECTION_STRING -> draw.clean(ALNUM + "!$%*-_.~", draw.between(8, 20));
      case PASSWORD -> password();
      default -> throw new IllegalArgumentException("No credential: " + family);
    };
  }

  String jwt(String header) {
    String payload =
        "{\"sub\":\""
            + draw.digits(10)
            + "\",\"name\":\""
            + draw.of(LOWER, 8)
            + "\",\"iat\":1516239022}";
    return base64(header) + "." + base64(payload) + "." + draw.of(URL64, 43);
  }

  static String base64(String text) {
    return Base64.getUrlEncoder()
        .withoutPadding()
        .encodeToString(text.getBytes(StandardCharsets.UTF_8));
  }

  private String openai() {
    String marker = "T3Blbk" + "FJ";
    return switch (draw.below(4)) {
      case 0 -> "s" + "k-" + draw.of(ALNUM, 20) + marker + draw.of(ALNUM, 20);
      case 1 -> "s" + "k-proj-" + draw.of(URL64, 74) + marker + draw.of(URL64, 74);
      case 2 -> "s" + "k-svcacct-" + draw.of(URL64, 58) + marker + draw.of(URL64, 58);
      default -> "s" + "k-proj-" + draw.of(ALNUM, 20) + marker + draw.of(ALNUM, 20);
    };
  }

  private String google() {
    return switch (draw.below(3)) {
      case 0 -> "AI" + "za" + draw.of(URL64, 35);
      case 1 -> "GOC" + "SPX-" + draw.of(URL64, 28);
      default -> "ya" + "29." + draw.clean(URL64, draw.between(60, 180));
    };
  }

  private String github() {
    return draw.below(3) == 0
        ? "github" + "_pat_" + draw.of(ALNUM, 22) + "_" + draw.of(ALNUM, 59)
        : "gh" + draw.pick("p", "o", "u", "s", "r") + "_" + draw.of(ALNUM, 36);
  }

  private String gitlab() {
    return switch (draw.below(3)) {
      case 0 -> "gl" + "pat-" + draw.of(URL64, 20);
      case 1 ->
          "gl"
              + "pat-"
              + draw.of(URL64, draw.between(27, 60))
              + ".01."
              + draw.of(DIGITS + LOWER, 9);
      default -> "gl" + draw.pick("dt", "rt", "ft") + "-" + draw.of(URL64, 20);
    };
  }

  private String slack() {
    String team = draw.digits(12) + "-" + draw.digits(13);
    return switch (draw.below(4)) {
      case 0 -> "xo" + "xb-" + team + "-" + draw.of(ALNUM, 24);
      case 1 -> "xo" + "xp-" + team + "-" + draw.digits(13) + "-" + draw.of(HEX, 32);
      case 2 ->
          "xa"
              + "pp-1-A"
              + draw.of(UPPER + DIGITS, 10)
              + "-"
              + draw.digits(13)
              + "-"
              + draw.of(HEX, 64);
      default ->
          "https://hooks.slack"
              + ".com/services/T"
              + draw.of(UPPER + DIGITS, 8)
              + "/B"
              + draw.of(UPPER + DIGITS, 10)
              + "/"
              + draw.of(ALNUM, 24);
    };
  }

  private String privateKey() {
    String label = draw.pick("RSA ", "EC ", "", "OPENSSH ", "ENCRYPTED ") + "PRIVATE " + "KEY";
    String newline = draw.pick("\n", "\\n", "\\\\n", "\r\n");
    StringBuilder out =
        new StringBuilder("-----BEGIN ").append(label).append("-----").append(newline);
    int lines = draw.between(2, 12);
    for (int i = 0; i < lines; i++) {
      out.append(draw.of(BASE64, 64)).append(newline);
    }
    out.append(draw.of(ALNUM, 30)).append("==");
    return draw.below(3) == 0
        ? out.toString()
        : out.append(newline).append("-----END ").append(label).append("-----").toString();
  }

  private String password() {
    return switch (draw.below(3)) {
      case 0 -> draw.clean(ALNUM + "!@#$%^*_-", draw.between(10, 20));
      case 1 -> draw.of(UPPER, 1) + draw.of(LOWER, 4) + draw.pick("@", "!", "#") + draw.digits(4);
      default -> draw.of(ALNUM, draw.between(16, 40));
    };
  }
}
