"""Makes training/src/test/resources/templates/golden.json: what transformers renders, conversation by conversation.

    python3 -m venv venv && venv/bin/pip install jinja2 transformers trl
    venv/bin/python training/src/test/python/make_chats.py training/src/test/resources/templates [folder of other templates]

Templates of the folder of others, such as TRL's trl/chat_templates, whose text is not ours to copy, are named in the golden
file by the hash of their text, and what they give by its hash: the test renders them if TREADLE_DATA/chat-templates has them.
Made with jinja2 3.1.6, transformers 5.18.0, TRL 1.13.0.
"""

import hashlib
import json
import sys
from datetime import datetime
from pathlib import Path

import transformers.utils.chat_template_utils as hub

OTHERS = ["llama3.jinja", "llama3_1.jinja", "llama3_2.jinja", "qwen3_instruct_2507.jinja", "deepseek_r1_distill.jinja"]
TOOL = {
    "type": "function",
    "function": {
        "name": "get_weather",
        "description": "The weather's \"state\" in a city, é & <b>",
        "parameters": {"type": "object", "properties": {"city": {"type": "string"}}, "required": ["city"]},
    },
}


def call(arguments):
    return {"type": "function", "function": {"name": "get_weather", "arguments": arguments}}


USER = {"role": "user", "content": "  Wie geht's?\n"}
ANSWER = {"role": "assistant", "content": "Gut. 好"}
THOUGHT = {"role": "assistant", "content": "<think>\nhm\n</think>\n\nGut."}
CHATS = {
    "one": dict(messages=[USER]),
    "system": dict(messages=[{"role": "system", "content": " Be brief. "}, USER, ANSWER, USER]),
    "answered": dict(messages=[USER, ANSWER], add_generation_prompt=False),
    "thinking": dict(messages=[USER, THOUGHT, USER, THOUGHT], add_generation_prompt=False),
    "reasoning": dict(
        messages=[USER, {"role": "assistant", "content": "Gut.", "reasoning_content": "\nso\n"}], add_generation_prompt=False
    ),
    "no_thinking": dict(messages=[USER], enable_thinking=False),
    "tools": dict(messages=[{"role": "system", "content": "S"}, USER], tools=[TOOL, TOOL]),
    "called": dict(
        messages=[
            USER,
            {"role": "assistant", "content": "", "tool_calls": [call({"city": "Köln", "n": 1.5, "list": [True, None]})]},
            {"role": "tool", "content": "{\"t\": 20}"},
            ANSWER,
        ],
        tools=[TOOL],
    ),
    "called_twice": dict(
        messages=[
            USER,
            {"role": "assistant", "content": "So:", "tool_calls": [call({}), call({"city": "B"})]},
            {"role": "tool", "content": "1"},
            {"role": "tool", "content": "2"},
        ],
        tools=[TOOL],
    ),
}
NOW = datetime(2026, 3, 7, 9, 5)


class FixedDate(datetime):
    @classmethod
    def now(cls, tz=None):
        return NOW


hub.datetime = FixedDate


def render(text, chat):
    values = dict(tools=None, documents=None, add_generation_prompt=True, bos_token="<BOS>", eos_token="<EOS>")
    values.update(chat)
    try:
        return dict(text=hub._compile_jinja_template(text).render(**values))
    except Exception as e:  # whatever it is, we must fail too
        return dict(error=type(e).__name__)


if __name__ == "__main__":
    here = Path(sys.argv[1])
    cases = []
    for file in sorted(here.glob("*.jinja")) + [Path(sys.argv[2]) / it for it in OTHERS]:
        text = file.read_text()
        for name, chat in CHATS.items():
            hashed = hashlib.sha256(text.encode()).hexdigest()
            made = render(text, chat)
            if file.parent != here and "text" in made:
                made = dict(text_sha256=hashlib.sha256(made["text"].encode()).hexdigest())
            cases.append(dict(template=file.name, sha256=hashed, chat=name, **made))
    golden = dict(chats=CHATS, cases=cases)
    (here / "golden.json").write_text(json.dumps(golden, indent=1, ensure_ascii=False) + "\n")
