package dev.treadle.store.redaction;

import static dev.treadle.store.redaction.Draw.ALNUM;
import static dev.treadle.store.redaction.Draw.HEX;
import static dev.treadle.store.redaction.Draw.LOWER;
import static dev.treadle.store.redaction.Draw.UPPER;
import static dev.treadle.store.redaction.Draw.URL64;

import java.util.List;

/**
 * Draws what looks like a secret or personal data and is none: one step off its format, or another
 * kind of thing.
 */
final class NearMisses {
  private final Draw draw;
  private final ValidCredentials credentials;
  private final ValidPersonal personal;

  NearMisses(Draw draw) {
    this.draw = draw;
    this.credentials = new ValidCredentials(draw);
    this.personal = new ValidPersonal(draw);
  }

  // Long because it is one case a family.
  String value(Family family) {
    boolean named =
        family == Family.PASSWORD || family == Family.CONNECTION_STRING || family == Family.WEBHOOK;
    if (!named && draw.below(4) == 0) {
      return stranger();
    }
    return switch (family) {
      case OPENAI ->
          draw.pick(
              "s" + "k-" + draw.of(ALNUM, 47),
              "s" + "k-" + draw.of(ALNUM, 49),
              "s" + "k-proj-" + draw.of(LOWER, 20),
              "sk-learn-" + draw.of(LOWER, 8),
              "s" + "k_" + draw.of(ALNUM, 48),
              "x" + "s" + "k-" + draw.of(ALNUM, 48));
      case ANTHROPIC ->
          draw.pick(
              "sk-" + "ant-api03-" + draw.of(URL64, 92),
              "sk-" + "ant-api03-" + draw.of(URL64, 96),
              "sk-ant-api03-your-key",
              "sk-" + "amt-api03-" + draw.of(URL64, 95));
      case AWS ->
          draw.pick(
              "AK" + "IB" + draw.of(Draw.BASE32, 16),
              "AK" + "IA" + draw.of(Draw.BASE32, 15),
              "AK" + "IA" + draw.of(Draw.BASE32, 17),
              "AK" + "IA" + draw.of(LOWER, 1) + draw.of(Draw.BASE32, 15),
              "AKIA" + "IOSFODNN7EXAMPLE");
      case GOOGLE ->
          draw.pick(
              "AI" + "za" + draw.of(ALNUM, 34),
              "AI" + "za" + draw.of(ALNUM, 36),
              "AI" + "zb" + draw.of(ALNUM, 35),
              "GOC" + "SPX-" + draw.of(ALNUM, 27));
      case GITHUB ->
          draw.pick(
              "gh" + "p_" + draw.of(ALNUM, 35),
              "gh" + "p_" + draw.of(ALNUM, 37),
              "gh" + "x_" + draw.of(ALNUM, 36),
              "gh" + "p_" + draw.of(ALNUM, 20) + "-" + draw.of(ALNUM, 15),
              "github" + "_pat_" + draw.of(ALNUM, 81),
              "gh" + "p_" + "x".repeat(36));
      case GITLAB ->
          draw.pick(
              "gl" + "pat-" + draw.of(ALNUM, 19),
              "gl" + "pat-" + draw.of(ALNUM, 21),
              "gl" + "pac-" + draw.of(ALNUM, 20),
              "gl" + "pat-" + "x".repeat(20));
      case SLACK ->
          draw.pick(
              "xo" + "xb-" + draw.digits(12) + "-" + draw.digits(13) + "-" + draw.of(ALNUM, 23),
              "xo" + "xz-" + draw.digits(12),
              "xo" + "xb-your-token-here",
              "https://hooks.slack.com/services/T000/B000/XXXX");
      case STRIPE ->
          draw.pick(
              "sk_live_mode_enabled",
              "s" + "k_live_" + draw.of(ALNUM, 23),
              "p" + "k_live_" + draw.of(ALNUM, 24),
              "s" + "k_demo_" + draw.of(ALNUM, 24));
      case HUGGINGFACE ->
          draw.pick(
              "h" + "f_" + draw.of(ALNUM, 33),
              "h" + "f_" + draw.of(ALNUM, 35),
              "hf_hub_download",
              "h" + "g_" + draw.of(ALNUM, 34));
      case DEEPSEEK, DASHSCOPE ->
          "s"
              + "k-"
              + draw.pick(
                  draw.of(HEX, 31),
                  draw.of(HEX, 33),
                  draw.of(HEX, 31) + "g",
                  "deepseek-chat-" + draw.of(HEX, 8));
      case TENCENT ->
          draw.pick(
              "AK" + "ID" + draw.of(ALNUM, 11), "AK" + "ID" + draw.of(ALNUM, 42), draw.of(HEX, 32));
      case VOLCENGINE -> "AK" + "LT" + draw.pick(draw.of(ALNUM, 31), draw.of(ALNUM, 53));
      case WEBHOOK -> draw.pick("KEY", "<key>", draw.of(HEX, 8));
      case BAIDU ->
          draw.pick(
              "bce" + "-v3/ALTAK-" + draw.of(ALNUM, 20) + "/" + draw.of(HEX, 40),
              "bce" + "-v3/ALTAK-" + draw.of(ALNUM, 21) + "/" + draw.of(HEX, 39),
              "bce" + "-v2/ALTAK-" + draw.of(ALNUM, 21) + "/" + draw.of(HEX, 40));
      case OPENROUTER ->
          draw.pick(
              "sk" + "-or-v1-" + draw.of(HEX, 63),
              "sk" + "-or-v1-" + draw.of(HEX, 65),
              "sk" + "-or-v1-" + draw.of(HEX, 63) + "g");
      case ALIBABA ->
          "LT"
              + draw.pick(
                  "AI" + draw.of(ALNUM, 11), "AI" + draw.of(ALNUM, 31), "AJ" + draw.of(ALNUM, 20));
      case HUAWEI ->
          draw.pick(draw.of(UPPER, 19), draw.of(ALNUM, 39), draw.of(HEX, 40), draw.of(UPPER, 21));
      case PRIVATE_KEY ->
          draw.pick(
              "-----BEGIN PUBLIC KEY-----\n"
                  + draw.of(Draw.BASE64, 64)
                  + "\n-----END PUBLIC KEY-----",
              "-----BEGIN CERTIFICATE-----\n" + draw.of(Draw.BASE64, 64),
              "`-----BEGIN PRIVATE KEY-----` is the header",
              "-----BEGIN PRIVATE KEY-----\n...\n-----END PRIVATE KEY-----");
      case JWT -> jwt();
      case CONNECTION_STRING ->
          draw.pick(
              "${DB_PASSWORD}",
              "<password>",
              "****",
              "password",
              "{password}",
              "$PASS",
              "%s",
              "xxxx");
      case PASSWORD ->
          draw.pick(
              "${PASSWORD}",
              "get_password()",
              "os.environ['PW']",
              "<your-password>",
              "xxxxxxxx",
              "********",
              "null",
              "None",
              "true",
              "process.env.TOKEN",
              "string",
              "{{ password }}",
              "%s",
              "changeme",
              "your_password_here",
              "self.password",
              "required");
      case EMAIL ->
          draw.pick(
              "git@github.com:owner/repo.git",
              "icon@2x.png",
              "@types/node@1.2.3",
              "user@localhost",
              "user@.com",
              "a@b.c",
              "user@@x",
              "lodash@4.17.21");
      case PHONE ->
          draw.pick(
              "+1 115 555 2671",
              "415-155-267",
              "+999 1234567890",
              "415-5555-2671",
              "2026-11-20",
              "+0800",
              "1.20.300.4000",
              "555-2671");
      case CARD -> offByOne(personal.value(family));
      case IP ->
          draw.pick(
              "256.1.1.1",
              "1.2.3",
              "1.2.3.4.5",
              "v1.2.3.4",
              "127.0.0.1",
              "0.0.0.0",
              "192.0.2.7",
              "12:34:56",
              "std::vector",
              "::1",
              "8.8.8.999",
              "00:1a:2b:3c:4d:5e");
      case CN_ID -> identity();
      case CN_MOBILE ->
          draw.pick(
              "12" + draw.digits(9),
              "13" + draw.digits(8),
              "13" + draw.digits(10),
              "x13" + draw.digits(9),
              "17" + draw.digits(11),
              "0.13" + draw.digits(9));
      case CN_CREDIT_CODE -> creditCode();
      case CN_PLATE ->
          draw.pick(
              "京A1234",
              "京A123456",
              "京I12345",
              "京AO2345",
              "东A12345",
              "A12345",
              "新HTTP2",
              "京A12345678");
      default -> stranger();
    };
  }

