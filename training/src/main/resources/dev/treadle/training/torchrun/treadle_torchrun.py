"""Trains a model in several processes, as the settings beside this file say. Written by Treadle; to be run by torchrun.

    python -m torch.distributed.run --standalone --nproc-per-node=8 treadle_torchrun.py settings.json
    ... treadle_torchrun.py settings.json --resume-from checkpoint-200

It needs torch, transformers, peft (for adapters), accelerate (which transformers' Trainer stands on) and, for ZeRO-3,
deepspeed. Not TRL: what that adds to Trainer is templates, masks and packing, and all of these are done already.

What it reads lies beside it:

settings.json           everything that is decided: paths (relative to this folder), numbers, schedule.
train.safetensors       input_ids and labels (int32; -100: not learned) of all sequences end to end; sequence_bounds: where each
                        begins, and the end; row_sequences and row_bounds: likewise, which sequences share a row; order: the row
                        numbers of the whole run, step by step (-1: an empty row, which fills up the last step of an epoch);
                        step_targets, step_tokens: how many tokens each step learns and computes, in all processes together.
validation.safetensors  the same for what is judged by; order is one pass.
deepspeed.json          with the strategy deepspeed, DeepSpeed's own configuration.

What it writes lies one folder up: checkpoint-N, as Trainer has them, each with treadle.json once it is whole. A line for each
step, evaluation and checkpoint goes to progress.jsonl here, by the first process alone.

Long because it is one file that can be copied and run where nothing else of Treadle is.
"""

import argparse
import json
import math
import os
import shutil
import signal
import sys
import threading
import time
from pathlib import Path

import numpy
import torch
import torch.distributed as dist
import torch.nn.functional as functional
import transformers
from safetensors import safe_open
from torch.utils.data import DataLoader, Dataset, SequentialSampler
from transformers import AutoModelForCausalLM, PrinterCallback, Trainer, TrainerCallback, TrainingArguments

IGNORED = -100
MARK = "treadle.json"
MASK64 = (1 << 64) - 1


class Rows(Dataset):
    """The rows of a file in the order of the run. Read piece by piece: memory does not grow with the file."""

    def __init__(self, path, flattens):
        self.file = safe_open(path, framework="numpy")
        self.tokens = self.file.get_slice("input_ids")
        self.labels = self.file.get_slice("labels")
        self.bounds = self.file.get_tensor("sequence_bounds")
        self.row_sequences = self.file.get_tensor("row_sequences")
        self.row_bounds = self.file.get_tensor("row_bounds")
        self.order = self.file.get_tensor("order")
        self.step_targets = self.file.get_tensor("step_targets").tolist()
        self.step_tokens = self.file.get_tensor("step_tokens").tolist()
        self.flattens = flattens

    def __len__(self):
        return len(self.order)

    def __getitem__(self, place):
        """The sequences of a row, each as its tokens and labels. A row of its own for each unless rows are flattened."""
        row = int(self.order[place])
        if row < 0:
            return []
        begin, end = int(self.row_bounds[row]), int(self.row_bounds[row + 1])
        return [self.sequence(int(it)) for it in self.row_sequences[begin:end]]

    def sequence(self, number):
        begin, end = int(self.bounds[number]), int(self.bounds[number + 1])
        return self.tokens[begin:end].astype(numpy.int64), self.labels[begin:end].astype(numpy.int64)

    def collate(self, rows):
        sequences = [it for row in rows for it in row]
        return flat(sequences) if self.flattens else padded(sequences, len(rows))


def padded(sequences, rows):
    """One sequence a row, filled up at the end. The mask keeps what fills from being seen."""
    length = max([len(tokens) for tokens, _ in sequences], default=1)
    input_ids = torch.zeros((rows, length), dtype=torch.long)
    labels = torch.full((rows, length), IGNORED, dtype=torch.long)
    mask = torch.zeros((rows, length), dtype=torch.long)
    mask[:, 0] = 1  # an empty row, too, must see something
    for row, (tokens, marks) in enumerate(sequences):
        input_ids[row, :len(tokens)] = torch.from_numpy(tokens)
        labels[row, :len(marks)] = torch.from_numpy(marks)
        mask[row, :len(tokens)] = 1
    return {"input_ids": input_ids, "labels": labels, "attention_mask": mask}


