"""Makes the golden models of training/src/test/resources/models with Hugging Face's own programs.

Tiny random models, adapters of several kinds, and what PEFT's merge_and_unload makes of them; also the
rotary frequencies that transformers computes for several configurations.

    python3 -m venv venv && venv/bin/pip install torch transformers peft
    venv/bin/python training/src/test/python/make_models.py training/src/test/resources/models

The files here were made with torch 2.13.0, transformers 5.18.0, peft 0.21.0, safetensors 0.8.0.
"""

import json
import shutil
import sys
from pathlib import Path

import torch
from peft import LoraConfig, PeftModel, get_peft_model
from transformers import (
    AutoModelForCausalLM,
    LlamaConfig,
    LlamaForCausalLM,
    Qwen2Config,
    Qwen2ForCausalLM,
    Qwen3Config,
    Qwen3ForCausalLM,
)
from transformers.modeling_rope_utils import ROPE_INIT_FUNCTIONS

SMALL = dict(
    vocab_size=24,
    hidden_size=16,
    intermediate_size=20,
    num_hidden_layers=2,
    num_attention_heads=4,
    num_key_value_heads=2,
)

CASES = {
    "llama": (
        LlamaForCausalLM,
        LlamaConfig(
            **SMALL,
            rope_parameters={
                "rope_type": "llama3",
                "rope_theta": 500000.0,
                "factor": 8.0,
                "low_freq_factor": 1.0,
                "high_freq_factor": 4.0,
                "original_max_position_embeddings": 8192,
            },
        ),
        LoraConfig(r=4, lora_alpha=8, target_modules=["q_proj", "v_proj"], task_type="CAUSAL_LM"),
        "4KB",
    ),
    "qwen2": (
        Qwen2ForCausalLM,
        Qwen2Config(**SMALL, tie_word_embeddings=True),
        LoraConfig(
            r=6,
            lora_alpha=3,
            target_modules="all-linear",
            use_rslora=True,
            bias="lora_only",
            rank_pattern={"layers.1.mlp.down_proj": 3, "k_proj": 5},
            alpha_pattern={"^model.layers.0.self_attn.o_proj": 9},
            task_type="CAUSAL_LM",
        ),
        "5GB",
    ),
    "qwen3": (
        Qwen3ForCausalLM,
        Qwen3Config(**SMALL, head_dim=8, tie_word_embeddings=False),
        LoraConfig(
            r=2,
            lora_alpha=5,
            target_modules=r"model\.layers\.\d+\.self_attn\.(q|k)_proj|.*embed_tokens",
            modules_to_save=["lm_head"],
            task_type="CAUSAL_LM",
        ),
        "5GB",
    ),
}


def make(name, folder):
    kind, configuration, lora, shard = CASES[name]
    torch.manual_seed(len(name) * 31 + ord(name[-1]))
    model = kind(configuration).to(torch.bfloat16)
    with torch.no_grad():
        for it in model.parameters():
            it.copy_(torch.randn_like(it) * 0.05)
    model.save_pretrained(folder / "base", max_shard_size=shard)
    model = AutoModelForCausalLM.from_pretrained(folder / "base", dtype=torch.bfloat16)
    tuned = get_peft_model(model, lora)
    with torch.no_grad():
        for key, it in tuned.named_parameters():
            if it.requires_grad:
                it.copy_(torch.randn_like(it) * (0.2 if "lora_" in key else 0.05))
    tuned.peft_config["default"].base_model_name_or_path = "tiny/" + name
    tuned.save_pretrained(folder / "adapter")
    again = AutoModelForCausalLM.from_pretrained(folder / "base", dtype=torch.bfloat16)
    merged = PeftModel.from_pretrained(again, folder / "adapter").merge_and_unload()
    merged.save_pretrained(folder / "merged")
    for it in ["base/generation_config.json", "merged/generation_config.json", "adapter/README.md"]:
        (folder / it).unlink(missing_ok=True)


ROPES = {
    "default": dict(rope_type="default", rope_theta=10000.0),
    "linear": dict(rope_type="linear", rope_theta=100000.0, factor=4.0),
    "llama3": dict(
        rope_type="llama3", rope_theta=500000.0, factor=32.0, low_freq_factor=1.0,
        high_freq_factor=4.0, original_max_position_embeddings=8192),
    "yarn": dict(rope_type="yarn", rope_theta=1000000.0, factor=4.0, original_max_position_embeddings=32768),
    "yarn_attention": dict(
        rope_type="yarn", rope_theta=1000000.0, factor=2.0, original_max_position_embeddings=4096,
        beta_fast=16.0, beta_slow=2.0, attention_factor=1.5),
}


def ropes(file):
    made = {}
    for name, parameters in ROPES.items():
        configuration = LlamaConfig(
            **{**SMALL, "hidden_size": 256}, max_position_embeddings=131072, rope_parameters=dict(parameters))
        if name == "default":
            size = 64
            frequencies = 1.0 / (10000.0 ** (torch.arange(0, size, 2, dtype=torch.float) / size))
            factor = 1.0
        else:
            frequencies, factor = ROPE_INIT_FUNCTIONS[parameters["rope_type"]](configuration, torch.device("cpu"))
        made[name] = dict(parameters=parameters, frequencies=frequencies.tolist(), attention_factor=factor)
    file.write_text(json.dumps(made, indent=1) + "\n")


if __name__ == "__main__":
    target = Path(sys.argv[1])
    for case in CASES:
        shutil.rmtree(target / case, ignore_errors=True)
        make(case, target / case)
    ropes(target / "ropes.json")
