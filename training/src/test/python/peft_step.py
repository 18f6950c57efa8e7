"""How fast PEFT trains: steps of LoRA in eager mode, asked for one round at a time so that another program can alternate.

    python peft_step.py make FOLDER --shape small     a random model (base), an adapter with B = 0, and batches.json
    python peft_step.py run FOLDER --steps 3          waits for a line on stdin, makes so many steps, prints a line of JSON

A line says the tokens per second of the round's median step, the peak memory of the process so far (VmHWM) and the last loss;
the first round warms up. Ends when stdin ends. For bench/train-speed.sh.

It does what a careful user of PEFT does: nothing of the base asks for a gradient, no cache, no padding and so no mask (torch
then takes its causal kernel), transformers' own attention (sdpa) and loss, the fused AdamW that its Trainer takes, gradients
dropped and not zeroed. No torch.compile.
"""

import argparse
import json
import os
import statistics
import sys
import time
from pathlib import Path

SHAPES = {
    "small": dict(
        hidden_size=512, num_hidden_layers=8, num_attention_heads=8, num_key_value_heads=4, head_dim=64,
        intermediate_size=1536, vocab_size=8192),
    "large": dict(
        hidden_size=1024, num_hidden_layers=12, num_attention_heads=16, num_key_value_heads=8, head_dim=64,
        intermediate_size=3072, vocab_size=32000),
}
BATCHES = 4


def make(folder, arguments):
    import torch
    from peft import LoraConfig, get_peft_model
    from transformers import Qwen3Config, Qwen3ForCausalLM

    torch.manual_seed(7)
    shape = SHAPES[arguments.shape]
    model = Qwen3ForCausalLM(
        Qwen3Config(**shape, max_position_embeddings=4096, tie_word_embeddings=True, bos_token_id=None, eos_token_id=1))
    model.save_pretrained(folder / "base")
    tuned = get_peft_model(
        model,
        LoraConfig(
            r=arguments.rank, lora_alpha=2 * arguments.rank, lora_dropout=arguments.dropout, target_modules="all-linear",
            task_type="CAUSAL_LM"))
    tuned.peft_config["default"].base_model_name_or_path = "random"
    tuned.save_pretrained(folder / "adapter")
    size = (BATCHES, arguments.batch, arguments.length)
    drawn = torch.randint(2, shape["vocab_size"], size).tolist()
    (folder / "batches.json").write_text(json.dumps(drawn))


def run(folder, arguments):
    import torch
    from peft import PeftModel
    from transformers import AutoModelForCausalLM

    torch.set_num_threads(arguments.threads)
    torch.manual_seed(1)
    base = AutoModelForCausalLM.from_pretrained(folder / "base", dtype=torch.float32)
    base.config.use_cache = False
    model = PeftModel.from_pretrained(base, folder / "adapter", is_trainable=True)
    for part in model.modules():
        if isinstance(part, torch.nn.Dropout) and part.p != arguments.dropout:
            raise SystemExit(f"{folder}/adapter was made with a dropout of {part.p}")
    model.train()
    trained = [it for it in model.parameters() if it.requires_grad]
    optimizer = torch.optim.AdamW(trained, lr=1e-4, weight_decay=0.01, fused=True)
    batches = [torch.tensor(it) for it in json.loads((folder / "batches.json").read_text())]
    done = 0

    def step():
        nonlocal done
        tokens = batches[done % len(batches)]
        loss = model(input_ids=tokens, labels=tokens, use_cache=False).loss
        loss.backward()
        torch.nn.utils.clip_grad_norm_(trained, 1.0)
        optimizer.step()
        optimizer.zero_grad(set_to_none=True)
        done += 1
        return loss.item()

    for _ in sys.stdin:
        seconds = []
        for _ in range(arguments.steps):
            began = time.perf_counter()
            loss = step()
            seconds.append(time.perf_counter() - began)
        line = dict(
            tokens_per_second=round(batches[0].numel() / statistics.median(seconds), 1), peak_bytes=peak(), loss=loss)
        print(json.dumps(line), flush=True)


def peak():
    """The most memory that the process has had; of Linux."""
    for line in Path("/proc/self/status").read_text().splitlines():
        if line.startswith("VmHWM"):
            return int(line.split()[1]) * 1024
    raise SystemExit("no VmHWM in /proc/self/status")


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("what", choices=["make", "run"])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--shape", choices=list(SHAPES), default="small")
    parser.add_argument("--rank", type=int, default=16)
    parser.add_argument("--batch", type=int, default=4)
    parser.add_argument("--length", type=int, default=256)
    parser.add_argument("--dropout", type=float, default=0.0)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--steps", type=int, default=3)
    arguments = parser.parse_args()
    # Read when torch is loaded, which is therefore done by the two below.
    os.environ.setdefault("HF_HUB_OFFLINE", "1")
    os.environ.setdefault("HF_HUB_DISABLE_PROGRESS_BARS", "1")
    os.environ["OMP_NUM_THREADS"] = str(arguments.threads)
    (make if arguments.what == "make" else run)(arguments.folder, arguments)


if __name__ == "__main__":
    main()