def flat(sequences):
    """All sequences in one row, each with positions from 0: by these FlashAttention keeps them apart."""
    if not sequences:
        return {name: torch.tensor([[value]]) for name, value in
                (("input_ids", 0), ("labels", IGNORED), ("position_ids", 0))}
    tokens = numpy.concatenate([it for it, _ in sequences])
    labels = numpy.concatenate([it for _, it in sequences])
    positions = numpy.concatenate([numpy.arange(len(it)) for it, _ in sequences])
    return {"input_ids": torch.from_numpy(tokens)[None], "labels": torch.from_numpy(labels)[None],
            "position_ids": torch.from_numpy(positions)[None]}


class Progress:
    """The file that Treadle reads while this runs: one JSON object a line, in the form of its log."""

    def __init__(self, path, is_first):
        self.path = path
        self.is_first = is_first

    def add(self, kind, step, **values):
        if self.is_first:
            self.write(kind, step, values)

    def write(self, kind, step, values):
        """A number that is none becomes null: JSON has no other word for it."""
        line = {name: None if isinstance(it, float) and not math.isfinite(it) else it for name, it in values.items()}
        with open(self.path, "a", encoding="utf-8") as file:
            file.write(json.dumps({"type": kind, "step": step, **line}) + "\n")

    def cut(self, step):
        """Drops what an earlier run wrote after the checkpoint that this one goes on from."""
        if not self.is_first or not self.path.exists():
            return
        lines = self.path.read_text(encoding="utf-8").splitlines(keepends=True)
        kept = [it for it in lines if it.endswith("\n") and json.loads(it)["step"] <= step
                and json.loads(it)["type"] not in ("failure", "end")]
        if kept != lines:
            self.path.write_text("".join(kept), encoding="utf-8")


class Plan:
    """What the settings say of each step: counted from 1, as they are logged."""

    def __init__(self, settings):
        self.steps = settings["steps"]
        self.steps_per_epoch = settings["steps_per_epoch"]
        self.rows = settings["rows"]
        self.window = settings["batch_size"] * settings["accumulation"] * settings["processes"]
        self.optimizer = settings["optimizer"]

    def rate(self, done):
        """The learning rate of the step after so many: up in a straight line, then down."""
        rise = self.optimizer["warmup_steps"]
        if done < rise:
            return self.optimizer["learning_rate"] * (done / max(1, rise))
        fall = max(1, self.steps - rise)
        share = {
            "cosine": lambda: 0.5 * (1 + math.cos(math.pi * (done - rise) / fall)),
            "linear": lambda: max(0.0, (self.steps - done) / fall),
            "constant": lambda: 1.0,
        }[self.optimizer["decay"]]()
        least = self.optimizer["minimum_ratio"]
        return self.optimizer["learning_rate"] * max(0.0, share * (1 - least) + least)

    def epoch(self, step):
        return step // self.steps_per_epoch + step % self.steps_per_epoch * self.window / self.rows

    def is_due(self, interval, step):
        """An interval is a number of steps, "epoch" or "never"."""
        if interval == "epoch":
            return step % self.steps_per_epoch == 0
        return interval != "never" and step % interval == 0


