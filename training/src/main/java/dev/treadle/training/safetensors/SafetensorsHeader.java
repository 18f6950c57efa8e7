package dev.treadle.training.safetensors;

import dev.treadle.training.TrainingError;
import dev.treadle.transcript.Json;
import dev.treadle.transcript.TreadleException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * What stands at the beginning of a safetensors file: which tensors lie where. Reading is strict:
 * the tensors cover the rest of the file without a hole and without an overlap.
 *
 * @param tensors in the order in which they lie in the file
 * @param dataStart where the first tensor begins in the file
 */
public record SafetensorsHeader(
    Map<String, Entry> tensors, Map<String, String> metadata, long dataStart) {
  /** The longest header that the format allows. */
  static final int MAX_BYTES = 100_000_000;

  /**
   * One tensor's place.
   *
   * @param begin counted from where the data starts
   */
  public record Entry(TensorShape tensor, long begin) {
    public long end() {
      return begin + tensor.bytes();
    }
  }

  public SafetensorsHeader {
    tensors = Collections.unmodifiableMap(new LinkedHashMap<>(tensors));
    metadata = Collections.unmodifiableMap(new LinkedHashMap<>(metadata));
  }

  /**
   * Reads one.
   *
   * @param json the header without its length
   * @param dataBytes how much of the file follows it
   * @param where the file's name, for messages
   * @throws TreadleException {@link TrainingError#SHARD_DAMAGED} or {@link
   *     TrainingError#DTYPE_UNSUPPORTED}
   */
  static SafetensorsHeader parse(byte[] json, long dataBytes, String where) {
    return new Reading(where, dataBytes).read(json);
  }

  /**
   * The header as bytes, with its length before it and blanks behind it.
   *
   * @param unit what the length of all this is a multiple of
   */
  static byte[] write(List<Entry> tensors, Map<String, String> metadata, int unit) {
    ObjectNode json = Json.object();
    if (!metadata.isEmpty()) {
      ObjectNode object = json.putObject("__metadata__");
      metadata.forEach(object::put);
    }
    for (Entry it : tensors) {
      ObjectNode entry = json.putObject(it.tensor().name());
      entry.put("dtype", it.tensor().dtype().name());
      ArrayNode shape = entry.putArray("shape");
      it.tensor().shape().forEach(shape::add);
      entry.putArray("data_offsets").add(it.begin()).add(it.end());
    }
    byte[] text = Json.write(json);
    int padded = Math.ceilDiv(8 + text.length, unit) * unit - 8;
    ByteBuffer bytes =
        ByteBuffer.allocate(8 + padded).order(ByteOrder.LITTLE_ENDIAN).putLong(padded).put(text);
    while (bytes.hasRemaining()) {
      bytes.put((byte) ' ');
    }
    return bytes.array();
  }

  /** Reads the JSON token by token, so that a key that is there twice is seen. */
  private static final class Reading {
    private final String where;
    private final long dataBytes;
    private final List<Entry> entries = new ArrayList<>();
    private final Map<String, Boolean> names = new LinkedHashMap<>();
    private final Map<String, String> metadata = new LinkedHashMap<>();

    Reading(String where, long dataBytes) {
      this.where = where;
      this.dataBytes = dataBytes;
    }

    SafetensorsHeader read(byte[] json) {
      if (json.length == 0 || json[0] != '{') {
        throw damaged("its header does not begin with '{'");
      }
      try {
        StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(json));
      } catch (CharacterCodingException e) {
        throw TrainingError.SHARD_DAMAGED.because(
            where + " is no safetensors file: its header is not UTF-8", e);
      }
      try (JsonParser parser =
          Json.mapper()
              .reader()
              .with(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
              .createParser(json)) {
        parser.nextToken();
        while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
          member(parser);
        }
        if (parser.nextToken() != null) {
          throw damaged("something follows its header's object");
        }
      } catch (JacksonException e) {
        throw TrainingError.SHARD_DAMAGED.because(
            where + " is no safetensors file: its header is not JSON: " + e.getOriginalMessage(),
            e);
      }
      return new SafetensorsHeader(placed(), metadata, 8L + json.length);
    }

    private void member(JsonParser parser) {
      String name = parser.currentName();
      if (names.putIfAbsent(name, true) != null) {
        throw damaged("'" + name + "' is there twice");
      }
      if (parser.nextToken() != JsonToken.START_OBJECT) {
        throw damaged("'" + name + "' is no object");
      }
      if (name.equals("__metadata__")) {
        metadata(parser);
      } else {
        entries.add(entry(parser, name));
      }
    }

    private void metadata(JsonParser parser) {
      while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
        String key = parser.currentName();
        if (parser.nextToken() != JsonToken.VALUE_STRING) {
          throw damaged("its metadata '" + key + "' is no text");
        }
        metadata.put(key, parser.getString());
      }
    }

    private Entry entry(JsonParser parser, String name) {
      @Nullable String dtype = null;
      @Nullable List<Long> shape = null;
      List<Long> offsets = List.of();
      while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
        String key = parser.currentName();
        parser.nextToken();
        switch (key) {
          case "dtype" -> dtype = parser.getString();
          case "shape" -> shape = numbers(parser, name);
          case "data_offsets" -> offsets = numbers(parser, name);
          default -> throw damaged("'" + name + "' has an unknown '" + key + "'");
        }
      }
      if (dtype == null || shape == null || offsets.size() != 2) {
        throw damaged("'" + name + "' lacks dtype, shape or two data_offsets");
      }
      return entry(name, dtype, shape, offsets.get(0), offsets.get(1));
    }

    private Entry entry(String name, String dtype, List<Long> shape, long begin, long end) {
      Dtype known = Dtype.of(dtype).orElse(null);
      if (known == null) {
        throw TrainingError.DTYPE_UNSUPPORTED.because(
            "the tensor " + name + " of " + where + " has the unknown dtype '" + dtype + "'");
      }
      TensorShape tensor;
      try {
        tensor = new TensorShape(name, known, shape);
      } catch (ArithmeticException e) {
        throw damaged("the shape " + shape + " of " + name + " overflows");
      }
      if (end - begin != tensor.bytes()) {
        throw damaged(
            name
                + " has "
                + (end - begin)
                + " bytes by its offsets and "
                + tensor.bytes()
                + " by its shape "
                + shape);
      }
      return new Entry(tensor, begin);
    }

    private List<Long> numbers(JsonParser parser, String name) {
      if (parser.currentToken() != JsonToken.START_ARRAY) {
        throw damaged("a shape or offset of '" + name + "' is no list");
      }
      List<Long> numbers = new ArrayList<>();
      while (parser.nextToken() != JsonToken.END_ARRAY) {
        if (parser.currentToken() != JsonToken.VALUE_NUMBER_INT || numbers.size() >= 64) {
          throw damaged("a shape or offset of '" + name + "' is no short list of whole numbers");
        }
        long number = parser.getLongValue();
        if (number < 0) {
          throw damaged("'" + name + "' has the negative number " + number);
        }
        numbers.add(number);
      }
      return numbers;
    }

    /** In order of place, checked to cover everything once. */
    private Map<String, Entry> placed() {
      entries.sort(Comparator.comparingLong(Entry::begin).thenComparingLong(Entry::end));
      Map<String, Entry> placed = new LinkedHashMap<>();
      long end = 0;
      for (Entry it : entries) {
        if (it.begin() < end) {
          throw damaged("'" + it.tensor().name() + "' overlaps the tensor before it");
        }
        if (it.begin() > end) {
          throw damaged(
              (it.begin() - end) + " bytes before '" + it.tensor().name() + "' belong to nothing");
        }
        end = it.end();
        placed.put(it.tensor().name(), it);
      }
      if (end > dataBytes) {
        throw damaged(
            "it is truncated: its tensors need "
                + end
                + " bytes, and "
                + dataBytes
                + " are there; fetch it again");
      }
      if (end < dataBytes) {
        throw damaged((dataBytes - end) + " bytes at its end belong to nothing");
      }
      return placed;
    }

    private TreadleException damaged(String why) {
      return TrainingError.SHARD_DAMAGED.because(
          where + " is damaged or no safetensors file: " + why);
    }
  }
}
