package dev.treadle.training.tensor;

import dev.treadle.training.TrainingError;
import org.bytedeco.javacpp.Loader;
import org.bytedeco.pytorch.global.torch;

/** The library that computes: it is loaded by the first use, which unpacks it once per machine. */
public final class Libtorch {
  /** Is there in a build of the profile {@code gpu}. */
  private static final String GPU_LIBRARY =
      "/org/bytedeco/pytorch/linux-x86_64-gpu/libtorch_cuda.so";

  private Libtorch() {}

  /**
   * Loads the library.
   *
   * @throws dev.treadle.transcript.TreadleException {@link TrainingError#ENGINE_ABSENT} where there
   *     is none for this machine
   */
  public static void load() {
    // JavaCPP would count the whole process's memory and refuse over a multiple of Java's heap.
    System.getProperties().putIfAbsent("org.bytedeco.javacpp.maxBytes", "0");
    System.getProperties().putIfAbsent("org.bytedeco.javacpp.maxPhysicalBytes", "0");
    if (Libtorch.class.getResource(GPU_LIBRARY) != null) {
      System.getProperties().putIfAbsent("org.bytedeco.javacpp.platform.extension", "-gpu");
    }
    try {
      Loader.load(torch.class);
      torch.set_num_threads(1);
    } catch (UnsatisfiedLinkError | NoClassDefFoundError e) {
      throw TrainingError.ENGINE_ABSENT.because(
          "libtorch cannot be loaded on this machine ("
              + e.getMessage()
              + "): it is there for Linux on x86-64 and macOS on arm64, with glibc 2.34 or newer",
          e);
    }
  }
}
