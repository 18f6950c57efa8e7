package dev.treadle.training.torchrun;

import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** What training processes are told of the environment: paths, locale and their libraries' own. */
final class ChildEnvironment {
  private static final Set<String> TAKEN =
      Set.of(
          "PATH",
          "HOME",
          "USER",
          "LOGNAME",
          "LANG",
          "LANGUAGE",
          "TZ",
          "TMPDIR",
          "SHELL",
          "LD_LIBRARY_PATH",
          "LD_PRELOAD",
          "VIRTUAL_ENV",
          "CONDA_PREFIX",
          "CONDA_DEFAULT_ENV",
          "HF_HOME",
          "HF_MODULES_CACHE",
          "CC",
          "CXX",
          "MAX_JOBS");

  /** Settings of what computes and what connects; keys to anything begin otherwise. */
  private static final List<String> PREFIXES =
      List.of(
          "LC_",
          "CUDA",
          "NVIDIA_",
          "NCCL_",
          "RCCL_",
          "GLOO_",
          "TORCH",
          "PYTORCH_",
          "PYTHON",
          "OMP_",
          "MKL_",
          "KMP_",
          "OPENBLAS_",
          "DS_",
          "DEEPSPEED_",
          "ROCM_",
          "ROCR_",
          "HIP_",
          "HSA_",
          "UCX_",
          "FI_",
          "IBV_",
          "TRITON_",
          "XDG_",
          "ACCELERATE_",
          "FLASH_ATTENTION_");

  private ChildEnvironment() {}

  /** Of an environment, what is needed. Nothing is looked for in the network. */
  static Map<String, String> of(Map<String, String> environment, int threads) {
    Map<String, String> taken = new TreeMap<>();
    environment.forEach(
        (name, value) -> {
          if (TAKEN.contains(name) || PREFIXES.stream().anyMatch(name::startsWith)) {
            taken.put(name, value);
          }
        });
    taken.put("HF_HUB_OFFLINE", "1");
    taken.put("TRANSFORMERS_OFFLINE", "1");
    taken.put("HF_HUB_DISABLE_TELEMETRY", "1");
    taken.put("TOKENIZERS_PARALLELISM", "false");
    taken.put("PYTHONUNBUFFERED", "1");
    taken.put("OMP_NUM_THREADS", Integer.toString(threads));
    return taken;
  }
}
