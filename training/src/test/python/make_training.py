"""Makes what the engine is measured against: tiny random models, adapters, and how transformers and PEFT train them.

    python3 -m venv venv && venv/bin/pip install -r training/src/test/python/requirements.txt
    venv/bin/python training/src/test/python/make_training.py training/src/test/resources/models/tuned

With --fresh SEED it makes larger models of another seed, and their merged weights too: for bench/parity.sh.
A folder of a case has base, adapter (before the first step), after (PEFT's folder after the last step), golden.json and
golden.safetensors. golden.json names the sequences (tokens, targets), the steps (micro-batches of sequences), the settings,
the losses and norms; golden.safetensors has logits (of the base, with the first adapter unless its B is zero, with the last), the gradients of the
first step, before clipping, that are not zero, and, of full tuning, some tensors after its last step.

A step's loss is the sum over its target tokens divided by their number in the whole window, as transformers' Trainer does
since 4.46; the norm is that before clipping. The decay leaves out what the Trainer leaves out: norms and biases.
"""

import argparse
import json
import shutil
import tempfile
import warnings
from contextlib import contextmanager
from pathlib import Path

import torch
from peft import LoraConfig, PeftModel, get_peft_model
from safetensors.torch import save_file
from torch.nn.functional import cross_entropy, pad
from transformers import (
    AutoModelForCausalLM,
    LlamaConfig,
    LlamaForCausalLM,
    Qwen2Config,
    Qwen2ForCausalLM,
    Qwen3Config,
    Qwen3ForCausalLM,
    Trainer,
    TrainingArguments,
)
from transformers.utils import logging
from transformers.models.llama import modeling_llama
from transformers.models.qwen2 import modeling_qwen2
from transformers.models.qwen3 import modeling_qwen3

SEVEN = ["q_proj", "k_proj", "v_proj", "o_proj", "gate_proj", "up_proj", "down_proj"]
LLAMA3 = dict(
    rope_type="llama3", rope_theta=100.0, factor=8.0, low_freq_factor=1.0, high_freq_factor=4.0,
    original_max_position_embeddings=32)
LINEAR = dict(rope_type="linear", rope_theta=10000.0, factor=4.0)
YARN = dict(rope_type="yarn", rope_theta=100.0, factor=4.0, original_max_position_embeddings=32)
PLAIN = dict(rope_type="default", rope_theta=1000000.0)

# Small periods, so that the scaling of the rotary embedding shows in sequences of a dozen tokens.
CASES = {
    "llama": dict(
        kind=(LlamaForCausalLM, LlamaConfig), rope=LLAMA3, shape=dict(tie_word_embeddings=False), dtype=torch.float32,
        lora=dict(r=4, lora_alpha=8, target_modules=["q_proj", "v_proj"], rank_pattern={"layers.1.self_attn.v_proj": 2})),
    "deepseek": dict(
        kind=(LlamaForCausalLM, LlamaConfig), rope=LINEAR, shape=dict(tie_word_embeddings=False), dtype=torch.bfloat16,
        lora=dict(r=2, lora_alpha=4, target_modules="all-linear")),
    "qwen2": dict(
        kind=(Qwen2ForCausalLM, Qwen2Config), rope=YARN, shape=dict(tie_word_embeddings=True), dtype=torch.bfloat16,
        lora=dict(r=4, lora_alpha=6, target_modules=SEVEN, use_rslora=True, bias="lora_only"), second=0.1),
    "qwen3": dict(
        kind=(Qwen3ForCausalLM, Qwen3Config), rope=PLAIN, shape=dict(tie_word_embeddings=False, head_dim=0),
        dtype=torch.bfloat16, lora=dict(r=2, lora_alpha=6, target_modules=SEVEN)),
}
GOLDEN = dict(
    vocab_size=64, hidden_size=24, intermediate_size=36, num_hidden_layers=2, num_attention_heads=4,
    num_key_value_heads=2, max_position_embeddings=256)
FRESH = dict(
    vocab_size=512, hidden_size=96, intermediate_size=160, num_hidden_layers=3, num_attention_heads=6,
    num_key_value_heads=3, max_position_embeddings=1024)
SETTINGS = dict(
    learning_rate=0.003, full_learning_rate=0.0005, beta1=0.9, beta2=0.999, epsilon=1e-8, weight_decay=0.01,
    max_gradient_norm=1.0, steps=20, full_steps=5, micro_batches=2, sequences=2)


