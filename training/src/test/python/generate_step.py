"""transformers' half of bench/generate.sh.

    python generate_step.py make FOLDER --shape small --dtype float32     a random model (base) and a prompt
    python generate_step.py run FOLDER --tokens 64        waits for a line on stdin, generates, prints a line of JSON
"""

import argparse
import json
import os
import random
import sys
import time

import torch
from peft_step import SHAPES
from transformers import AutoModelForCausalLM, Qwen3Config, Qwen3ForCausalLM

def make(folder, arguments):
    shape = SHAPES[arguments.shape]
    torch.manual_seed(1)
    model = Qwen3ForCausalLM(
        Qwen3Config(
            **shape, max_position_embeddings=4096, tie_word_embeddings=True,
            eos_token_id=None, bos_token_id=None, pad_token_id=None, initializer_range=0.05,
        )
    )
    model.to(getattr(torch, arguments.dtype)).save_pretrained(os.path.join(folder, "base"))
    generator = random.Random(1)
    with open(os.path.join(folder, "prompt.json"), "w", encoding="utf-8") as out:
        json.dump([generator.randrange(8, shape["vocab_size"]) for _ in range(arguments.prompt)], out)


def run(folder, arguments):
    torch.set_num_threads(arguments.threads)
    model = AutoModelForCausalLM.from_pretrained(os.path.join(folder, "base"), dtype=getattr(torch, arguments.dtype))
    model.eval()
    with open(os.path.join(folder, "prompt.json"), encoding="utf-8") as file:
        prompt = json.load(file)

    def generate(count):
        began = time.perf_counter()
        ids = torch.tensor([prompt])
        with torch.inference_mode():
            out = model.generate(
                ids, attention_mask=torch.ones_like(ids), do_sample=False, max_new_tokens=count, use_cache=True
            )
        return time.perf_counter() - began, out[0, len(prompt):].tolist()

    for _ in sys.stdin:
        prompt[0] = (prompt[0] + 1) % 8
        # One token alone is the prompt's work; what more tokens take beyond it is theirs.
        first, _ = generate(1)
        both, tokens = generate(arguments.tokens)
        print(
            json.dumps(
                {
                    "prefill": len(prompt) / first,
                    "decode": (arguments.tokens - 1) / (both - first),
                    "tokens": " ".join(map(str, tokens)),
                }
            ),
            flush=True,
        )


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("what", choices=["make", "run"])
    parser.add_argument("folder")
    parser.add_argument("--shape", default="small", choices=list(SHAPES))
    parser.add_argument("--dtype", default="float32", choices=["float32", "bfloat16"])
    parser.add_argument("--prompt", type=int, default=512)
    parser.add_argument("--tokens", type=int, default=64)
    parser.add_argument("--threads", type=int, default=2)
    arguments = parser.parse_args()
    (make if arguments.what == "make" else run)(arguments.folder, arguments)


main()
