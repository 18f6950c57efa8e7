package dev.treadle.store.redaction;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** A word that the automaton looks for, in lower case, and what finding it calls for. */
record Keyword(String text, Call call, int rule, Family vendor) {
  /** What to do where the keyword ends. */
  enum Call {
    RULE,
    SK,
    GITHUB_FINE_GRAINED,
    GITLAB_ROUTABLE,
    BAIDU,
    SENDGRID,
    TWILIO,
    TELEGRAM,
    ARK,
    AGE,
    SLACK_TOKEN,
    SLACK_APP,
    SLACK_WEBHOOK,
    PEM,
    PEM_ENCODED,
    JWT,
    URL,
    DSN,
    ACCOUNT_KEY,
    PASSWORD_NAME,
    SECRET_NAME,
    TOKEN_NAME,
    AUTHORIZATION_NAME,
    BEARER,
    AT,
    COLON,
    IDENTITY_WORD,
    VENDOR,
    PLACEHOLDER
  }

  private static final Map<Call, List<String>> WORDS =
      Map.ofEntries(
          Map.entry(Call.SK, List.of("sk-")),
          Map.entry(Call.GITHUB_FINE_GRAINED, List.of("github_pat_")),
          Map.entry(Call.GITLAB_ROUTABLE, List.of("glpat-", "gldt-", "glrt-", "glft-")),
          Map.entry(Call.BAIDU, List.of("bce-v3/altak")),
          Map.entry(Call.SENDGRID, List.of("sg.")),
          Map.entry(Call.TWILIO, List.of("sk")),
          Map.entry(Call.TELEGRAM, List.of(":aa")),
          Map.entry(Call.ARK, List.of("ark-")),
          Map.entry(Call.AGE, List.of("age-secret-key-1")),
          Map.entry(Call.SLACK_TOKEN, List.of("xox")),
          Map.entry(Call.SLACK_APP, List.of("xapp-")),
          Map.entry(Call.SLACK_WEBHOOK, List.of("hooks.slack.com/")),
          Map.entry(Call.PEM, List.of("-----begin", "---- begin")),
          Map.entry(Call.PEM_ENCODED, List.of("ls0tls1crudjti")),
          Map.entry(Call.JWT, List.of("eyj", "eya", "ewo", "ew0")),
          Map.entry(Call.URL, List.of("://")),
          Map.entry(Call.DSN, List.of("@tcp(", "@unix(")),
          Map.entry(Call.ACCOUNT_KEY, List.of("accountkey=", "sharedaccesskey=")),
          Map.entry(
              Call.PASSWORD_NAME,
              List.of(
                  "password",
                  "passwd",
                  "passphrase",
                  "passwort",
                  "pwd",
                  "密码",
                  "口令",
                  "密碼",
                  "db_pass",
                  "dbpass")),
          Map.entry(
              Call.SECRET_NAME,
              List.of(
                  "secret",
                  "api_key",
                  "apikey",
                  "api-key",
                  "api key",
                  "access_key",
                  "accesskey",
                  "access-key",
                  "access key",
                  "private_key",
                  "privatekey",
                  "credential",
                  "encryption_key",
                  "signing_key",
                  "master_key",
                  "密钥",
                  "秘钥",
                  "密鑰")),
          Map.entry(Call.TOKEN_NAME, List.of("token", "auth", "令牌")),
          Map.entry(Call.AUTHORIZATION_NAME, List.of("authorization")),
          Map.entry(Call.BEARER, List.of("bearer ")),
          Map.entry(Call.AT, List.of("@", "%40")),
          Map.entry(Call.COLON, List.of(":")),
          Map.entry(
              Call.IDENTITY_WORD,
              List.of(
                  "身份证",
                  "证件号",
                  "身份號",
                  "身份号",
                  "idcard",
                  "id_card",
                  "id card",
                  "id-card",
                  "identity",
                  "id_no",
                  "idno",
                  "sfz",
                  "cert_no")),
          Map.entry(Call.PLACEHOLDER, List.of("<secret:", "<pii:")));

  private static final Map<Family, List<String>> VENDORS =
      Map.ofEntries(
          Map.entry(Family.DEEPSEEK, List.of("deepseek", "深度求索")),
          Map.entry(
              Family.DASHSCOPE,
              List.of("dashscope", "bailian", "tongyi", "qwen", "百炼", "通义", "千问", "灵积")),
          Map.entry(
              Family.ALIBABA,
              List.of(
                  "aliyun",
                  "alibaba",
                  "阿里",
                  "access_key_secret",
                  "accesskeysecret",
                  "access-key-secret",
                  "access key secret")),
          Map.entry(Family.MOONSHOT, List.of("moonshot", "kimi", "月之暗面")),
          Map.entry(Family.SILICONFLOW, List.of("siliconflow", "硅基流动")),
          Map.entry(
              Family.AWS,
              List.of(
                  "aws",
                  "amazon",
                  "secretaccesskey",
                  "secret_access_key",
                  "secret access key",
                  "亚马逊")),
          Map.entry(
              Family.TENCENT,
              List.of("tencent", "qcloud", "腾讯", "secretid", "secret_id", "myqcloud")),
          Map.entry(
              Family.HUAWEI,
              List.of(
                  "huawei",
                  "hwcloud",
                  "hwclouds",
                  "华为",
                  "hw_access",
                  "hw_secret",
                  "hw_ak",
                  "hw_sk",
                  "obsutil",
                  "obs_access")),
          Map.entry(
              Family.VOLCENGINE,
              List.of("volc", "火山", "方舟", "doubao", "豆包", "ark_api_key", "bytedance")),
          Map.entry(
              Family.ZHIPU,
              List.of("zhipu", "bigmodel", "智谱", "chatglm", "glm-", "glm_", "z.ai", "zai_")));

  static List<Keyword> all() {
    List<Keyword> all = new ArrayList<>();
    for (int rule = 0; rule < KeyRule.ALL.size(); rule++) {
      KeyRule keyRule = KeyRule.ALL.get(rule);
      all.add(
          new Keyword(
              keyRule.prefix().toLowerCase(java.util.Locale.ROOT),
              Call.RULE,
              rule,
              keyRule.family()));
    }
    for (Call call : Call.values()) {
      for (String word : WORDS.getOrDefault(call, List.of())) {
        all.add(new Keyword(word, call, -1, Family.PASSWORD));
      }
    }
    for (Family family : Family.values()) {
      for (String word : VENDORS.getOrDefault(family, List.of())) {
        all.add(new Keyword(word, Call.VENDOR, -1, family));
      }
    }
    return all;
  }
}
