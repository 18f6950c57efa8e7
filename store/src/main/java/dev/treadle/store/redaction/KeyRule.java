package dev.treadle.store.redaction;

import static dev.treadle.store.redaction.Alphabet.ALNUM;
import static dev.treadle.store.redaction.Alphabet.BASE64;
import static dev.treadle.store.redaction.Alphabet.LOWER_HEX;
import static dev.treadle.store.redaction.Alphabet.UPPER_ALNUM;
import static dev.treadle.store.redaction.Alphabet.URL64;
import static dev.treadle.store.redaction.Family.ALIBABA;
import static dev.treadle.store.redaction.Family.ANTHROPIC;
import static dev.treadle.store.redaction.Family.AWS;
import static dev.treadle.store.redaction.Family.DIGITALOCEAN;
import static dev.treadle.store.redaction.Family.GITHUB;
import static dev.treadle.store.redaction.Family.GITLAB;
import static dev.treadle.store.redaction.Family.GOOGLE;
import static dev.treadle.store.redaction.Family.GROQ;
import static dev.treadle.store.redaction.Family.HUGGINGFACE;
import static dev.treadle.store.redaction.Family.JDCLOUD;
import static dev.treadle.store.redaction.Family.KINGSOFT;
import static dev.treadle.store.redaction.Family.NPM;
import static dev.treadle.store.redaction.Family.OPENROUTER;
import static dev.treadle.store.redaction.Family.PYPI;
import static dev.treadle.store.redaction.Family.STRIPE;
import static dev.treadle.store.redaction.Family.TENCENT;
import static dev.treadle.store.redaction.Family.VOLCENGINE;
import static dev.treadle.store.redaction.Family.WEBHOOK;
import static dev.treadle.store.redaction.Family.XAI;

import java.util.List;

