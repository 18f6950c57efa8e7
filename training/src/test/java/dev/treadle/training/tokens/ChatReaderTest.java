package dev.treadle.training.tokens;

import static org.assertj.core.api.Assertions.assertThat;

import dev.treadle.testkit.Project;
import dev.treadle.transcript.Conversation;
import dev.treadle.transcript.Example;
import dev.treadle.transcript.ExampleCodec;
import dev.treadle.transcript.Header;
import dev.treadle.transcript.Json;
import dev.treadle.transcript.Message;
import dev.treadle.transcript.Source;
import java.io.IOException;
import java.nio.file.Files;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;

class ChatReaderTest {
  private static JsonNode json(String text) {
    return Json.read(text.replace('\'', '"'));
  }

  private static String said(String line) {
    return switch (new ChatReader().read(json(line))) {
      case Skipped it -> it.reason().code();
      case Chat it -> {
        StringBuilder said = new StringBuilder();
        it.turns()
            .forEach(
                turn ->
                    said.append(turn.isTarget() ? "*" : "")
                        .append(turn.message().toString().replace('"', '\''))
                        .append('\n'));
        yield said + (it.tools().isNull() ? "" : it.tools().toString().replace('"', '\''));
      }
    };
  }

  @Test
  void readsMessages() {
    assertThat(
            said(
                "{'messages':[{'role':'developer','content':[{'type':'text','text':'a'},{'type':'text','text':'b'}]},"
                    + "{'role':'user','content':'q'},{'role':'assistant','content':null,'reasoning_content':'r',"
                    + "'tool_calls':[{'id':'c1','type':'function','function':{'name':'f','arguments':'{}'}}]},"
                    + "{'role':'tool','tool_call_id':'c1','content':'x'},"
                    + "{'role':'assistant','content':'no','weight':0},{'role':'assistant','content':'no','train':false},"
                    + "{'role':'assistant','content':' '},{'role':'assistant','content':'yes'}],"
                    + "'tools':[{'name':'f'}]}"))
        .isEqualTo(
            """
            {'role':'system','content':'a\\nb'}
            {'role':'user','content':'q'}
            *{'role':'assistant','content':'','reasoning_content':'r','tool_calls':[{'id':'c1','type':'function','function':{'name':'f','arguments':{}}}]}
            {'role':'tool','content':'x','tool_call_id':'c1'}
            {'role':'assistant','content':'no'}
            {'role':'assistant','content':'no'}
            {'role':'assistant','content':' '}
            *{'role':'assistant','content':'yes'}
            [{'type':'function','function':{'name':'f'}}]""");
  }

  @Test
  void readsShareGpt() {
    assertThat(
            said(
                "{'system':'s','tools':'[]','conversations':[{'from':'human','value':'q'},"
                    + "{'from':'function_call','value':'<think>\\nhm\\n</think>\\n\\n[{\\u0022name\\u0022:\\u0022f\\u0022,\\u0022arguments\\u0022:{\\u0022a\\u0022:1}}]'},"
                    + "{'from':'observation','value':'o'},{'from':'gpt','value':'a'}]}"))
        .isEqualTo(
            """
            {'role':'system','content':'s'}
            {'role':'user','content':'q'}
            *{'role':'assistant','content':'','reasoning_content':'hm','tool_calls':[{'type':'function','function':{'name':'f','arguments':{'a':1}}}]}
            {'role':'tool','content':'o'}
            *{'role':'assistant','content':'a'}
            """);
  }

  @Test
  void readsAlpaca() {
    assertThat(
            said(
                "{'instruction':'add','input':'1 1','output':'2','history':[['a','b']],'system':''}"))
        .isEqualTo(
            """
            {'role':'user','content':'a'}
            *{'role':'assistant','content':'b'}
            {'role':'user','content':'add\\n1 1'}
            *{'role':'assistant','content':'2'}
            """);
  }

  @Test
  void learnsOnlyTheCompletionOfAPrompt() {
    assertThat(
            said(
                "{'prompt':[{'role':'user','content':'a'},{'role':'assistant','content':'b'},{'role':'user','content':'c'}],"
                    + "'completion':[{'role':'assistant','content':'d'}]}"))
        .isEqualTo(
            """
            {'role':'user','content':'a'}
            {'role':'assistant','content':'b'}
            {'role':'user','content':'c'}
            *{'role':'assistant','content':'d'}
            """);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      value = {
        "{}|not_a_chat",
        "{'messages':[{'role':'robot','content':''}]}|not_a_chat",
        "{'messages':[{'role':'user','content':7}]}|not_a_chat",
        "{'messages':[]}|nothing_to_train",
        "{'messages':[{'role':'user','content':'a'}]}|nothing_to_train",
        "{'messages':[{'role':'user','content':[{'type':'image_url'}]}]}|not_text",
        "{'messages':[{'role':'user','content':[{'type':'blob','sha256':'00','media_type':'text/plain'}]}]}|blob_missing",
        "{'messages':[{'role':'assistant','tool_calls':[{'function':{'name':'f','arguments':'[1]'}}]}]}|broken_tool_arguments",
        "{'messages':[{'role':'assistant','tool_calls':[{'function':{'name':'f','arguments':'{'}}]}]}|broken_tool_arguments",
        "{'kind':'comparison','messages':[]}|comparison",
        "{'outcome':{'verdict':'failed','trainable':false},'messages':[]}|not_trainable",
        "{'conversations':[{'from':'robot','value':''}]}|not_a_chat",
        "{'conversations':[{'from':'function_call','value':'f()'}]}|broken_tool_arguments",
        "{'messages':[{'role':'assistant','content':'a'}],'tools':'{'}|not_a_chat",
      })
  void saysWhyALineIsLeftOut(String line, String reason) {
    assertThat(said(line)).isEqualTo(reason);
  }

  @Test
  void putsBlobsBack() {
    ChatReader reader =
        new ChatReader(sha256 -> sha256.equals("aa") ? Optional.of("long") : Optional.empty());
    ChatReading chat =
        reader.read(
            json(
                "{'messages':[{'role':'user','content':[{'type':'blob','sha256':'aa','media_type':'text/plain'}]},"
                    + "{'role':'assistant','content':'x'}]}"));
    assertThat(((Chat) chat).turns().getFirst().message().path("content").asString())
        .isEqualTo("long");
  }

  @Test
  void readsExamplesAsTheirLines() throws IOException {
    Example example =
        new Conversation(
            Header.of(
                new Source("s", "k", "g", Optional.empty(), Optional.empty(), Optional.empty())),
            List.of(Message.user("q"), Message.Assistant.of("a")),
            List.of());
    assertThat(new ChatReader().read(example))
        .isEqualTo(new ChatReader().read(Json.read(ExampleCodec.encode(example))));
    Chat session =
        (Chat)
            new ChatReader()
                .read(
                    Json.read(
                        Files.readAllBytes(
                            Project.root().resolve("docs/records/claude-code-session.json"))));
    assertThat(session.turns()).anyMatch(Chat.Turn::isTarget);
    assertThat(session.turns()).anyMatch(it -> it.message().has("tool_calls"));
  }
}
