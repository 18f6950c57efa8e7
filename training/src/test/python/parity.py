"""Both ends of bench/parity.sh: makes models, adapters and chats with transformers and PEFT, and judges what ours made of them.

    python parity.py make FOLDER --seed 1      models by make_training.py --fresh, and chats by family in FOLDER/chats
    python parity.py check FOLDER              compares; exits 1 above a bar

Ours leaves beside each case's golden files: ours.json (losses), ours.safetensors (logits of the base, with PEFT's adapters
before and after training, with our own after training), ours-after (our adapter), ours-merged (of PEFT's adapter), and in
each family of chats ours.json (token ids by conversation).
"""

import argparse
import json
import subprocess
import sys
from pathlib import Path

import torch
import trl
from make_chats import CHATS, NOW  # which also stops the templates' clock
from make_training import CASES, load, logits_of
from safetensors.torch import load_file
from tokenizers import AddedToken, Regex, Tokenizer, decoders, models, normalizers, pre_tokenizers, processors, trainers
from transformers import AutoTokenizer, PreTrainedTokenizerFast
from transformers.utils import logging

BAR = 1e-4
ULPS = 1
HERE = Path(__file__).parent
TEMPLATES = HERE.parent / "resources/templates"
QWEN_SPLIT = (
    r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+")
LLAMA_SPLIT = QWEN_SPLIT.replace(r"|\p{N}|", r"|\p{N}{1,3}|")
QWEN = ["<|endoftext|>", "<|im_start|>", "<|im_end|>", "<tool_call>", "</tool_call>", "<tool_response>", "</tool_response>",
        "<think>", "</think>"]
LLAMA = ["<|begin_of_text|>", "<|end_of_text|>", "<|start_header_id|>", "<|end_header_id|>", "<|eot_id|>", "<|eom_id|>",
         "<|python_tag|>"]
DEEPSEEK = ["<｜begin▁of▁sentence｜>", "<｜end▁of▁sentence｜>", "<｜User｜>", "<｜Assistant｜>", "<think>", "</think>"]
# Kind of tokenizer, special tokens, those that are only added, template.
FAMILIES = {
    "qwen2_5": ("qwen", QWEN, "qwen2_5.jinja"),
    "qwen3": ("qwen", QWEN, "qwen3.jinja"),
    "qwen3_instruct_2507": ("qwen", QWEN, "qwen3_instruct_2507.jinja"),
    "llama3": ("llama", LLAMA, "llama3.jinja"),
    "llama3_1": ("llama", LLAMA, "llama3_1.jinja"),
    "llama3_2": ("llama", LLAMA, "llama3_2.jinja"),
    "deepseek_r1_distill": ("deepseek", DEEPSEEK, "deepseek_r1_distill.jinja"),
}
NOT_SPECIAL = {"<tool_call>", "</tool_call>", "<tool_response>", "</tool_response>", "<think>", "</think>"}
HARD = [
    "Größe: 3.14159, 1234567890; e\u0301 and \u00e9 👩‍👩‍👧‍👦 🇩🇪 中文，日本語 العربية\u200f",
    "def f(x):\n\treturn x  # tab\r\n\n\n    if x:\n        pass   \n",
    "a token said by a user: <|im_end|> <|eot_id|> <think> </think> <｜User｜>",
    "'S and 'll, DON'T   stop\u00a0here\u2028there \u3000 0001",
    "",
    " ",
    "\n",
]


def tokenizer(kind, specials, texts):
    made = Tokenizer(models.BPE(ignore_merges=kind == "llama"))
    if kind == "qwen":
        made.normalizer = normalizers.NFC()
    splits = dict(
        qwen=[pre_tokenizers.Split(Regex(QWEN_SPLIT), "isolated")],
        llama=[pre_tokenizers.Split(Regex(LLAMA_SPLIT), "isolated")],
        deepseek=[
            pre_tokenizers.Split(Regex(r"[\r\n]"), "isolated"), pre_tokenizers.Split(Regex(r"\s?\p{L}+"), "isolated"),
            pre_tokenizers.Split(Regex(r"\s?\p{P}+"), "isolated"), pre_tokenizers.Split(Regex(r"[一-龥ࠀ-一가-퟿]+"), "isolated"),
            pre_tokenizers.Digits(individual_digits=True)],
    )[kind]
    made.pre_tokenizer = pre_tokenizers.Sequence(
        [*splits, pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False)])
    made.decoder = decoders.ByteLevel()
    made.post_processor = processors.ByteLevel(trim_offsets=False)
    made.train_from_iterator(
        texts,
        trainers.BpeTrainer(
            vocab_size=2000, initial_alphabet=pre_tokenizers.ByteLevel.alphabet(), show_progress=False))
    made.add_special_tokens([AddedToken(it, normalized=False, special=True) for it in specials if it not in NOT_SPECIAL])
    made.add_tokens([AddedToken(it, normalized=False, special=False) for it in specials if it in NOT_SPECIAL])
    if kind == "llama":  # writes its first token before every text; the template writes it too, and it must not come twice
        first = specials[0]
        made.post_processor = processors.Sequence([
            processors.ByteLevel(trim_offsets=False),
            processors.TemplateProcessing(f"{first} $A", f"{first} $A $B", [(first, made.token_to_id(first))])])
    return made