class TreadleTrainer(Trainer):
    """Trainer with the order, the loss, the schedule and the evaluation of the settings."""

    def __init__(self, settings, plan, progress, validation, earlier, **others):
        super().__init__(**others)
        self.settings = settings
        self.plan = plan
        self.progress = progress
        self.validation = validation
        self.earlier = earlier  # what treadle.json of the checkpoint says that this goes on from
        self.model_accepts_loss_kwargs = True  # compute_loss divides by the window's tokens itself
        self.tally = torch.zeros(1, dtype=torch.float64, device=self.args.device)  # losses of this step, of this process
        self.loss = math.nan
        self.began = self.step_began = time.monotonic()

    def get_train_dataloader(self):
        """The order is in the file; accelerate gives each process every so-manieth batch of it."""
        return self.accelerator.prepare(self.loader(self.train_dataset, self.args.per_device_train_batch_size))

    @staticmethod
    def loader(rows, size):
        return DataLoader(rows, batch_size=size, sampler=SequentialSampler(rows), collate_fn=rows.collate)

    def create_scheduler(self, num_training_steps, optimizer=None):
        if self.lr_scheduler is None:
            peak = self.settings["optimizer"]["learning_rate"]
            self.lr_scheduler = torch.optim.lr_scheduler.LambdaLR(
                optimizer or self.optimizer, lambda done: self.plan.rate(done) / peak)
        return self.lr_scheduler

    def compute_loss(self, model, inputs, return_outputs=False, num_items_in_batch=None):
        """This batch's share of the step's mean. Gradients are averaged over the processes: hence their number."""
        total, _, _ = summed_loss(model, inputs)
        self.tally += total.detach().double()
        return total * self.settings["processes"] / self.train_dataset.step_targets[self.state.global_step]

    def save_model(self, output_dir=None, _internal_call=False):
        """Under FSDP what is trained is put together here, number by number: accelerate has saved parts of adapters."""
        if self.settings["strategy"] != "fsdp":
            super().save_model(output_dir, _internal_call)
            return
        whole = {}
        for name, it in self.model.named_parameters():
            if it.requires_grad:
                value = it.full_tensor() if hasattr(it, "full_tensor") else it
                if self.args.should_save:
                    whole[name] = value.detach().cpu().clone()
        if self.args.should_save:
            self.accelerator.unwrap_model(self.model).save_pretrained(output_dir, state_dict=whole)

    def finish_step(self):
        """The step's loss in all processes."""
        together(self.tally)
        self.loss = self.tally.item() / self.train_dataset.step_targets[self.state.global_step - 1]
        self.tally.zero_()

    def evaluate(self, *_, **__):
        """The mean loss of a validation token. Every process takes its share; the last ones' may be empty."""
        model = self.model_wrapped
        model.eval()
        sums = torch.zeros(3, dtype=torch.float64, device=self.args.device)
        size = self.settings["batch_size"]
        with torch.no_grad():
            for number, batch in enumerate(self.loader(self.validation, size)):
                if number % self.settings["processes"] == self.args.process_index:
                    parts = summed_loss(model, self._prepare_inputs(batch))
                    sums += torch.stack([torch.as_tensor(it, device=sums.device).double() for it in parts])
        model.train()
        together(sums)
        loss, hits, targets = sums.tolist()
        self.judge(loss / max(1, targets), hits, int(targets))
        self.control.should_evaluate = False
        return {"eval_loss": loss / max(1, targets)}

    def judge(self, loss, hits, targets):
        """Keeps the best in mind, and whether it is time to give up."""
        step = self.state.global_step
        is_best = self.earlier["best_loss"] is None or loss < self.earlier["best_loss"]
        if is_best:
            self.earlier.update(best_loss=loss, best_step=step, without_gain=0)
        else:
            self.earlier["without_gain"] += 1
        if step > 0 and is_best and self.settings["keeps_best"]:
            self.control.should_save = True
        if 0 < self.settings["patience"] <= self.earlier["without_gain"]:
            self.control.should_save = self.control.should_training_stop = True
        self.progress.add(
            "evaluation", step, epoch=self.plan.epoch(step), eval_loss=loss, target_tokens=targets, best=is_best,
            eval_mean_token_accuracy=hits / max(1, targets), seconds=self.seconds())

    def seconds(self):
        return self.earlier["seconds"] + time.monotonic() - self.began


