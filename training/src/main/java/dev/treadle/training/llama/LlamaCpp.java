package dev.treadle.training.llama;

import de.kherud.llama.InferenceParameters;
import de.kherud.llama.LlamaIterator;
import de.kherud.llama.LlamaModel;
import de.kherud.llama.ModelParameters;
import de.kherud.llama.args.CacheType;
import de.kherud.llama.args.Sampler;
import dev.treadle.training.TrainingError;
import dev.treadle.training.gguf.GgufFile;
import dev.treadle.training.tokens.StopTexts;
import dev.treadle.transcript.ExampleCodec;
import java.io.IOException;
import java.io.InputStream;
import java.lang.management.ManagementFactory;
import java.lang.management.OperatingSystemMXBean;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;

/**
 * A GGUF file that llama.cpp has loaded into this process. The library is loaded with the first
 * file. It answers one prompt at a time.
 *
 * <p>The binding has four habits that are kept from doing harm here, or must be known: its loader
 * deletes whatever begins with {@code llama} in the temporary folder, so it is given a folder of
 * its own; it writes to the console, so its log is off; it never frees a model, so that memory
 * comes back only when the process ends; and it leaves a thread of its own even when it is closed,
 * so that a process ends by {@code System.exit} only.
 */
public final class LlamaCpp implements AutoCloseable {
  /** The build of llama.cpp that the binding holds. */
  public static final String VERSION = "b4916";

  /** Known to Treadle, and younger than that build. */
  private static final Set<String> TOO_NEW = Set.of("qwen3", "qwen3moe");

  private final LlamaModel model;
  private final LlamaVocabulary vocabulary;
  private final LlamaSettings settings;
  private volatile boolean isClosing;
  private boolean isClosed;

  /** Hears an answer while it is made. */
  public interface Listener {
    /** Takes the next piece, of whole characters; whether more is wanted. */
    boolean piece(String text);
  }

  /** Loads the library when it is first used; what failed once is not tried again. */
  private static final class Loaded {
    static final Optional<String> FAILURE = load();
  }

  private LlamaCpp(LlamaModel model, LlamaVocabulary vocabulary, LlamaSettings settings) {
    this.model = model;
    this.vocabulary = vocabulary;
    this.settings = settings;
  }

  /**
   * Loads a file.
   *
   * @throws dev.treadle.transcript.TreadleException if it is no GGUF file, is of an architecture
   *     that llama.cpp does not know, needs more memory than is free, or there is no llama.cpp for
   *     this machine
   */
  public static LlamaCpp open(Path gguf, LlamaSettings settings) {
    LlamaVocabulary vocabulary;
    try (GgufFile file = GgufFile.open(gguf)) {
      if (TOO_NEW.contains(file.architecture())) {
        throw TrainingError.MODEL_UNSUPPORTED.because(
            "the llama.cpp within Treadle ("
                + VERSION
                + ") does not know the architecture '"
                + file.architecture()
                + "' of "
                + gguf
                + ": serve the model's folder itself, or the file with a newer llama.cpp");
      }
      LlamaMemory.require(file, settings);
      vocabulary = LlamaVocabulary.read(file);
    }
    if (Loaded.FAILURE.isPresent()) {
      throw TrainingError.ENGINE_ABSENT.because(Loaded.FAILURE.get());
    }
    try {
      return new LlamaCpp(new LlamaModel(parameters(gguf, settings)), vocabulary, settings);
    } catch (RuntimeException e) {
      throw TrainingError.MODEL_UNSUPPORTED.because(
          "llama.cpp (" + VERSION + ") cannot load " + gguf + " (" + e.getMessage() + ")", e);
    }
  }

  private static ModelParameters parameters(Path gguf, LlamaSettings settings) {
    ModelParameters parameters =
        new ModelParameters()
            .setModel(gguf.toAbsolutePath().toString())
            .setCtxSize(settings.context())
            .setThreads(settings.threads())
            .setThreadsBatch(settings.threads())
            .setParallel(1)
            .skipWarmup()
            .disableContextShift()
            .enableSpecial()
            .disableLog();
    return settings.isExact()
        ? parameters.setCacheTypeK(CacheType.F32).setCacheTypeV(CacheType.F32)
        : parameters;
  }

  /** The tokens of a text; those in it that are special are recognised, and none is added. */
  public synchronized int[] tokens(String text) {
    return text.isEmpty() ? new int[0] : open().encode(ExampleCodec.wellFormed(text));
  }

  /**
   * Continues a prompt. What the file puts in front of every text is put there once.
   *
   * @throws dev.treadle.transcript.TreadleException {@link TrainingError#PROMPT_TOO_LONG} if the
   *     context has no place for it and one token more
   */
  public synchronized LlamaAnswer generate(
      String prompt, GenerationLimits limits, Listener listener) {
    String text = vocabulary.withoutBeginning(ExampleCodec.wellFormed(prompt));
    int promptTokens = tokens(text).length + (vocabulary.beginning().isEmpty() ? 0 : 1);
    if (promptTokens == 0 || promptTokens >= settings.context()) {
      throw TrainingError.PROMPT_TOO_LONG.because(
          "the prompt has "
              + promptTokens
              + " tokens; 1 to "
              + (settings.context() - 1)
              + " fit into the context of "
              + settings.context());
    }
    return listen(parameters(text, promptTokens, limits), limits, promptTokens, listener);
  }