def conversations():
    made = {name: dict(chat) for name, chat in CHATS.items()}
    for at, text in enumerate(HARD):
        made[f"hard_{at}"] = dict(messages=[
            dict(role="system", content=text), dict(role="user", content=text), dict(role="assistant", content=text),
            dict(role="user", content="And?")])
        made[f"hard_answered_{at}"] = dict(
            messages=[dict(role="user", content=text), dict(role="assistant", content=text)], add_generation_prompt=False)
    return made


def make_chats(folder, texts):
    folder.mkdir(parents=True)
    chats = conversations()
    (folder / "conversations.json").write_text(
        json.dumps(dict(now=NOW.isoformat(), chats=chats), ensure_ascii=False, indent=1) + "\n")
    others = Path(trl.__file__).parent / "chat_templates"
    for family, (kind, specials, template) in FAMILIES.items():
        place = folder / family
        file = TEMPLATES / template if (TEMPLATES / template).exists() else others / template
        ends = dict(qwen="<|im_end|>", llama="<|eot_id|>", deepseek="<｜end▁of▁sentence｜>")
        fast = PreTrainedTokenizerFast(
            tokenizer_object=tokenizer(kind, specials, texts), eos_token=ends[kind],
            **({} if kind == "qwen" else dict(bos_token=specials[0])))
        fast.chat_template = file.read_text()
        fast.save_pretrained(place)
        again = AutoTokenizer.from_pretrained(place)
        golden = {name: ids(again, chat) for name, chat in chats.items()}
        (place / "golden.json").write_text(json.dumps(golden) + "\n")


def ids(tokenizer, chat):
    """None where the template refuses the conversation."""
    said = dict(add_generation_prompt=True, **chat) if "add_generation_prompt" not in chat else chat
    said = dict(said)
    try:
        return tokenizer.apply_chat_template(said.pop("messages"), tokenize=True, return_dict=False, **said)
    except Exception:  # whatever it is, ours must refuse too
        return None


class Judge:
    """Prints what was found, and remembers what was above its bar."""

    def __init__(self):
        self.failed = []

    def at_most(self, bar, found, what):
        fine = found <= bar  # not a number is not fine
        print(f"{'ok     ' if fine else 'FAILED '} {found:.2g} (bar: {bar:g})  {what}")
        if not fine:
            self.failed.append(what)


    def note(self, found, what):
        print(f"        {found:.2g}  {what}")


def farthest(golden, ours, prefix, other=None):
    names = [it for it in golden if it.startswith(prefix)]
    found = [(golden[it] - ours[it.replace(prefix, other or prefix)]).abs().max().item() for it in names]
    if not found or any(it != it for it in found):
        return float("nan")
    return max(found)


def ulps(left, right):
    """How many numbers of bfloat16 lie between two; minus and plus zero are one."""
    order = lambda it: torch.where(it < 0, -(it & 0x7FFF), it)
    wide = lambda it: order(it.contiguous().view(torch.int16).to(torch.int32))
    return (wide(left) - wide(right)).abs().max().item()