def summed_loss(model, inputs):
    """The sum of the targets' losses, how many of them the model would have said, and how many there are.

    Scores are asked for at those places alone whose next token is a target: with a large vocabulary they are most of what
    a batch needs.
    """
    inputs = dict(inputs)
    following = inputs.pop("labels")[:, 1:]
    places = (following != IGNORED).any(dim=0).nonzero().flatten()
    if len(places) == 0:
        places = torch.zeros(1, dtype=torch.long, device=following.device)
        following = torch.full_like(inputs["input_ids"][:, :1], IGNORED)
    targets = following[:, places].flatten()
    logits = model(**inputs, logits_to_keep=places, use_cache=False).logits.float().flatten(0, 1)
    total = functional.cross_entropy(logits, targets, ignore_index=IGNORED, reduction="sum")
    return total, (logits.detach().argmax(-1) == targets).sum(), (targets != IGNORED).sum()


def together(values, operation=dist.ReduceOp.SUM):
    if dist.is_initialized():
        dist.all_reduce(values, op=operation)
    return values


class Pace(TrainerCallback):
    """Says after each step what is due, and writes down what happened."""

    def __init__(self):
        self.trainer = None

    def on_train_begin(self, args, state, control, **_):
        trainer = self.trainer
        torch.manual_seed(args.seed + args.process_index)  # of dropout: each process drops other numbers
        if state.global_step == 0 and trainer.validation is not None:
            trainer.evaluate()

    def on_step_begin(self, args, state, control, **_):
        self.trainer.step_began = time.monotonic()

    def on_step_end(self, args, state, control, **_):
        trainer, settings, step = self.trainer, self.trainer.settings, state.global_step
        trainer.finish_step()
        if not math.isfinite(trainer.loss):
            raise ArithmeticError(f"the loss of step {step} is no number: lower learning_rate, or raise warmup_steps")
        is_over = step == trainer.plan.steps
        is_due = trainer.plan.is_due
        control.should_log = is_over or step % settings["log_every"] == 0
        control.should_evaluate = trainer.validation is not None and (is_over or is_due(settings["evaluate_every"], step))
        control.should_save = is_over or is_due(settings["save_every"], step)
        return control

    def on_log(self, args, state, control, logs=None, **_):
        trainer, step = self.trainer, state.global_step
        if "loss" not in logs:
            return
        seconds, tokens = max(1e-9, time.monotonic() - trainer.step_began), trainer.train_dataset.step_tokens[step - 1]
        trainer.progress.add(
            "step", step, epoch=trainer.plan.epoch(step), loss=trainer.loss, learning_rate=trainer.plan.rate(step - 1),
            grad_norm=float(logs.get("grad_norm", math.nan)), tokens=tokens,
            target_tokens=trainer.train_dataset.step_targets[step - 1], tokens_per_second=tokens / seconds,
            memory_bytes=most_memory(args.device), seconds=trainer.seconds())

    def on_save(self, args, state, control, **_):
        """A checkpoint counts once every process has written its part."""
        trainer, step = self.trainer, state.global_step
        if dist.is_initialized():
            dist.barrier()
        if args.process_index == 0:
            earlier = {**trainer.earlier, "step": step, "seconds": trainer.seconds()}
            mark = Path(args.output_dir, f"checkpoint-{step}", MARK)
            mark.with_suffix(".part").write_text(json.dumps(earlier), encoding="utf-8")
            os.replace(mark.with_suffix(".part"), mark)
            trainer.progress.add("checkpoint", step, folder=f"checkpoint-{step}", best=earlier["best_step"] == step)
            prune(Path(args.output_dir), trainer.settings["kept"], earlier["best_step"])


def prune(output, kept, best):
    """Deletes all checkpoints but the last few and the best one; those that never became whole, too."""
    folders = {int(it.name.split("-")[1]): it for it in output.glob("checkpoint-*") if it.name.split("-")[1].isdigit()}
    whole = sorted(step for step, it in folders.items() if (it / MARK).exists())
    for step, folder in folders.items():
        if step != best and step not in whole[-kept:]:
            (folder / MARK).unlink(missing_ok=True)
            shutil.rmtree(folder)