  /** What coding logs are full of. */
  String stranger() {
    return switch (draw.below(8)) {
      case 0 -> draw.of(HEX, 40);
      case 1 ->
          draw.of(HEX, 8)
              + "-"
              + draw.of(HEX, 4)
              + "-4"
              + draw.of(HEX, 3)
              + "-a"
              + draw.of(HEX, 3)
              + "-"
              + draw.of(HEX, 12);
      case 2 ->
          draw.below(9) + "." + draw.below(30) + "." + draw.below(30) + "-beta." + draw.below(9);
      case 3 -> "1" + draw.pick("6", "7") + draw.digits(draw.pick(List.of(8, 11)));
      case 4 -> "NO20" + draw.digits(12);
      case 5 -> "data:image/png;base64," + draw.of(Draw.BASE64, 120) + "==";
      case 6 -> "sha512-" + draw.of(Draw.BASE64, 86) + "==";
      default -> "get" + draw.of(UPPER, 1) + draw.of(LOWER, 6) + "(value)";
    };
  }

  private String jwt() {
    String good = credentials.value(Family.JWT);
    String payload = ValidCredentials.base64("{\"sub\":\"" + draw.digits(10) + "\"}");
    return draw.pick(
        good.substring(0, good.lastIndexOf('.')),
        credentials.jwt("{\"typ\":\"JWT\",\"kid\":\"" + draw.of(HEX, 8) + "\"}"),
        payload,
        "ey" + "J" + draw.of(ALNUM, 33) + "." + payload + "." + draw.of(URL64, 43));
  }

  private String identity() {
    String good = personal.value(Family.CN_ID);
    char check = good.charAt(17);
    return draw.pick(
        good.substring(0, 17) + (check == 'X' ? '0' : check == '9' ? 'X' : (char) (check + 1)),
        ValidPersonal.identity("11010119991332" + draw.digits(3)),
        ValidPersonal.identity("000101" + "19900101" + draw.digits(3)),
        good + "7",
        good.substring(1),
        ValidPersonal.identity("110101" + "19990230" + draw.digits(3)));
  }

  private String creditCode() {
    String good = personal.value(Family.CN_CREDIT_CODE);
    char check = good.charAt(17);
    return draw.pick(
        good.substring(0, 17) + (check == '0' ? '1' : '0'),
        good.substring(0, 17),
        good + "A",
        ValidPersonal.creditCode("94" + good.substring(2, 17)),
        ValidPersonal.creditCode("01" + good.substring(2, 17)),
        good.substring(0, 9) + "I" + good.substring(10));
  }

  private static String offByOne(String number) {
    char last = number.charAt(number.length() - 1);
    return number.substring(0, number.length() - 1) + (last == '9' ? '0' : (char) (last + 1));
  }
}
