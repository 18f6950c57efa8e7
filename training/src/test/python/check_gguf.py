"""Holds a GGUF file against the model's folder that it was made of, with llama.cpp's own Python package and transformers.

Usage: python check_gguf.py FOLDER FILE.gguf FORM
Prints one line of JSON: keys, tensors, the largest difference of a weight over its row's largest, and, where transformers loads the
file, of the logits and the share of places where the likeliest token is the same.
Exits 1 if a weight differs by more than the form allows.
"""

import json
import sys
from pathlib import Path

import numpy as np
import torch
from gguf import GGUFReader, quants
from transformers import AutoModelForCausalLM, AutoTokenizer

folder, file = Path(sys.argv[1]), Path(sys.argv[2])
reader = GGUFReader(str(file))
architecture = reader.get_field("general.architecture").contents()
model = AutoModelForCausalLM.from_pretrained(folder, dtype=torch.float32)
state = model.state_dict()
names = {
    "attn_norm": "input_layernorm", "attn_q": "self_attn.q_proj", "attn_k": "self_attn.k_proj", "attn_v": "self_attn.v_proj",
    "attn_output": "self_attn.o_proj", "attn_q_norm": "self_attn.q_norm", "attn_k_norm": "self_attn.k_norm",
    "ffn_norm": "post_attention_layernorm", "ffn_gate": "mlp.gate_proj", "ffn_up": "mlp.up_proj", "ffn_down": "mlp.down_proj",
    "token_embd": "model.embed_tokens", "output_norm": "model.norm", "output": "lm_head",
}


def source(name):
    base, kind = name.rsplit(".", 1)
    if base.startswith("blk."):
        _, layer, module = base.split(".")
        return f"model.layers.{layer}.{names[module]}.{kind}"
    return f"{names[base]}.{kind}"


worst = 0.0
for tensor in reader.tensors:
    if tensor.name == "rope_freqs.weight":
        continue
    found = quants.dequantize(tensor.data, tensor.tensor_type).reshape(tuple(reversed([int(it) for it in tensor.shape])))
    wanted = state[source(tensor.name)].numpy()
    if architecture == "llama" and (".attn_q." in tensor.name or ".attn_k." in tensor.name):
        heads = model.config.num_attention_heads if ".attn_q." in tensor.name else model.config.num_key_value_heads
        wanted = wanted.reshape(heads, 2, wanted.shape[0] // heads // 2, *wanted.shape[1:]).swapaxes(1, 2).reshape(wanted.shape)
    worst = max(worst, float(np.max(np.abs(found - wanted)) / max(1e-30, np.max(np.abs(wanted)))))
result = {"architecture": architecture, "keys": len(reader.fields), "tensors": len(reader.tensors), "weights": worst}

tokenizer = AutoTokenizer.from_pretrained(folder)
text = "The quick brown fox jumps over 12,345 lazy dogs; def greet(name): return f'{name}' Grüße 你好 " * 3
ids = tokenizer(text, return_tensors="pt").input_ids
# Its own reading of the keys passes over the size of a head: the folder says how it is built.
try:
    other = AutoModelForCausalLM.from_pretrained(file.parent, gguf_file=file.name, config=model.config, dtype=torch.float32)
    with torch.no_grad():
        wanted, found = model(ids).logits[0], other(ids).logits[0]
    result["logits"] = float((wanted - found).abs().max())
    result["spread"] = float(wanted.std())
    result["top1"] = float((wanted.argmax(-1) == found.argmax(-1)).float().mean())
    lost = torch.nn.functional.kl_div(found.log_softmax(-1), wanted.log_softmax(-1), log_target=True, reduction="none").sum(-1)
    result["divergence"] = float(lost.mean())
except Exception as e:  # What transformers cannot load says nothing about the file.
    result["transformers"] = f"{type(e).__name__}: {e}"
print(json.dumps(result))
allowed = {"f32": 0, "f16": 2**-11, "bf16": 2**-8, "q8_0": 0.5 / 127 + 2**-10}
sys.exit(worst > allowed[sys.argv[3]])
