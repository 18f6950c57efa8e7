package dev.treadle.store.redaction;

import java.util.Locale;

/**
 * The kind of secret or personal data that a finding is; its label is part of placeholders and
 * stays as it is.
 */
public enum Family {
  OPENAI,
  ANTHROPIC,
  AWS,
  GOOGLE,
  GITHUB,
  GITLAB,
  SLACK,
  STRIPE,
  HUGGINGFACE,
  DEEPSEEK,
  DASHSCOPE,
  MOONSHOT,
  SILICONFLOW,
  TENCENT,
  VOLCENGINE,
  KINGSOFT,
  BAIDU,
  HUAWEI,
  OPENROUTER,
  ALIBABA,
  JDCLOUD,
  ZHIPU,
  GROQ,
  XAI,
  NPM,
  PYPI,
  SENDGRID,
  TWILIO,
  DIGITALOCEAN,
  TELEGRAM,
  WEBHOOK,
  PRIVATE_KEY,
  JWT,
  CONNECTION_STRING,
  PASSWORD,
  EMAIL("PII"),
  PHONE("PII"),
  CARD("PII"),
  IP("PII"),
  CN_ID("PII"),
  CN_MOBILE("PII"),
  CN_CREDIT_CODE("PII"),
  CN_PLATE("PII");

  private final String label = name().toLowerCase(Locale.ROOT);
  private final String opening;

  Family() {
    this("SECRET");
  }

  Family(String kind) {
    this.opening = "<" + kind + ":" + label + ":";
  }

  /** The stable lower-case name, such as {@code github} or {@code cn_id}. */
  public String label() {
    return label;
  }

  /** Whether it is about a person rather than a credential. */
  boolean isPersonal() {
    return opening.startsWith("<PII");
  }

  /** What a placeholder of this family starts with, such as {@code <SECRET:github:}. */
  String opening() {
    return opening;
  }

  /** Its place in tables with one entry a family. */
  @SuppressWarnings("EnumOrdinal") // Of one run only: it is never kept.
  int index() {
    return ordinal();
  }

  long bit() {
    return 1L << index();
  }
}