  /**
   * The likeliest, in the order in which everybody but llama.cpp does it. Nothing of the prompt
   * before is used again: an answer does not depend on what was asked earlier.
   */
  private InferenceParameters parameters(String text, int promptTokens, GenerationLimits limits) {
    return new InferenceParameters(text)
        .setNPredict(Math.min(limits.maxTokens(), settings.context() - promptTokens))
        .setTemperature((float) limits.temperature())
        .setTopP((float) limits.topP())
        .setSamplers(Sampler.TEMPERATURE, Sampler.TOP_P)
        .setSeed((int) (limits.seed() & Integer.MAX_VALUE))
        .setCachePrompt(false);
  }

  private LlamaAnswer listen(
      InferenceParameters parameters, GenerationLimits limits, int promptTokens, Listener to) {
    StopTexts stops = new StopTexts(limits.stops());
    StringBuilder whole = new StringBuilder();
    boolean isEnded = false;
    boolean isWanted = true;
    LlamaIterator answer = called(() -> open().generate(parameters).iterator());
    try {
      while (answer.hasNext() && isWanted && !stops.isFound() && !isClosing) {
        String piece = called(answer::next).text;
        String text = vocabulary.withoutControl(piece);
        // The token that ends an answer comes as its text, and then nothing comes.
        isEnded = text.length() < piece.length() || (isEnded && piece.isEmpty());
        isWanted = said(stops.add(text), whole, to);
      }
    } finally {
      if (answer.hasNext()) {
        answer.cancel();
      }
    }
    LlamaAnswer.End end =
        (!isWanted || isClosing) && !stops.isFound()
            ? LlamaAnswer.End.CANCELLED
            : isEnded || stops.isFound() ? LlamaAnswer.End.STOP : LlamaAnswer.End.LENGTH;
    said(end == LlamaAnswer.End.CANCELLED ? "" : stops.end(), whole, to);
    return new LlamaAnswer(whole.toString(), end, promptTokens, tokens(whole.toString()).length);
  }

  private static boolean said(String text, StringBuilder whole, Listener to) {
    whole.append(text);
    return text.isEmpty() || to.piece(text);
  }

  /** The binding's exception is not public: whatever comes out of it is one. */
  private static <T> T called(Supplier<T> binding) {
    try {
      return binding.get();
    } catch (RuntimeException e) {
      throw TrainingError.GENERATION_FAILED.because(
          "llama.cpp failed to answer: " + e.getMessage(), e);
    }
  }

  private LlamaModel open() {
    if (isClosed) {
      throw new IllegalStateException("it is closed");
    }
    return model;
  }

  private static Optional<String> load() {
    OperatingSystemMXBean system = ManagementFactory.getOperatingSystemMXBean();
    String folder =
        (system.getName().startsWith("Mac") ? "Mac" : system.getName())
            + "/"
            + (system.getArch().equals("amd64") ? "x86_64" : system.getArch());
    String name = System.mapLibraryName("jllama");
    String reason = "there is none for " + folder;
    try (InputStream in = LlamaModel.class.getResourceAsStream(folder + "/" + name)) {
      if (in != null) {
        load(in, name);
        return Optional.empty();
      }
    } catch (IOException | LinkageError e) {
      reason = String.valueOf(e.getMessage());
    }
    return Optional.of(
        String.format(
            Locale.ROOT,
            "llama.cpp cannot be loaded (%s): it is there for Linux and macOS on x86-64 and arm64,"
                + " and needs a temporary folder that programs may be loaded from"
                + " (-Djava.io.tmpdir=FOLDER)",
            reason));
  }

  /** The binding takes the library from this folder, and looks for others' remains there only. */
  private static void load(InputStream in, String name) throws IOException {
    Path folder = Files.createTempDirectory("treadle-llama");
    Path library = folder.resolve(name);
    try {
      Files.copy(in, library);
      System.getProperties().put("de.kherud.llama.lib.path", folder.toString());
      System.getProperties().put("de.kherud.llama.tmpdir", folder.toString());
      Class.forName(LlamaModel.class.getName());
    } catch (ClassNotFoundException e) {
      throw new NoClassDefFoundError(e.getMessage());
    } finally {
      Files.deleteIfExists(library);
      Files.delete(folder);
    }
  }

  /**
   * Ends what is being answered and returns when nothing computes any more. A process that ends
   * while llama.cpp computes crashes: whoever ends it closes this first.
   */
  @Override
  public void close() {
    isClosing = true;
    synchronized (this) {
      if (isClosed) {
        return;
      }
      isClosed = true;
      try {
        // What was cancelled may be at its last token: this waits behind it.
        called(() -> model.complete(new InferenceParameters("a").setNPredict(1)));
      } finally {
        model.close();
      }
    }
  }
}