def random_weights(model, generator):
    """Numbers of a size at which logits differ by about two and every part counts."""
    with torch.no_grad():
        for name, it in model.named_parameters():
            drawn = torch.randn(it.shape, generator=generator)
            if "norm" in name:
                it.copy_(1 + 0.2 * drawn)
            elif name.endswith("bias"):
                it.copy_(0.3 * drawn)
            elif "embed_tokens" in name:
                it.copy_(drawn * (1.7 / it.shape[1] ** 0.5 if model.config.tie_word_embeddings else 1.0))
            else:
                it.copy_(drawn * 1.2 / it.shape[1] ** 0.5)


def make_base(case, sizes, folder, generator):
    kind, configuration = case["kind"]
    shape = dict(case["shape"])
    if "head_dim" in shape:  # not hidden / heads
        shape["head_dim"] = 2 * sizes["hidden_size"] // sizes["num_attention_heads"]
    model = kind(configuration(**sizes, **shape, rope_parameters=dict(case["rope"]), bos_token_id=None, eos_token_id=1))
    random_weights(model, generator)
    model.to(case["dtype"]).save_pretrained(folder / "base")
    (folder / "base/generation_config.json").unlink(missing_ok=True)


def load(folder, adapter=None, attention="sdpa", dtype=torch.float32):
    model = AutoModelForCausalLM.from_pretrained(folder / "base", dtype=dtype, attn_implementation=attention)
    if adapter is not None:
        model = PeftModel.from_pretrained(model, adapter, is_trainable=True)
    return model.to(dtype)


def save(tuned, folder, name):
    tuned.peft_config["default"].base_model_name_or_path = "tiny/" + folder.name
    tuned.save_pretrained(folder / name)
    (folder / name / "README.md").unlink(missing_ok=True)
    written = folder / name / "adapter_config.json"  # a set's order differs from run to run
    said = json.loads(written.read_text())
    said["target_modules"] = sorted(said["target_modules"])
    written.write_text(json.dumps(said, indent=2, sort_keys=True))


def make_adapter(case, folder, generator):
    tuned = get_peft_model(load(folder), LoraConfig(task_type="CAUSAL_LM", **case["lora"]))
    with torch.no_grad():
        for name, it in tuned.named_parameters():
            if "lora_A" in name:
                it.copy_((torch.rand(it.shape, generator=generator) * 2 - 1) / it.shape[1] ** 0.5)
            elif "lora_B" in name:
                it.copy_(torch.randn(it.shape, generator=generator) * case.get("second", 0.0))
    save(tuned, folder, "adapter")


