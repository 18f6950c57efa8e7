package dev.treadle.training.settings;

/** The reference page of the settings, made of what the code says. */
final class SettingsPage {
  private static final String HEAD =
      """
      # Settings of fine-tuning

      The sections `lora` and `training` of a YAML file, with the names that PEFT, transformers and TRL use. This page is made of what the code says.
      What is left out has its default. An unknown key, a value that cannot be and a feature that is not there are refused before anything is loaded, by
      the key's name. Other sections of the file are passed over.

      Keys of those programs that ask for what happens here anyway (`task_type: CAUSAL_LM`, `optim: adamw_torch`, `fp16: false`) are accepted; with any other
      value they are refused.

      """;

  private SettingsPage() {}

  static String text() {
    StringBuilder page = new StringBuilder(HEAD);
    for (String section : SettingKey.SECTIONS) {
      page.append("## ").append(section).append("\n\n");
      page.append("| key | value | default | meaning | example |\n");
      page.append("| --- | --- | --- | --- | --- |\n");
      for (SettingKey it : SettingKey.of(section)) {
        page.append("| `").append(it.name()).append('`');
        it.synonyms().forEach(synonym -> page.append(", `").append(synonym).append('`'));
        page.append(" | ").append(it.type()).append(" | ").append(it.otherwise());
        page.append(" | ").append(it.meaning());
        page.append(" | `").append(it.example()).append("` |\n");
      }
      page.append('\n');
    }
    return page.deleteCharAt(page.length() - 1).toString();
  }
}
