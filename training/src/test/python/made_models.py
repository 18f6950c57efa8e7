"""Loads a model that `treadle model make` made and compares its loss of a text with the one that treadle measured.

usage: made_models.py MODEL TEXT LOSS
"""

import sys

import torch
from transformers import AutoModelForCausalLM, AutoTokenizer

CHAT = [{"role": "user", "content": "Who?"}, {"role": "assistant", "content": "Me."}]


def main(folder, text, loss):
    model = AutoModelForCausalLM.from_pretrained(folder, dtype=torch.float32)
    tokenizer = AutoTokenizer.from_pretrained(folder)
    # A document ends with the token that parts documents: the second that ends a generation.
    ids = tokenizer(open(text, encoding="utf-8").read()).input_ids + [model.generation_config.eos_token_id[1]]
    tokens = torch.tensor([ids])
    with torch.no_grad():
        theirs = model(tokens, labels=tokens).loss.item()
    chat = tokenizer.apply_chat_template(CHAT, tokenize=False)
    ends = tokenizer.eos_token in chat and "Me." in chat
    print(f"{type(model).__name__}: loss {loss:.7f}, by transformers {theirs:.7f}; vocabulary {len(tokenizer)}")
    return 0 if abs(theirs - loss) <= 1e-5 and ends and len(tokenizer) == model.config.vocab_size else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], sys.argv[2], float(sys.argv[3])))