/** A key that is a fixed prefix and then {@code min} to {@code max} characters of one alphabet. */
record KeyRule(String prefix, Alphabet alphabet, int min, int max, Family family) {
  static final List<KeyRule> ALL =
      List.of(
          new KeyRule("sk-ant-api03-", URL64, 95, 95, ANTHROPIC),
          new KeyRule("sk-ant-admin01-", URL64, 95, 95, ANTHROPIC),
          new KeyRule("sk-ant-api01-", URL64, 80, 110, ANTHROPIC),
          new KeyRule("sk-ant-api02-", URL64, 80, 110, ANTHROPIC),
          new KeyRule("sk-ant-oat01-", URL64, 80, 120, ANTHROPIC),
          new KeyRule("sk-ant-ort01-", URL64, 80, 120, ANTHROPIC),
          new KeyRule("sk-ant-sid01-", URL64, 80, 140, ANTHROPIC),
          new KeyRule("sk-ant-sid02-", URL64, 80, 140, ANTHROPIC),
          new KeyRule("sk-or-v1-", LOWER_HEX, 64, 64, OPENROUTER),
          new KeyRule("AKIA", UPPER_ALNUM, 16, 16, AWS),
          new KeyRule("ASIA", UPPER_ALNUM, 16, 16, AWS),
          new KeyRule("ABIA", UPPER_ALNUM, 16, 16, AWS),
          new KeyRule("ACCA", UPPER_ALNUM, 16, 16, AWS),
          new KeyRule("A3T", UPPER_ALNUM, 17, 17, AWS),
          new KeyRule("ABSK", BASE64, 100, 270, AWS),
          new KeyRule("AIza", URL64, 35, 35, GOOGLE),
          new KeyRule("GOCSPX-", URL64, 28, 28, GOOGLE),
          new KeyRule("ya29.", URL64, 20, 2048, GOOGLE),
          new KeyRule("ya29.c.", URL64, 20, 2048, GOOGLE),
          new KeyRule("1//0", URL64, 40, 200, GOOGLE),
          new KeyRule("AQ.Ab", URL64, 45, 60, GOOGLE),
          new KeyRule("ghp_", ALNUM, 36, 36, GITHUB),
          new KeyRule("gho_", ALNUM, 36, 36, GITHUB),
          new KeyRule("ghu_", ALNUM, 36, 36, GITHUB),
          new KeyRule("ghs_", ALNUM, 36, 36, GITHUB),
          new KeyRule("ghr_", ALNUM, 36, 36, GITHUB),
          new KeyRule("ghr_", ALNUM, 76, 76, GITHUB),
          new KeyRule("glpat-", URL64, 20, 20, GITLAB),
          new KeyRule("gldt-", URL64, 20, 20, GITLAB),
          new KeyRule("glft-", URL64, 20, 20, GITLAB),
          new KeyRule("glsoat-", URL64, 20, 20, GITLAB),
          new KeyRule("glffct-", URL64, 20, 20, GITLAB),
          new KeyRule("glrt-", URL64, 20, 20, GITLAB),
          new KeyRule("glrt-t1_", URL64, 20, 20, GITLAB),
          new KeyRule("glrt-t2_", URL64, 20, 20, GITLAB),
          new KeyRule("glrt-t3_", URL64, 20, 20, GITLAB),
          new KeyRule("glrtr-", URL64, 20, 20, GITLAB),
          new KeyRule("glcbt-", URL64, 20, 26, GITLAB),
          new KeyRule("glimt-", URL64, 25, 25, GITLAB),
          new KeyRule("glptt-", LOWER_HEX, 40, 40, GITLAB),
          new KeyRule("glagent-", URL64, 50, 50, GITLAB),
          new KeyRule("gloas-", ALNUM, 64, 64, GITLAB),
          new KeyRule("GR1348941", URL64, 20, 20, GITLAB),
          new KeyRule("sk_live_", ALNUM, 24, 99, STRIPE),
          new KeyRule("sk_test_", ALNUM, 24, 99, STRIPE),
          new KeyRule("rk_live_", ALNUM, 24, 99, STRIPE),
          new KeyRule("rk_test_", ALNUM, 24, 99, STRIPE),
          new KeyRule("whsec_", BASE64, 32, 64, STRIPE),
          new KeyRule("hf_", ALNUM, 34, 34, HUGGINGFACE),
          new KeyRule("api_org_", ALNUM, 34, 34, HUGGINGFACE),
          new KeyRule("AKID", ALNUM, 13, 40, TENCENT),
          new KeyRule("AKLT", ALNUM, 35, 50, VOLCENGINE),
          new KeyRule("AKTP", ALNUM, 35, 50, VOLCENGINE),
          new KeyRule("AKLT", ALNUM, 16, 28, KINGSOFT),
          new KeyRule("LTAI", ALNUM, 12, 30, ALIBABA),
          new KeyRule("STS.", ALNUM, 20, 40, ALIBABA),
          new KeyRule("JDC_", UPPER_ALNUM, 25, 40, JDCLOUD),
          new KeyRule("gsk_", ALNUM, 48, 56, GROQ),
          new KeyRule("xai-", ALNUM, 70, 90, XAI),
          new KeyRule("npm_", ALNUM, 36, 36, NPM),
          new KeyRule("pypi-AgE", URL64, 50, 1024, PYPI),
          new KeyRule("dop_v1_", LOWER_HEX, 64, 64, DIGITALOCEAN),
          new KeyRule("doo_v1_", LOWER_HEX, 64, 64, DIGITALOCEAN),
          new KeyRule("dor_v1_", LOWER_HEX, 64, 64, DIGITALOCEAN),
          new KeyRule("qyapi.weixin.qq.com/cgi-bin/webhook/send?key=", URL64, 36, 36, WEBHOOK),
          new KeyRule("oapi.dingtalk.com/robot/send?access_token=", ALNUM, 64, 64, WEBHOOK),
          new KeyRule("/open-apis/bot/v2/hook/", URL64, 16, 64, WEBHOOK));

  /** Of a webhook only what follows the address is secret. */
  int secretFrom() {
    return family == WEBHOOK ? prefix.length() : 0;
  }
}
