"""Makes training/src/test/resources/numbers.json: what PyTorch's AdamW and transformers' RMSNorm give for a few numbers.

    venv/bin/python training/src/test/python/make_numbers.py training/src/test/resources/numbers.json

Made with torch 2.13.0, transformers 5.18.0. Numbers of bfloat16 are written exactly.
"""

import json
import sys
from pathlib import Path

import torch
from transformers.models.qwen3.modeling_qwen3 import Qwen3RMSNorm


def optimizer(clip, decay, dtype):
    """Two arrays, of which the first decays; the rate changes from step to step."""
    generator = torch.Generator().manual_seed(3)
    drawn = lambda size: torch.randn(size, generator=generator).to(dtype)
    arrays = [torch.nn.Parameter(drawn(7)), torch.nn.Parameter(drawn(4))]
    made = dict(
        clip=clip, weight_decay=decay, beta1=0.9, beta2=0.95, epsilon=1e-8, before=[it.tolist() for it in arrays], steps=[])
    adam = torch.optim.AdamW(
        [dict(params=arrays[:1], weight_decay=decay), dict(params=arrays[1:], weight_decay=0.0)], betas=(0.9, 0.95), eps=1e-8)
    for step in range(8):
        rate = 0.1 / (1 + step)
        for group in adam.param_groups:
            group["lr"] = rate
        for at, it in enumerate(arrays):
            # Gradients from none at all to a thousand.
            it.grad = drawn(it.numel()) * 10.0 ** (step % 4) if step != 5 else torch.zeros_like(it)
            if at == 0:
                it.grad[0] = 0.0
        gradients = [it.grad.tolist() for it in arrays]
        norm = torch.nn.utils.get_total_norm([it.grad for it in arrays]).item()
        if clip > 0:
            torch.nn.utils.clip_grad_norm_(arrays, clip)
        adam.step()
        made["steps"].append(
            dict(learning_rate=rate, gradients=gradients, norm=norm, after=[it.detach().tolist() for it in arrays]))
    return made


def norm(dtype, size, rows=4, epsilon=1e-6):
    """Rounds to the dtype before the weight is multiplied by, and after."""
    generator = torch.Generator().manual_seed(5)
    layer = Qwen3RMSNorm(size, epsilon).to(dtype)
    scales = torch.tensor([1.0, 1e-3, 30.0, 1e-5])[:rows, None]
    given = (torch.randn((rows, size), generator=generator) * scales).to(dtype)
    slope = torch.randn((rows, size), generator=generator).to(dtype)
    with torch.no_grad():
        layer.weight.copy_(1 + 0.3 * torch.randn(size, generator=generator))
    given.requires_grad_(True)
    result = layer(given)
    result.backward(slope)
    wide = lambda it: it.detach().to(torch.float64).tolist()
    return dict(
        dtype=str(dtype).removeprefix("torch."), epsilon=epsilon, weight=wide(layer.weight), input=wide(given), slope=wide(slope),
        output=wide(result), input_gradient=wide(given.grad), weight_gradient=wide(layer.weight.grad))


if __name__ == "__main__":
    torch.set_num_threads(1)
    made = dict(
        adamw=[optimizer(1.0, 0.01, torch.float32), optimizer(0.0, 0.0, torch.float32), optimizer(5.0, 0.1, torch.float64)],
        norm=[norm(torch.float32, 12), norm(torch.bfloat16, 16)])
    made["adamw"][2]["dtype"] = "float64"
    Path(sys.argv[1]).write_text(json.dumps(made, indent=None, separators=(",", ":")).replace('},{', '},\n{') + "\n")
