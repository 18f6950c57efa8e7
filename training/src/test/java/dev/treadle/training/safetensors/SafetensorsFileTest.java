package dev.treadle.training.safetensors;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.treadle.training.GoldenModels;
import dev.treadle.training.TrainingError;
import dev.treadle.transcript.TreadleException;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SafetensorsFileTest {
  @TempDir Path folder;

  @Test
  void readsWhatTheReferenceWroteAndWritesItByteForByte() throws IOException {
    for (String name : GoldenModels.NAMES) {
      Path golden = GoldenModels.folder(name).resolve("adapter/adapter_model.safetensors");
      Path again = folder.resolve(name + ".safetensors");
      try (SafetensorsFile file = SafetensorsFile.open(golden)) {
        List<TensorShape> shapes = new ArrayList<>();
        file.header().tensors().values().forEach(it -> shapes.add(it.tensor()));
        try (SafetensorsWriter writer =
            SafetensorsWriter.create(again, shapes, file.header().metadata())) {
          for (SafetensorsHeader.Entry it : file.header().tensors().values()) {
            int bytes = (int) it.tensor().bytes();
            writer.write(
                it.tensor().name(), 0, file.readOnce(it, 0, bytes, SafetensorsFile.room(bytes)));
          }
        }
      }
      assertThat(again).hasSameBinaryContentAs(golden);
    }
  }

  @Test
  void mapsATensorThatIsNotAligned() throws IOException {
    Path file = write("{\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8]}}   ", 8);
    try (SafetensorsFile it = SafetensorsFile.open(file);
        Arena arena = Arena.ofConfined()) {
      SafetensorsHeader.Entry entry = it.header().tensors().values().iterator().next();
      MemorySegment mapped = it.map(entry, arena);
      ByteBuffer read = ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN);
      it.read(entry, 0, read);
      assertThat(mapped.get(ValueLayout.JAVA_FLOAT_UNALIGNED, 4)).isEqualTo(read.getFloat(4));
      assertThat(mapped.isReadOnly()).isTrue();
    }
  }

  @Test
  void takesTensorsInAnyOrderOfTheHeaderAndOfNoSize() throws IOException {
    Path file =
        write(
            "{\"b\":{\"dtype\":\"U8\",\"shape\":[3],\"data_offsets\":[2,5]},"
                + "\"none\":{\"dtype\":\"F16\",\"shape\":[0,4],\"data_offsets\":[2,2]},"
                + "\"__metadata__\":{\"format\":\"pt\"},"
                + "\"one\":{\"dtype\":\"BF16\",\"shape\":[],\"data_offsets\":[0,2]}}",
            5);
    try (SafetensorsFile it = SafetensorsFile.open(file)) {
      assertThat(it.header().tensors().keySet()).containsExactly("one", "none", "b");
      assertThat(it.header().metadata()).isEqualTo(Map.of("format", "pt"));
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      ignoreLeadingAndTrailingWhitespace = false,
      value = {
        "{\"a\":{\"dtype\":\"U8\",\"shape\":[9],\"data_offsets\":[0,9]}}|truncated",
        "{\"a\":{\"dtype\":\"U8\",\"shape\":[4],\"data_offsets\":[0,4]}}|4 bytes at its end belong to nothing",
        "{\"a\":{\"dtype\":\"U8\",\"shape\":[6],\"data_offsets\":[0,6]},\"b\":{\"dtype\":\"U8\",\"shape\":[4],\"data_offsets\":[4,8]}}|'b' overlaps",
        "{\"a\":{\"dtype\":\"U8\",\"shape\":[2],\"data_offsets\":[0,2]},\"b\":{\"dtype\":\"U8\",\"shape\":[4],\"data_offsets\":[4,8]}}|2 bytes before 'b'",
        "{\"a\":{\"dtype\":\"F32\",\"shape\":[3],\"data_offsets\":[0,8]}}|8 bytes by its offsets and 12 by its shape",
        "{\"a\":{\"dtype\":\"F32\",\"shape\":[4611686018427387904,4],\"data_offsets\":[0,8]}}|overflows",
        "{\"a\":{\"dtype\":\"F32\",\"shape\":[-2],\"data_offsets\":[0,8]}}|negative",
        "{\"a\":{\"dtype\":\"F32\",\"shape\":[2.5],\"data_offsets\":[0,8]}}|whole numbers",
        "{\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0]}}|lacks dtype",
        "{\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8]},\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8]}}|a",
        "{\"a\":{\"dtype\":\"F32\",\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8]}}|dtype",
        "{\"a\":{\"dtype\":\"Q9\",\"shape\":[2],\"data_offsets\":[0,8]}}|unknown dtype 'Q9'",
        "{\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8],\"x\":1}}|unknown 'x'",
        "{\"__metadata__\":{\"n\":1},\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8]}}|no text",
        "{\"a\":3}|no object",
        " {\"a\":3}|begin with",
        "{\"a\":{\"dtype\":|not JSON",
      })
  void refusesADamagedHeaderInOneLine(String header, String why) throws IOException {
    Path file = write(header, 8);

    assertThatThrownBy(() -> SafetensorsFile.open(file))
        .isInstanceOf(TreadleException.class)
        .hasMessageContaining(file.toString())
        .hasMessageContaining(why)
        .hasMessageNotContaining("\n");
  }

  @Test
  void refusesWhatIsShorterThanItsHeader() throws IOException {
    Path file = folder.resolve("short.safetensors");
    for (byte[] it : List.of(new byte[3], length(100), length(-1), length(1L << 40), new byte[0])) {
      Files.write(file, it);
      assertThatThrownBy(() -> SafetensorsFile.open(file))
          .isInstanceOfSatisfying(
              TreadleException.class,
              e -> assertThat(e.code()).isEqualTo(TrainingError.SHARD_DAMAGED));
    }
    Files.delete(file);
    assertThatThrownBy(() -> SafetensorsFile.open(file)).hasMessageContaining("there is no ");
  }

  @Test
  void refusesAHeaderThatIsNotUtf8() throws IOException {
    byte[] header = "{\"é\":{}}".getBytes(StandardCharsets.ISO_8859_1);
    Path file = folder.resolve("latin.safetensors");
    Files.write(file, joined(length(header.length), header));

    assertThatThrownBy(() -> SafetensorsFile.open(file)).hasMessageContaining("not UTF-8");
  }

  @Property(tries = 300)
  void anyHeaderIsReadOrRefused(@ForAll byte[] noise) {
    byte[] header = joined("{\"a\":{\"dtype\":\"U8\"".getBytes(StandardCharsets.UTF_8), noise);
    try {
      SafetensorsHeader.parse(header, 8, "here");
    } catch (TreadleException e) {
      assertThat(e.code()).isInstanceOf(TrainingError.class);
    }
  }

  private Path write(String header, int dataBytes) throws IOException {
    byte[] json = header.getBytes(StandardCharsets.UTF_8);
    byte[] bytes = new byte[dataBytes];
    for (int i = 0; i < dataBytes; i++) {
      bytes[i] = (byte) i;
    }
    Path file = folder.resolve("it.safetensors");
    Files.write(file, joined(joined(length(json.length), json), bytes));
    return file;
  }

  private static byte[] length(long length) {
    return ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN).putLong(length).array();
  }

  private static byte[] joined(byte[] first, byte[] second) {
    return ByteBuffer.allocate(first.length + second.length).put(first).put(second).array();
  }
}
