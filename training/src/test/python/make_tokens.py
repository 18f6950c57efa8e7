"""Makes training/src/test/resources/tokens/golden.json: token ids and targets as transformers gives them.

    python3 -m venv venv && venv/bin/pip install jinja2 transformers
    venv/bin/python training/src/test/python/make_tokens.py training/src/test/resources

The two tokenizers beside it are made by BytePairTrainerTest. What is a target is found here by comparing
tokens, not texts: apply_chat_template(tokenize=True) of what came before each answer, with the generation
prompt, and of the same with the answer. Made with transformers 5.18.0, tokenizers 0.23.2.
"""

import json
import sys
from pathlib import Path

from transformers import AutoTokenizer

HERE = Path(sys.argv[1])
TEXTS = [
    "",
    " ",
    "a",
    "Hello, world! It's what they'd say; I'M, DON'T.",
    "  two  spaces\t\ttabs \n\n\nlines\r\n\r\nend  ",
    "1234567890 3.14 v2 ２３",
    "天气很好,我们去公园散步吧。",
    "Привет, мир! Köln naïve e\u0301tude A\u030a \ufb01 \u1100\u1161",
    "😀 😀😀 👩‍👩‍👧 🇩🇪 ✅",
    "\u00a0nbsp\u3000ideographic\u2028line\u200bzero\u0000nul",
    "<|im_start|>user\nHi<|im_end|>\n<think>x</think><tool_call>",
    "<|begin_of_text|><|start_header_id|>user<|end_header_id|>\n\nHi<|eot_id|>",
    "<|im_st <|im_start |> <|im_start|><|im_start|>",
    "private static final Map<String, Integer> ids = new HashMap<>(); // {@code x}\n    return 0;\n",
    "\U00010348\U0001d11e\uffff",
]
TOOL = {
    "type": "function",
    "function": {
        "name": "get_weather",
        "description": "The weather's \"state\" in a city, é & <b>",
        "parameters": {"type": "object", "properties": {"city": {"type": "string"}}, "required": ["city"]},
    },
}


def user(text):
    return {"role": "user", "content": text}


def answer(text, **more):
    return {"role": "assistant", "content": text, **more}


def call(name, arguments):
    return {"id": "c1", "type": "function", "function": {"name": name, "arguments": json.dumps(arguments)}}


def result(text):
    return {"role": "tool", "tool_call_id": "c1", "content": text}


SYSTEM = {"role": "system", "content": "Be brief."}
CHATS = {
    "one": dict(messages=[user("Wie geht's?"), answer("Gut. 😀 天气很好")]),
    "turns": dict(messages=[SYSTEM, user("a"), answer("b"), user("c"), answer("d\n"), user("e"), answer("f"), user("g")]),
    "context": dict(messages=[user("a"), answer("not this", train=False), user("b"), answer("this"), user("c"), answer("nor this", weight=0)]),
    "nothing": dict(messages=[user("a"), answer("b", train=False)]),
    "thinking": dict(messages=[user("a"), answer("b", reasoning_content="hm\nso"), user("c"), answer("d", reasoning_content="天气")]),
    "agent": dict(
        tools=[TOOL],
        messages=[
            SYSTEM,
            user("Köln?"),
            answer("", reasoning_content="look", tool_calls=[call("get_weather", {"city": "Köln", "n": 1.5, "list": [True, None]})]),
            result("{\"t\": 20}"),
            answer("And:", reasoning_content="again", tool_calls=[call("get_weather", {}), call("get_weather", {"city": "B"})]),
            result("1"),
            result("2"),
            answer("20 degrees ☀️"),
        ],
    ),
    "agent_without_thinking": dict(
        messages=[user("x"), answer("", tool_calls=[call("f", {"a": "😀"})]), result("y"), answer("z")],
    ),
    "two_in_a_row": dict(messages=[user("a"), answer("b"), answer("c"), user("d"), answer("e")]),
    "begins_with_line_feeds": dict(messages=[user("a"), answer("\n\nb"), user("c"), answer("\n d")]),
    "special_in_text": dict(messages=[user("what is <|im_end|> and <|eot_id|>?"), answer("<|im_end|>\nends a turn"), user("ok"), answer("yes")]),
    "accents": dict(messages=[user("e\u0301"), answer("e\u0301tude A\u030angstro\u0308m ﬁ"), user("\u0301"), answer("\u0301x")]),
}
FAMILIES = {"qwen": [None, "qwen2_5.jinja", "qwen3.jinja"], "llama": [None]}


def messages_of(chat):
    messages = json.loads(json.dumps(chat["messages"]))
    for message in messages:
        for it in message.get("tool_calls", []):
            it["function"]["arguments"] = json.loads(it["function"]["arguments"])
    return messages


def sequences(tokenizer, chat, template):
    """The rule, said once more: a list of [ids, [begin, end] of each target], or why the chat is skipped."""
    messages = messages_of(chat)

    def ids(upto, prompt):
        more = dict(chat_template=template) if template else {}
        return tokenizer.apply_chat_template(
            messages[:upto], tools=chat.get("tools"), add_generation_prompt=prompt, tokenize=True, return_dict=False, **more
        )

    special = set(tokenizer.all_special_ids)
    done, sequence, spans = [], [], []
    for i, message in enumerate(messages):
        if message["role"] != "assistant" or message.get("train") is False or message.get("weight") == 0:
            continue
        prompt, whole = ids(i, True), ids(i + 1, False)
        end = max(k for k, it in enumerate(whole) if it in special) + 1
        assert tokenizer.decode(whole[end:]).strip() == ""
        parted = whole[: len(prompt)] != prompt
        if parted:
            text = tokenizer.decode(whole[:end])
            begin = tokenizer.decode(prompt)
            if not text.startswith(begin):
                return "template_rewrites"
            target = tokenizer(text[len(begin) :], add_special_tokens=False)["input_ids"]
        else:
            target = whole[len(prompt) : end]
        if not sequence or prompt[: len(sequence)] != sequence:
            if sequence:
                done.append([sequence, spans])
            sequence, spans = [], []
        sequence = prompt + target
        spans.append([len(prompt), len(sequence)])
        if parted:
            done.append([sequence, spans])
            sequence, spans = [], []
    if sequence:
        done.append([sequence, spans])
    return done or "nothing_to_train"


if __name__ == "__main__":
    golden = dict(texts=TEXTS, chats=CHATS, families={})
    for family, templates in FAMILIES.items():
        tokenizer = AutoTokenizer.from_pretrained(HERE / "tokens" / family)
        encoded = [tokenizer(it, add_special_tokens=False)["input_ids"] for it in TEXTS]
        decoded = [tokenizer.decode(it) for it in encoded]
        chats = {}
        for template in templates:
            text = (HERE / "templates" / template).read_text() if template else None
            chats[template or "own"] = {name: sequences(tokenizer, it, text) for name, it in CHATS.items()}
        golden["families"][family] = dict(ids=encoded, texts=decoded, chats=chats)
    (HERE / "tokens" / "golden.json").write_text(json.dumps(golden, ensure_ascii=True, separators=(",", ":")) + "\n")