def check_case(judge, folder):
    golden = json.loads((folder / "golden.json").read_text())
    ours = json.loads((folder / "ours.json").read_text())
    numbers, our_numbers = load_file(folder / "golden.safetensors"), load_file(folder / "ours.safetensors")
    name = folder.name
    own = lambda what: max(it[what] for it in golden["torch_against_itself"].values() if what in it)
    sizes = max(it.abs().max().item() for key, it in numbers.items() if key.startswith("logits.base"))
    judge.at_most(BAR, farthest(numbers, our_numbers, "logits.base."), f"{name}: logits of the base (up to {sizes:.1f})")
    before = "logits.adapter." if "logits.adapter.0" in numbers else "logits.base."
    judge.at_most(BAR, farthest(numbers, our_numbers, before, "logits.adapter."), f"{name}: logits with PEFT's first adapter")
    judge.at_most(BAR, farthest(numbers, our_numbers, "logits.after."), f"{name}: logits with PEFT's trained adapter in ours")
    for kind, what in [("lora", "losses"), ("full", "full losses")]:
        wanted, got = golden[kind]["losses"], ours[kind]["losses"]
        most = max(abs(a - b) for a, b in zip(wanted, got, strict=True))
        judge.at_most(
            BAR, most,
            f"{name}: losses of {len(wanted)} steps, {kind} ({wanted[0]:.3f} to {wanted[-1]:.3f}); torch from itself {own(what):.2g}")
    tuned = load(folder, folder / "ours-after")
    sequences = golden["sequences"]
    loaded = {f"logits.ours.{at}": it for at, it in enumerate(logits_of(tuned, sequences))}
    judge.at_most(BAR, farthest(loaded, our_numbers, "logits.ours."), f"{name}: logits with our trained adapter in PEFT")
    trained = load_file(folder / "after/adapter_model.safetensors")
    ours_trained = load_file(folder / "ours-after/adapter_model.safetensors")
    # No bar: where a gradient is next to nothing, its sign is chance, and AdamW makes a whole step of it.
    judge.note(farthest(trained, ours_trained, "base_model."), f"{name}: the trained adapters' numbers; torch from itself {own('adapter after'):.2g}")
    check_merged(judge, folder)


def check_merged(judge, folder):
    merged, ours = load_file(folder / "merged/model.safetensors"), load_file(folder / "ours-merged/model.safetensors")
    base = load_file(folder / "base/model.safetensors")
    if merged.keys() != ours.keys():
        judge.at_most(0, len(merged.keys() ^ ours.keys()), f"{folder.name}: names of merged tensors that one side lacks")
        return
    changed = sum((merged[it] != base[it]).sum().item() for it in merged)
    different = sum((merged[it] != ours[it]).sum().item() for it in merged)
    judge.at_most(
        ULPS, max(ulps(merged[it], ours[it]) for it in merged),
        f"{folder.name}: merged weights, units in the last place of bfloat16 ({changed} changed, {different} not equal to PEFT's)")


def check_chats(judge, folder):
    for family in FAMILIES:
        golden = json.loads((folder / family / "golden.json").read_text())
        ours = json.loads((folder / family / "ours.json").read_text())
        different = [it for it in golden if it not in ours or golden[it] != ours[it]]
        told = sum(len(it) for it in golden.values() if it)
        refused = sum(it is None for it in golden.values())
        judge.at_most(
            0, len(different),
            f"chats of {family}: {len(golden)} conversations, {told} tokens, {refused} refused by both; different: {different[:3]}")


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("what", choices=["make", "check"])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--seed", type=int, default=1)
    arguments = parser.parse_args()
    logging.set_verbosity_error()
    logging.disable_progress_bar()
    torch.set_num_threads(1)
    if arguments.what == "make":
        subprocess.run(
            [sys.executable, HERE / "make_training.py", arguments.folder, "--fresh", str(arguments.seed)], check=True)
        texts = [it.read_text() for it in sorted(HERE.parents[3].glob("docs/*.md"))]
        make_chats(arguments.folder / "chats", texts)
        return
    judge = Judge()
    for case in CASES:
        check_case(judge, arguments.folder / case)
    check_chats(judge, arguments.folder / "chats")
    print(f"{len(judge.failed)} above their bars")
    sys.exit(1 if judge.failed else 0)


if __name__ == "__main__":
    main()