def most_memory(device):
    """The most bytes that this process had: of the GPU, where there is one."""
    if device.type == "cuda":
        return torch.cuda.max_memory_reserved(device)
    try:
        status = Path("/proc/self/status").read_text(encoding="utf-8")
        return next(int(it.split()[1]) * 1024 for it in status.splitlines() if it.startswith("VmHWM"))
    except (OSError, StopIteration):
        return 0


def arguments_of(settings, folder):
    """Trainer's own settings. Made before the model: ZeRO-3 must know by then that it will part the weights."""
    optimizer, strategy, on_cpu = settings["optimizer"], settings["strategy"], not torch.cuda.is_available()
    chosen = {}
    if strategy == "deepspeed":
        chosen = {"deepspeed": str(folder / "deepspeed.json")}
    elif strategy == "fsdp":
        # Before transformers 5 the way to part the model stood in a text of its own.
        is_old = int(transformers.__version__.split(".")[0]) < 5
        chosen = {"fsdp": "full_shard auto_wrap" if is_old else True, "fsdp_config": settings["fsdp"]}
    else:
        chosen = {"ddp_find_unused_parameters": False}
    if on_cpu:
        chosen["ddp_backend"] = "gloo"
    return TrainingArguments(
        output_dir=str(folder.parent), per_device_train_batch_size=settings["batch_size"],
        gradient_accumulation_steps=settings["accumulation"], max_steps=settings["steps"], optim="adamw_torch",
        learning_rate=optimizer["learning_rate"], weight_decay=optimizer["weight_decay"],
        adam_beta1=optimizer["beta1"], adam_beta2=optimizer["beta2"], adam_epsilon=optimizer["epsilon"],
        max_grad_norm=optimizer["max_grad_norm"], bf16=settings["precision"] == "bfloat16",
        gradient_checkpointing=settings["checkpointing"],
        gradient_checkpointing_kwargs={"use_reentrant": strategy == "deepspeed"}, seed=settings["seed"],
        eval_strategy="no", save_strategy="no", logging_strategy="no", report_to="none", disable_tqdm=True,
        remove_unused_columns=False, use_cpu=on_cpu, **chosen)


def model_of(settings):
    """The base, with an adapter that changes nothing yet beside what is trained."""
    is_half, is_adapter = settings["precision"] == "bfloat16", settings["method"] == "lora"
    # All weights are trained as float32 and computed with as bfloat16; a base that stays is kept as bfloat16.
    kind = torch.bfloat16 if is_half and is_adapter else torch.float32
    model = AutoModelForCausalLM.from_pretrained(
        settings["base"], dtype=kind, attn_implementation=settings["attention"], local_files_only=True)
    model.config.use_cache = False
    if not is_adapter:
        return model
    from peft import LoraConfig, get_peft_model
    if settings["checkpointing"]:
        model.enable_input_require_grads()
    # Where weights are parted, those of one part must be of one kind.
    adapter = get_peft_model(
        model, LoraConfig(task_type="CAUSAL_LM", **settings["lora"]), autocast_adapter_dtype=settings["strategy"] == "ddp")
    first_values(adapter, settings["first_values"], settings["seed"])
    return adapter


def first_values(adapter, modules, seed):
    """Matrices A as Treadle's own engine begins with: evenly spread, whatever the number of processes. B is zero."""
    parameters = dict(adapter.named_parameters())
    drawn = 0
    for it in modules:
        shape = (it["rank"], it["in"])
        values = evenly(seed, drawn, shape[0] * shape[1])
        drawn += shape[0] * shape[1]
        target = parameters[f"base_model.model.{it['name']}.lora_A.default.weight"]
        if tuple(target.shape) != shape:
            raise ValueError(f"{it['name']} has a matrix A of {tuple(target.shape)}, not {shape}")
        with torch.no_grad():
            numbers = ((1 / math.sqrt(it["in"])) * (2 * values - 1)).astype(numpy.float32).reshape(shape)
            target.copy_(torch.from_numpy(numbers))


