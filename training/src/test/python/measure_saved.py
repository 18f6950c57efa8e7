"""Measures what one layer keeps of a token for its gradients, in transformers with PEFT: numbers that
MemoryEstimateTest compares with.

    python measure_saved.py

With transformers 5.18, peft 0.21, torch 2.13 on a CPU, float32, scaled dot product attention.
"""

import torch
from peft import LoraConfig, get_peft_model
from transformers import LlamaConfig, LlamaForCausalLM, Qwen3Config, Qwen3ForCausalLM

TOKENS = 256


def kept(make, configuration, layers, dropout):
    model = make(configuration(hidden_size=256, num_hidden_layers=layers, num_attention_heads=4,
                               num_key_value_heads=2, head_dim=64, intermediate_size=768,
                               vocab_size=128, use_cache=False))
    model = get_peft_model(model, LoraConfig(r=16, lora_alpha=32, lora_dropout=dropout, target_modules="all-linear"))
    model.train()
    parameters = {it.data_ptr() for it in model.parameters()}
    storages = {}

    def pack(tensor):
        storage = tensor.untyped_storage()
        if storage.data_ptr() not in parameters:
            storages[storage.data_ptr()] = storage.nbytes()
        return tensor

    with torch.autograd.graph.saved_tensors_hooks(pack, lambda it: it):
        result = model.model.model(torch.randint(0, 128, (1, TOKENS)))  # held while it is counted
        return sum(storages.values()) / 4 / TOKENS, result


for name, make, configuration in [("qwen3", Qwen3ForCausalLM, Qwen3Config), ("llama", LlamaForCausalLM, LlamaConfig)]:
    for dropout in [0.0, 0.05]:
        few, _ = kept(make, configuration, 2, dropout)
        more, _ = kept(make, configuration, 4, dropout)
        print(name, "dropout", dropout, "numbers of a token in a layer:", (more - few) / 2)
