package dev.treadle.gateway.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.apache.hc.core5.http.ClassicHttpRequest;
import org.apache.hc.core5.http.ClassicHttpResponse;
import org.apache.hc.core5.http.Header;
import org.apache.hc.core5.http.HttpException;
import org.apache.hc.core5.http.HttpHost;
import org.apache.hc.core5.http.HttpMessage;
import org.apache.hc.core5.http.impl.io.DefaultHttpRequestWriterFactory;
import org.apache.hc.core5.http.impl.io.DefaultHttpResponseWriterFactory;
import org.apache.hc.core5.http.impl.io.SessionOutputBufferImpl;
import org.apache.hc.core5.http.io.HttpMessageWriter;
import org.apache.hc.core5.http.message.BasicClassicHttpRequest;
import org.apache.hc.core5.http.message.BasicClassicHttpResponse;
import org.apache.hc.core5.http.message.BasicHeader;
import org.junit.jupiter.api.Test;

class HeadWriterTest {
  private static final String SOME = "aZ09 -_:;,/\t\r\n\u000b\f\u0000\u007f\u0085\u00a0éÿĀ😀";

  private final Random random = new Random(9);

  /** The library's writer, which it replaces, is the measure: the same bytes for anything. */
  @Test
  void writesWhatTheLibraryWrites() throws Exception {
    HttpMessageWriter<ClassicHttpRequest> requests = HeadWriter.REQUESTS.create();
    HttpMessageWriter<ClassicHttpRequest> theirs = new DefaultHttpRequestWriterFactory().create();
    HttpMessageWriter<ClassicHttpResponse> responses = HeadWriter.RESPONSES.create();
    HttpMessageWriter<ClassicHttpResponse> theirResponses =
        new DefaultHttpResponseWriterFactory().create();
    Header[] fields = {};
    for (int i = 0; i < 3000; i++) {
      ClassicHttpRequest request =
          new BasicClassicHttpRequest(
              "POST", (HttpHost) null, "/v1/x?" + "q".repeat(random.nextInt(9)));
      fields = changed(fields);
      request.setHeaders(fields);
      ClassicHttpResponse response = new BasicClassicHttpResponse(200 + random.nextInt(2));
      response.setHeaders(fields);

      assertThat(written(requests, request)).isEqualTo(written(theirs, request));
      assertThat(written(responses, response)).isEqualTo(written(theirResponses, response));
    }
  }

  /** The fields of a connection's next message: mostly those of the one before. */
  private Header[] changed(Header[] before) {
    List<Header> fields = new ArrayList<>(List.of(before));
    for (int n = random.nextInt(4); n > 0; n--) {
      Header field =
          new BasicHeader("x-" + random.nextInt(100), random.nextInt(9) == 0 ? null : drawn());
      int at = random.nextInt(fields.size() + 1);
      if (at == fields.size() || random.nextInt(9) == 0) {
        fields.add(at, field);
      } else {
        fields.set(at, field);
      }
    }
    if (fields.size() > 40) {
      fields.subList(random.nextInt(30), 40).clear();
    }
    return fields.toArray(Header[]::new);
  }

  private String drawn() {
    StringBuilder value = new StringBuilder();
    for (int n = random.nextInt(random.nextInt(40) == 0 ? 20_000 : 30); n > 0; n--) {
      value.append(SOME.charAt(random.nextInt(SOME.length())));
    }
    return value.toString();
  }

  private static <M extends HttpMessage> String written(HttpMessageWriter<M> writer, M message)
      throws IOException, HttpException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    SessionOutputBufferImpl buffer = new SessionOutputBufferImpl(8192);
    writer.write(message, buffer, out);
    buffer.flush(out);
    return out.toString(StandardCharsets.ISO_8859_1);
  }
}