def evenly(seed, drawn, count):
    """Numbers from 0 to 1, those that java.util.SplittableRandom draws after the first so many (Steele and others, 2014)."""
    places = numpy.arange(drawn + 1, drawn + count + 1, dtype=numpy.uint64)
    mixed = numpy.uint64(seed & MASK64) + places * numpy.uint64(0x9E3779B97F4A7C15)
    mixed = (mixed ^ (mixed >> numpy.uint64(30))) * numpy.uint64(0xBF58476D1CE4E5B9)
    mixed = (mixed ^ (mixed >> numpy.uint64(27))) * numpy.uint64(0x94D049BB133111EB)
    mixed = mixed ^ (mixed >> numpy.uint64(31))
    return (mixed >> numpy.uint64(11)).astype(numpy.float64) * 2.0 ** -53


def end_with_treadle():
    """Ends this process when Treadle is gone: its end of the pipe that is our input closes, even where it was killed."""
    def wait():
        while os.read(0, 1):
            pass
        os.kill(os.getpid(), signal.SIGTERM)
    threading.Thread(target=wait, daemon=True).start()


def run(folder, settings, resume_from, progress):
    processes = int(os.environ.get("WORLD_SIZE", "1"))
    if processes != settings["processes"]:
        raise ValueError(f"these files are for {settings['processes']} processes, and there are {processes}")
    arguments = arguments_of(settings, folder)
    earlier = {"best_loss": None, "best_step": None, "without_gain": 0, "seconds": 0.0}
    if resume_from:
        earlier = json.loads((folder.parent / resume_from / MARK).read_text(encoding="utf-8"))
    progress.cut(earlier.get("step", -1))
    pace = Pace()
    pace.trainer = TreadleTrainer(
        settings, Plan(settings), progress,
        Rows(folder / "validation.safetensors", settings["flattens"]) if settings["has_validation"] else None, earlier,
        model=model_of(settings), args=arguments, train_dataset=Rows(folder / "train.safetensors", settings["flattens"]),
        callbacks=[pace])
    pace.trainer.remove_callback(PrinterCallback)
    require(pace.trainer, settings["strategy"])
    pace.trainer.train(resume_from_checkpoint=str(folder.parent / resume_from) if resume_from else None)
    step = pace.trainer.state.global_step
    progress.add("end", step, at=time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()), result="",
                 reason="done" if step == settings["steps"] else "patience", seconds=pace.trainer.seconds())


def require(trainer, strategy):
    """Refuses to train otherwise than was asked: accelerate passes over FSDP in silence where there is no GPU."""
    if (strategy == "fsdp") != trainer.is_fsdp_enabled or (strategy == "deepspeed") != trainer.is_deepspeed_enabled \
            or strategy == "fsdp" and "FSDP" not in str(trainer.accelerator.distributed_type):
        raise RuntimeError(f"the strategy {strategy} is not to be had here: it needs GPUs; take ddp")


def main():
    parser = argparse.ArgumentParser(description="Trains as settings.json says. To be run by torchrun.")
    parser.add_argument("settings", type=Path)
    parser.add_argument("--resume-from", metavar="NAME", help="a checkpoint's folder, such as checkpoint-200")
    words = parser.parse_args()
    folder = words.settings.resolve().parent
    rank = int(os.environ.get("RANK", "0"))
    if os.environ.get("TREADLE_WATCHED") == "1":
        end_with_treadle()
    progress = Progress(folder / "progress.jsonl", rank == 0)
    try:
        run(folder, json.loads(words.settings.read_text(encoding="utf-8")), words.resume_from, progress)
    except Exception as trouble:
        # Whichever process failed says so: the others then fail for want of it.
        said = " ".join(str(trouble).split())[:600]
        progress.write("failure", 0, {"rank": rank, "message": f"{type(trouble).__name__}: {said}"})
        raise
    if dist.is_initialized():
        dist.barrier()
        dist.destroy_process_group()
    # All is on the disk. Libraries' threads have been seen to abort while Python takes itself apart.
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(0)


if __name__ == "__main__":
    main()
