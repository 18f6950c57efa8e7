"""Makes the learning rates that LearningRateTest compares with, by transformers' own schedules.

    python make_schedules.py ../resources/settings/schedules.json

Made with transformers 5.18 and torch 2.13.
"""

import json
import sys

import torch
from transformers import TrainingArguments
from transformers import get_constant_schedule_with_warmup, get_cosine_schedule_with_warmup
from transformers import get_cosine_with_min_lr_schedule_with_warmup, get_linear_schedule_with_warmup

PEAK = 3e-4


def rates(make, total):
    parameter = torch.nn.Parameter(torch.zeros(1))
    optimizer = torch.optim.SGD([parameter], lr=PEAK)
    schedule = make(optimizer)
    found = []
    for _ in range(total + 2):  # two beyond the end
        found.append(schedule.get_last_lr()[0])
        optimizer.step()
        schedule.step()
    return found


def warm_up(total, ratio):
    return TrainingArguments(output_dir="unused", warmup_steps=ratio, use_cpu=True).get_warmup_steps(total)


cases = []
for total, ratio in [(1, 0.03), (7, 0.05), (40, 0.05), (101, 0.03), (23, 0.0)]:
    steps = warm_up(total, ratio)
    made = {
        "COSINE": lambda o: get_cosine_schedule_with_warmup(o, steps, total),
        "LINEAR": lambda o: get_linear_schedule_with_warmup(o, steps, total),
        "CONSTANT": lambda o: get_constant_schedule_with_warmup(o, steps),
    }
    for decay, make in made.items():
        cases.append({"decay": decay, "total": total, "ratio": ratio, "warm_up": steps, "minimum": 0.0,
                      "rates": rates(make, total)})
    cases.append({"decay": "COSINE", "total": total, "ratio": ratio, "warm_up": steps, "minimum": 0.1,
                  "rates": rates(lambda o: get_cosine_with_min_lr_schedule_with_warmup(o, steps, total, min_lr_rate=0.1), total)})

with open(sys.argv[1], "w") as file:
    file.write('{"peak": %r, "cases": [\n' % PEAK + ",\n".join(json.dumps(it) for it in cases) + "\n]}\n")