def make_sequences(vocabulary, longest, generator):
    """Lengths from 2 on; answers behind questions, in several pieces, everything, and nothing at all."""
    made = []
    for index in range(10):
        length = 2 if index == 0 else int(torch.randint(5, longest + 1, (1,), generator=generator))
        tokens = torch.randint(2, vocabulary, (length,), generator=generator).tolist()
        if index == 1:
            targets = [False] * length
        elif index == 2:
            targets = [at > 0 for at in range(length)]
        elif index == 3:
            targets = [at % 3 == 2 for at in range(length)]
        else:
            targets = [at >= length // 3 for at in range(length)]
        targets[0] = False
        made.append(dict(tokens=tokens, targets=targets))
    return made


def make_steps(sequences, settings, generator):
    """Windows of micro-batches; each window has something to learn."""
    steps = []
    while len(steps) < settings["steps"]:
        drawn = torch.randperm(len(sequences), generator=generator)[: settings["micro_batches"] * settings["sequences"]]
        window = drawn.view(settings["micro_batches"], settings["sequences"]).tolist()
        if any(any(sequences[at]["targets"]) for part in window for at in part):
            steps.append(window)
    return steps


def padded(chosen):
    longest = max(len(it["tokens"]) for it in chosen)
    fill = lambda values, value: values + [value] * (longest - len(values))
    return dict(
        input_ids=torch.tensor([fill(it["tokens"], 0) for it in chosen]),
        attention_mask=torch.tensor([fill([1] * len(it["tokens"]), 0) for it in chosen]),
        labels=torch.tensor(
            [fill([t if on else -100 for t, on in zip(it["tokens"], it["targets"])], -100) for it in chosen]))


def loss_of(model, batch, count):
    """What transformers computes with num_items_in_batch, in float32; in float64 if the model is."""
    logits = model(input_ids=batch["input_ids"], attention_mask=batch["attention_mask"], use_cache=False).logits
    logits = logits if logits.dtype == torch.float64 else logits.float()
    labels = pad(batch["labels"], (0, 1), value=-100)[..., 1:]
    return cross_entropy(logits.flatten(0, 1), labels.flatten(), ignore_index=-100, reduction="sum") / count


def plain(name):
    return name.replace(".default.", ".")


def optimizer_of(model, settings, rate):
    decayed = set(Trainer.get_decay_parameter_names(None, model))
    trained = [(name, it) for name, it in model.named_parameters() if it.requires_grad]
    groups = [
        dict(params=[it for name, it in trained if name in decayed], weight_decay=settings["weight_decay"]),
        dict(params=[it for name, it in trained if name not in decayed], weight_decay=0.0)]
    return torch.optim.AdamW(
        groups, lr=rate, betas=(settings["beta1"], settings["beta2"]), eps=settings["epsilon"])


def train(model, sequences, steps, settings, rate, apart=False):
    """Trains; gives losses, norms, and the first step's gradients before clipping."""
    model.train()
    optimizer = optimizer_of(model, settings, rate)
    trained = {name: it for name, it in model.named_parameters() if it.requires_grad}
    losses, norms, gradients = [], [], {}
    for window in steps:
        count = sum(sum(sequences[at]["targets"]) for part in window for at in part)
        total = 0.0
        for part in window:
            batches = [[sequences[at]] for at in part] if apart else [[sequences[at] for at in part]]
            for batch in batches:
                loss = loss_of(model, padded(batch), count)
                loss.backward()
                total += loss.item()
        if not losses:
            gradients = {plain(name): it.grad.clone() for name, it in trained.items() if it.grad is not None}
        norms.append(torch.nn.utils.clip_grad_norm_(trained.values(), settings["max_gradient_norm"]).item())
        losses.append(total)
        optimizer.step()
        optimizer.zero_grad()
    return dict(losses=losses, norms=norms, gradients=gradients)


def logits_of(model, sequences):
    model.eval()
    with torch.no_grad():
        return [model(input_ids=torch.tensor([it["tokens"]]), use_cache=False).logits[0] for it in sequences]


class InOrder(Trainer):
    def _get_train_sampler(self, dataset=None):
        return torch.utils.data.SequentialSampler(self.train_dataset)

    def _save(self, *_, **__):
        pass


def train_by_trainer(folder, sequences, steps, settings):
    """The same by transformers' own Trainer: the loop above must not differ from it."""
    tuned = load(folder, folder / "adapter")
    rows = [sequences[at] for window in steps for part in window for at in part]
    with tempfile.TemporaryDirectory() as scratch:
        arguments = TrainingArguments(
            output_dir=scratch, per_device_train_batch_size=settings["sequences"], use_cpu=True,
            gradient_accumulation_steps=settings["micro_batches"], max_steps=settings["steps"], report_to=[],
            learning_rate=settings["learning_rate"], lr_scheduler_type="constant", optim="adamw_torch",
            weight_decay=settings["weight_decay"], max_grad_norm=settings["max_gradient_norm"], save_strategy="no",
            remove_unused_columns=False, disable_tqdm=True, logging_strategy="no")
        InOrder(model=tuned, args=arguments, train_dataset=rows, data_collator=padded).train()
    return {plain(name): it.detach() for name, it in tuned.named_parameters() if it.requires_grad}


class Doubled:
    """torch, but what a model's source casts to float32 becomes float64: else it would not be more exact."""

    float32 = torch.float64

    def __getattr__(self, name):
        return getattr(torch, name)


@contextmanager
def doubled():
    modules = [modeling_llama, modeling_qwen2, modeling_qwen3]
    for it in modules:
        it.torch = Doubled()
    try:
        yield
    finally:
        for it in modules:
            it.torch = torch


def run_all(folder, sequences, steps, settings, attention="sdpa", dtype=torch.float32, apart=False):
    base = load(folder, attention=attention, dtype=dtype)
    made = dict(base=logits_of(base, sequences))
    made["full"] = train(base, sequences, steps[: settings["full_steps"]], settings, settings["full_learning_rate"], apart)
    made["full_after"] = {name: it.detach() for name, it in base.named_parameters()}
    tuned = load(folder, folder / "adapter", attention, dtype)
    made["adapter"] = logits_of(tuned, sequences)
    made["lora"] = train(tuned, sequences, steps, settings, settings["learning_rate"], apart)
    made["after"] = logits_of(tuned, sequences)
    made["lora_after"] = {plain(name): it.detach() for name, it in tuned.named_parameters() if it.requires_grad}
    return made, tuned


def farthest(left, right):
    if isinstance(left, dict):
        return max(farthest(left[it], right[it]) for it in left)
    if isinstance(left, list):
        return max(farthest(it, other) for it, other in zip(left, right, strict=True))
    if isinstance(left, torch.Tensor):
        return (left.double() - right.double()).abs().max().item()
    return abs(left - right)


def differences(left, right):
    return {
        "base logits": farthest(left["base"], right["base"]),
        "logits after": farthest(left["after"], right["after"]),
        "losses": farthest(left["lora"]["losses"], right["lora"]["losses"]),
        "norms": farthest(left["lora"]["norms"], right["lora"]["norms"]),
        "gradients": farthest(left["lora"]["gradients"], right["lora"]["gradients"]),
        "adapter after": farthest(left["lora_after"], right["lora_after"]),
        "full losses": farthest(left["full"]["losses"], right["full"]["losses"]),
        "full norms": farthest(left["full"]["norms"], right["full"]["norms"]),
        "full after": farthest(left["full_after"], right["full_after"]),
    }


def make(name, folder, sizes, settings, longest, seed, fresh):
    case = CASES[name]
    generator = torch.Generator().manual_seed(seed)
    make_base(dict(case, dtype=torch.bfloat16) if fresh else case, sizes, folder, generator)
    make_adapter(case, folder, generator)
    sequences = make_sequences(sizes["vocab_size"], longest, generator)
    steps = make_steps(sequences, settings, generator)
    made, tuned = run_all(folder, sequences, steps, settings)
    save(tuned, folder, "after")
    spread = {}
    for other, kind in dict(eager=dict(attention="eager"), apart=dict(apart=True)).items():
        spread[other] = differences(made, run_all(folder, sequences, steps, settings, **kind)[0])
    with doubled():
        spread["float64"] = differences(
            made, run_all(folder, sequences, steps, settings, attention="eager", dtype=torch.float64)[0])
    spread["trainer"] = {
        "adapter after": farthest(made["lora_after"], train_by_trainer(folder, sequences, steps, settings))}
    write(folder, sequences, steps, settings, made, spread, fresh)
    if fresh:
        half = AutoModelForCausalLM.from_pretrained(folder / "base", dtype=torch.bfloat16)
        PeftModel.from_pretrained(half, folder / "after").merge_and_unload().save_pretrained(folder / "merged")
    print(name, "norms", [round(it, 2) for it in made["lora"]["norms"]], "losses", made["lora"]["losses"][0], made["lora"]["losses"][-1])
    for other, values in spread.items():
        print(f"  {other}: " + ", ".join(f"{key} {value:.1e}" for key, value in values.items()))


def in_half(folder, sequences, steps, settings, attention):
    """The losses in bfloat16 as PEFT has them: a base in bfloat16, the adapter's matrices in float32 and computed with so."""
    base = AutoModelForCausalLM.from_pretrained(folder / "base", dtype=torch.bfloat16, attn_implementation=attention)
    tuned = PeftModel.from_pretrained(base, folder / "adapter", is_trainable=True)
    return train(tuned, sequences, steps, settings, settings["learning_rate"])["losses"]


def write(folder, sequences, steps, settings, made, spread, fresh):
    full_norms = {name: it.norm().item() for name, it in made["full"]["gradients"].items()}
    golden = dict(
        settings=settings,
        sequences=sequences,
        steps=steps,
        lora=dict(losses=made["lora"]["losses"], norms=made["lora"]["norms"]),
        full=dict(losses=made["full"]["losses"], norms=made["full"]["norms"], gradient_norms=full_norms),
        bfloat16={it: in_half(folder, sequences, steps, settings, it) for it in ["sdpa", "eager"]},
        torch_against_itself=spread,
    )
    lines = ",\n".join(f' "{key}": {json.dumps(value)}' for key, value in golden.items())
    (folder / "golden.json").write_text("{\n" + lines + "\n}\n")
    shown = range(len(sequences)) if fresh else [0, 2, 4]
    tensors = {}
    for kind in ["base", "adapter", "after"]:
        if kind != "adapter" or not torch.equal(made["base"][0], made["adapter"][0]):
            tensors.update({f"logits.{kind}.{at}": made[kind][at] for at in shown})
    tensors.update({f"gradient.{key}": it for key, it in made["lora"]["gradients"].items() if it.any()})
    for key, it in made["full_after"].items():
        if fresh or key in ["model.norm.weight", "model.layers.0.self_attn.k_proj.weight"]:
            tensors[f"full.{key}"] = it
    save_file({key: it.contiguous() for key, it in tensors.items()}, folder / "golden.safetensors", metadata=dict(format="pt"))


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("folder", type=Path)
    parser.add_argument("--fresh", type=int, help="seed of larger models, with merged weights")
    arguments = parser.parse_args()
    torch.set_num_threads(1)
    logging.disable_progress_bar()
    warnings.filterwarnings("ignore", category=UserWarning)
    logging.set_verbosity_error()
    fresh = arguments.fresh is not None
    for at, name in enumerate(CASES):
        folder = arguments.folder / name
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        seed = (arguments.fresh if fresh else 41) * 100 + at
        make(name, folder, FRESH if fresh else GOLDEN, SETTINGS, 60 if fresh else 16, seed, fresh)


if __name__ == "__main__":
    main()
