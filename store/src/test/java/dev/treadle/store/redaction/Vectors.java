package dev.treadle.store.redaction;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/** Generates vectors: values and near misses of every family in the places where logs hold them. */
final class Vectors {
  private static final List<String> PLACES =
      List.of(
          "§",
          "I used § yesterday.",
          "Use §, then restart.",
          "(see §)",
          "我用的是§，谢谢。",
          "值是「§」。",
          "内容：§；完",
          "（§）",
          "列表、§、其他",
          "\"§\"",
          "'§'",
          "`§`",
          "{\"value\": \"§\"}",
          "{\\\"value\\\":\\\"§\\\"}",
          "{\\\\\\\"value\\\\\\\":\\\\\\\"§\\\\\\\"}",
          "\\u0022§\\u0022",
          "value: §",
          "value: §\nother: 1",
          "VALUE=§",
          "export VALUE=§",
          "https://host.example/path?value=§&x=1",
          "X-Value: §\r\nAccept: */*",
          "```\n§\n```",
          "| § | ok |",
          "2026-11-20 10:27:52 INFO value=§ done",
          "id,§,name",
          "var value = \"§\";",
          "line\\n§\\nnext",
          "a\t§\tb",
          "<v>§</v>",
          "[§]",
          "value=§;");

  private static final Map<Family, List<String>> NAMED = new EnumMap<>(Family.class);

  static {
    NAMED.put(
        Family.PASSWORD,
        List.of(
            "password=§",
            "PASSWORD=§",
            "export DB_PASSWORD=§",
            "password: §",
            "\"password\": \"§\"",
            "{\\\"password\\\":\\\"§\\\"}",
            "{\\\\\\\"password\\\\\\\":\\\\\\\"§\\\\\\\"}",
            "passwd = '§'",
            "api_key: \"§\"",
            "const clientSecret = \"§\";",
            "密码：§，请修改",
            "密码是§。",
            "口令: §",
            "密钥为§；",
            "curl --password § -v",
            "https://h.example/?password=§&a=1",
            "<password>§</password>",
            "\\u0022password\\u0022:\\u0022§\\u0022",
            "my $password = '§';",
            "**Password**: §",
            "password=\"§\"",
            "setPassword(\"§\")",
            "pwd=§\\nuser=x",
            "2026-11-20 INFO login password=§ ok",
            "(password: §)"));
    NAMED.put(
        Family.CONNECTION_STRING,
        List.of(
            "postgres://app:§@db.internal:5432/app",
            "DATABASE_URL=mysql://root:§@10.0.0.3/x",
            "redis://:§@cache:6379/0",
            "\"mongodb+srv://u:§@c.mongodb.net\"",
            "连接 amqp://guest:§@mq，谢谢",
            "https://bob:§@host.example/x",
            "Server=db;User Id=sa;Password=§;Encrypt=true",
            "Data Source=x;Password=§;Pooling=1",
            "{\\\"url\\\":\\\"postgres://u:§@h/d\\\"}",
            "u:§@tcp(127.0.0.1:3306)/db"));
    NAMED.put(
        Family.DEEPSEEK,
        List.of(
            "DEEPSEEK_API_KEY=§",
            "deepseek: §",
            "https://api.deepseek.com -H \"Authorization: Bearer §\"",
            "OpenAI(api_key=\"§\", base_url=\"https://api.deepseek.com\")",
            "DeepSeek 的密钥是§，"));
    NAMED.put(
        Family.DASHSCOPE,
        List.of(
            "DASHSCOPE_API_KEY=§",
            "dashscope.api_key = \"§\"",
            "OpenAI(api_key=\"§\", base_url=\"https://dashscope.aliyuncs.com/compatible-mode/v1\")",
            "阿里百炼的 key：§。",
            "DEEPSEEK_MODEL=x\nDASHSCOPE_API_KEY=§\nDEEPSEEK_URL=y"));
    NAMED.put(
        Family.MOONSHOT,
        List.of(
            "MOONSHOT_API_KEY=§",
            "client = OpenAI(api_key=\"§\", base_url=\"https://api.moonshot.cn/v1\")"));
    NAMED.put(Family.SILICONFLOW, List.of("SILICONFLOW_API_KEY=§", "硅基流动 key: §"));
    NAMED.put(
        Family.TENCENT,
        List.of(
            "TENCENTCLOUD_SECRET_KEY=§",
            "腾讯云密钥：§，",
            "{\"secretId\":\"x\",\"secretKey\":\"§\",\"host\":\"cos.myqcloud.com\"}",
            "tencent: {secret_key: '§'}"));
    NAMED.put(
        Family.HUAWEI,
        List.of(
            "HUAWEICLOUD_SDK_AK=§",
            "huawei_secret_key = \"§\"",
            "华为云 SK：§；",
            "HW_ACCESS_KEY=§",
            "{\"ak\":\"§\",\"endpoint\":\"obs.cn-north-4.myhuaweicloud.com\"}"));
    NAMED.put(
        Family.ALIBABA,
        List.of(
            "ALIBABA_CLOUD_ACCESS_KEY_SECRET=§",
            "accessKeySecret: \"§\"",
            "阿里云 AccessKey：§，",
            "aliyun.secret=§"));
    NAMED.put(
        Family.WEBHOOK,
        List.of(
            "https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=§",
            "机器人 https://open.feishu.cn/open-apis/bot/v2/hook/§，"));
    NAMED.put(
        Family.ZHIPU,
        List.of(
            "ZHIPU_API_KEY=§",
            "智谱 key：§。",
            "curl https://open.bigmodel.cn/ -H \"Authorization: Bearer §\""));
  }

  private final Draw draw;
  private final ValidCredentials credentials;
  private final ValidPersonal personal;
  private final NearMisses nearMisses;

  Vectors(long seed) {
    draw = new Draw(seed);
    credentials = new ValidCredentials(draw);
    personal = new ValidPersonal(draw);
    nearMisses = new NearMisses(draw);
  }

  /** {@code count} valid vectors and as many near misses of {@code family}. */
  List<Vector> of(Family family, int count) {
    List<Vector> vectors = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      vectors.add(valid(family));
      String template = draw.pick(places(family));
      String value = nearMisses.value(family);
      vectors.add(Vector.in(template, family, false, value));
    }
    return vectors;
  }

  private Vector valid(Family family) {
    String value = family.isPersonal() ? personal.value(family) : credentials.value(family);
    return Vector.in(draw.pick(places(family)), family, true, value);
  }

  private List<String> places(Family family) {
    return NAMED.getOrDefault(family, PLACES);
  }
}
