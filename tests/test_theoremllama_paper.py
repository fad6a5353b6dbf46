"The paper-scale experiment: estimates, the small run of the same path, and what is said when something is missing."
import dataclasses, json, re, sys, types

import pytest

from fanslib.core import ConfigError, EngineError, InputError, iter_jsonl, read_jsonl, write_jsonl
from fanslib.lm import Completion
from fanslib.theoremllama import OBT_COLUMNS, AlignedTheorem, write_corpus
from fanslib.theoremllama_paper import (ABLATIONS, GPUS, LLAMA3_8B, PaperConfig, _prompt_tokens, ablation, accelerate_config, accuracy_row, bare,
                                        commented, estimate, evaluate_minif2f, finetune, fitting_records, impossible, laptop_files, launch_command,
                                        load_benchmark, load_obt, lora_parameters, main, memory, open_model, published, token_flops, tokens_read,
                                        training_hours, with_visible, writing_hours, unreadable)
from fanslib.theoremllama_train import LLAMA3, TrainConfig

N = 8_030_261_248
PAPER = PaperConfig.paper()
ONE = AlignedTheorem(0, "t", "theorem t (n : Nat) : n + 0 = n", "by\n  simp", "Zero adds nothing.", "By definition.", "by\n  -- so it is\n  simp")


# ---- configuration -------------------------------------------------------------------------------------------------

@pytest.mark.parametrize("config", [PAPER, PaperConfig.laptop("x"), *(ablation(PAPER, name) for name in ABLATIONS)])
def test_a_configuration_survives_json(config):
    back = PaperConfig.from_json(config.to_json())
    assert back == config and isinstance(back.train, TrainConfig) and isinstance(back.write.temperatures, tuple)


@pytest.mark.parametrize("text", ['{"foo": 1}', '{"train": {"foo": 1}}', '{"write": {"foo": 1}}', '{"comments": "x"}', '{"gpu": "TPU"}', '{"gpus": 0}', '{"train": {"context": 0}}'])
def test_a_wrong_configuration_is_refused(text):
    with pytest.raises(ConfigError):
        PaperConfig.from_json(text)


def test_every_ablation_changes_one_thing():
    texts = {ablation(PAPER, name).to_json() for name in ABLATIONS}
    assert len(texts) == len(ABLATIONS) and ablation(PAPER, "full") == PAPER
    for name in ABLATIONS:
        changed = [a for a, b in zip(ablation(PAPER, name).to_json().splitlines(), PAPER.to_json().splitlines()) if a != b]
        assert len(changed) == (name != "full")
    assert not ablation(PAPER, "without natural language").writing().nl and not ablation(PAPER, "without bootstrapping").writing().commented
    assert ablation(PAPER, "comments at the head").writing().commented


# ---- estimate ------------------------------------------------------------------------------------------------------

def test_the_shape_is_llama_3_8b():
    pytest.importorskip("transformers")
    rows = {r["quantity"]: r for r in estimate(PAPER).rows}
    assert rows["parameters"]["value"] == 8.03 and rows["weights in bf16"]["value"] == 16.06
    assert rows["optimizer steps"]["value"] == 3340 and 19 < rows["tokens read for one of the corpus"]["value"] < 21
    assert lora_parameters(LLAMA3_8B, 0) == 0 and lora_parameters(LLAMA3_8B, 16) == 41_943_040  # what peft prints for rank 16 on this model


def test_memory_falls_with_gpus_and_with_checkpointing():
    full = dataclasses.replace(PAPER.train, lora_rank=0)
    for train in (PAPER.train, full):
        sizes = [memory(LLAMA3_8B, train, k, True, N)["total"] for k in (2, 4, 8, 64)]
        assert sizes == sorted(sizes, reverse=True) and len(set(sizes)) == 4
        assert memory(LLAMA3_8B, train, 1, True, N) == memory(LLAMA3_8B, train, 8, False, N)
        without = dataclasses.replace(train, gradient_checkpointing=False)
        assert memory(LLAMA3_8B, without, 8, True, N)["activations"] > 5 * memory(LLAMA3_8B, train, 8, True, N)["activations"]
    shared = memory(LLAMA3_8B, full, 8, True, N)
    assert [shared[part] for part in ("weights", "gradients", "optimizer")] == pytest.approx([4 * N / 8e9, 4 * N / 8e9, N / 1e9])
    alone = memory(LLAMA3_8B, full, 1, False, N)
    assert alone["weights"] + alone["gradients"] + alone["optimizer"] == pytest.approx(16 * N / 1e9)
    assert alone["total"] == pytest.approx(sum(v for k, v in alone.items() if k != "total"))
    assert memory(LLAMA3_8B, PAPER.train, n=N)["total"] < alone["total"] / 4


def test_training_time_follows_what_is_read():
    train = PAPER.train
    assert tokens_read(train, 1000) == 1000 * (8192 - 200) and tokens_read(dataclasses.replace(train, learn="all"), 1000) == 400_000
    assert tokens_read(dataclasses.replace(train, alone=True), 1000) == 400_000
    assert tokens_read(dataclasses.replace(train, max_steps=10), 1000, gpus=8) == 10 * 4 * 8 * (8192 - 200)
    products = N - 128_256 * 4096
    plain = dataclasses.replace(train, lora_rank=0, gradient_checkpointing=False)
    assert 6 * products < token_flops(LLAMA3_8B, plain, N) < 7 * products
    assert token_flops(LLAMA3_8B, dataclasses.replace(plain, gradient_checkpointing=True), N) == pytest.approx(4 / 3 * token_flops(LLAMA3_8B, plain, N))
    assert 4 * products < token_flops(LLAMA3_8B, dataclasses.replace(plain, lora_rank=128), N) < token_flops(LLAMA3_8B, plain, N)
    small, large = (dataclasses.replace(train, lora_rank=rank) for rank in (16, 128))
    assert token_flops(LLAMA3_8B, large, N) - token_flops(LLAMA3_8B, small, N) == 8 * (lora_parameters(LLAMA3_8B, 128) - lora_parameters(LLAMA3_8B, 16))
    hours = [training_hours(dataclasses.replace(PAPER, gpus=k), n=N) for k in (1, 8)]
    assert hours[0] == pytest.approx(8 * hours[1]) and 25 < hours[1] < 40
    assert training_hours(PAPER, "H100", n=N) < training_hours(PAPER, "A100", n=N) < hours[1]


def test_writing_time_and_prompt_fit_the_context():
    assert _prompt_tokens(PAPER) + PAPER.write.max_new_tokens <= PAPER.train.context
    short = dataclasses.replace(PAPER, train=dataclasses.replace(PAPER.train, context=4096))
    assert _prompt_tokens(short) == 4096 - 1024
    assert writing_hours(PAPER, batch=16, n=N) < writing_hours(PAPER, batch=4, n=N) < writing_hours(PAPER, batch=1, n=N)
    assert writing_hours(PAPER, theorems=244, n=N) == pytest.approx(writing_hours(PAPER, n=N) / 2)


# ---- corpus --------------------------------------------------------------------------------------------------------

@pytest.mark.parametrize("statement", ["theorem t (n : Nat) : n + 0 = n", "theorem t (n : Nat) : n + 0 = n :=", "theorem t (n : Nat) : n + 0 = n := by",
                                       "import Mathlib\nopen Nat\ntheorem t (n : Nat) : n + 0 = n := by sorry"])
@pytest.mark.parametrize("proof", ["by\n  simp", ":= by\n  simp", "theorem t (n : Nat) : n + 0 = n := by\n  simp", "\nby\n  simp\n"])
def test_whatever_a_row_repeats_the_theorem_is_bare(statement, proof):
    found = bare(dataclasses.replace(ONE, statement=statement, proof=proof, commented_proof=""))
    assert (found.statement, found.proof) == (ONE.statement, ONE.proof) and bare(found) == found


def test_a_local_corpus_is_read_and_a_missing_one_named(tmp_path):
    assert load_obt(write_corpus(tmp_path / "c.jsonl", [ONE])) == [ONE]
    with pytest.raises(InputError, match="none.parquet"):
        load_obt(tmp_path / "none.parquet")


def test_without_datasets_the_user_is_told_what_to_install(monkeypatch):
    monkeypatch.setitem(sys.modules, "datasets", None)
    with pytest.raises(EngineError, match="pip install datasets"):
        load_obt(PAPER.dataset)


def test_the_hub_is_asked_by_datasets_and_its_failures_are_typed(monkeypatch):
    asked, rows = [], [ONE.to_obt()]
    fake = types.SimpleNamespace(load_dataset=lambda name, split: asked.append((name, split)) or rows)
    monkeypatch.setitem(sys.modules, "datasets", fake)
    assert load_obt() == [ONE] and asked == [(PAPER.dataset, "train")]
    rows.append({c: v for c, v in ONE.to_obt().items() if c != "Statement"})
    with pytest.raises(InputError, match="row 2: .*Statement"):
        load_obt()

    def offline(*a, **kw):
        raise ConnectionError("no route\nto the hub")

    fake.load_dataset = offline
    with pytest.raises(EngineError, match="no route; go online"):
        load_obt()


# ---- the small run -------------------------------------------------------------------------------------------------

@pytest.fixture(scope="module")
def small(tmp_path_factory):
    pytest.importorskip("peft")
    return laptop_files(tmp_path_factory.mktemp("laptop"))


class Says:
    name = "says"

    def __init__(self, text):
        self.text, self.prompts = text, []

    def generate(self, prompts, n=1, **kw):
        self.prompts += prompts
        return [[Completion(self.text)] * n for _ in prompts]


def test_what_does_not_fit_is_left_out_by_name(small):
    from fanslib.lm import load_pretrained

    tokenizer = load_pretrained("AutoTokenizer", small.base)
    theorems = [ONE, dataclasses.replace(ONE, name="long", informal_proof="word " * 3000), dataclasses.replace(ONE, name="empty", proof="")]
    records, dropped = fitting_records(small, theorems, tokenizer)
    assert [r.id for r in records] == ["t"] and {d["name"]: d["reason"] for d in dropped} == {"long": "longer than the context", "empty": "no statement or no proof"}
    assert next(d for d in dropped if d["name"] == "long")["tokens"] > small.train.context
    many = [dataclasses.replace(ONE, name=f"t{k}") for k in range(30)]
    some = lambda seed: [r.id for r in fitting_records(dataclasses.replace(small, records=7, seed=seed), many, tokenizer)[0]]
    assert len(some(0)) == 7 and some(0) == some(0) != some(1)
    texts = {name: fitting_records(ablation(small, name), [ONE], tokenizer)[0][0] for name in ABLATIONS}
    assert "Zero adds" not in texts["without natural language"].prompt and "-- so it is" in texts["full"].target
    assert "--" not in texts["without bootstrapping"].target.split("```")[0] and texts["comments at the head"].target.startswith("/- By definition. -/")


def test_the_small_run_goes_from_corpus_to_accuracy_and_resumes(small, judge, tmp_path, monkeypatch):
    import torch
    from safetensors.torch import load_file

    theorems, out = load_obt(small.dataset), tmp_path / "run"
    assert finetune(small, theorems, out, stop_after=3) is None and (out / "checkpoints").is_dir()
    with pytest.raises(EngineError, match="run finetune"):
        open_model(small, out)
    result, calm = finetune(small, theorems, out), finetune(small, theorems, tmp_path / "calm")
    assert [s for s, _ in result.losses] == [1, 2, 3, 4] and dict(result.losses) == pytest.approx(dict(calm.losses), rel=1e-5)
    adapter = load_file(out / "model" / "adapter_model.safetensors")
    assert any(torch.count_nonzero(v) for k, v in adapter.items() if "lora_B" in k), "the adapter has learned something under checkpointing"
    assert PaperConfig.from_json((out / "paper.json").read_text()) == small and read_jsonl(out / "dropped.jsonl") == []
    lm = open_model(small, out, device="cpu")
    rows = evaluate_minif2f(small, lm, "test", judge, tmp_path / "test")
    assert [(r["proved"], r["theorems"]) for r in rows] == [(0, 2)]
    monkeypatch.setattr(type(lm), "generate", lambda *a, **kw: pytest.fail("a finished run asks nothing"))
    assert evaluate_minif2f(small, lm, "test", judge, tmp_path / "test") == rows
    monkeypatch.setattr("fanslib.theoremllama_paper.load_pretrained", lambda auto, *a, load=__import__("fanslib.lm", fromlist=["lm"]).load_pretrained, **kw:
                        load(auto, *a, **kw) if auto == "AutoTokenizer" else pytest.fail("a finished training loads no weights"))
    assert finetune(small, theorems, out) == result


def test_a_model_is_read_as_it_was_trained(small):
    lm = open_model(small, device="cpu")
    record = "question" + LLAMA3.proof + "by\n  omega" + LLAMA3.end
    assert lm.decode(lm.encode(record)) == record, "the mark that ends a proof is visible"
    plain = with_visible(lm.tokenizer, LLAMA3.end)
    assert plain is lm.tokenizer, "nothing left to show"
    size = len(lm.encode(record))
    lm.window = 5 * size
    kept = lm.decode(lm.encode("older " + record * 40 + "own"))
    assert kept == record * 4 + "own", "whole records go, the first ones first"
    lm.window = 2 * size - 1
    assert lm.decode(lm.encode(record + record.replace("omega", "simp") + "own")) == record.replace("omega", "simp") + "own"
    lm.window = size
    with pytest.raises(InputError, match="raise the context"):
        lm.encode("word " * 10 * size)


def test_a_proof_ends_at_its_mark(small):
    "Generation stops at the special token that ends a record; hidden, the proof would run to the last token and be thrown away."
    lm = open_model(small, device="cpu")
    ids = lm.encode("by\n  omega" + LLAMA3.end) + lm.encode("more")
    done = lm.complete(1, ids, 0.0, (LLAMA3.end,))
    assert (done.text, done.finish_reason) == ("by\n  omega", "stop")


def test_accuracy_counts_every_theorem_of_the_split(small, judge, tmp_path):
    texts = {"a": "(n : ℕ) (h : n % 7 = 5) : (n + 2) % 7 = 0", "b": "(x : ℝ) (h : deriv f x = 0) : x = 0", "c": "(x : Int) (h : 2 * x = 6) : x = 3", "d": "(n : ℕ) : n = 0"}
    write_jsonl(tmp_path / "m.jsonl", [dict(name=n, split="valid", formal_statement=f"theorem {n} {t} := by\n") for n, t in texts.items()])
    config, lm = dataclasses.replace(small, minif2f=str(tmp_path / "m.jsonl")), Says("by omega")
    rows = evaluate_minif2f(config, lm, "valid", judge, tmp_path / "out")
    assert [(r["round"], r["attempted"], r["proved"], r["theorems"], r["unreadable"], r["accuracy"]) for r in rows] == [(1, 3, 2, 4, 1, 50.0), (2, 1, 2, 4, 1, 50.0)]
    assert rows[0]["low"] < 50 < rows[0]["high"] and not any("deriv" in p for p in lm.prompts)
    assert [r["name"] for r in read_jsonl(tmp_path / "out" / "unreadable.jsonl")] == ["b"]
    assert unreadable(dataclasses.replace(ONE, statement="theorem b " + texts["b"]), judge) == "deriv"


def test_prompts_hold_words_and_examples_but_never_the_target(small, judge, tmp_path):
    theorems, examples = load_benchmark(small, "test")
    assert all(t.informal_proof and not t.proof for t in theorems) and all("--" in t.commented_proof and "--" not in t.proof for t in examples)
    lm = Says("by sorry")
    evaluate_minif2f(small, lm, "test", judge, tmp_path / "o")
    assert all(t.informal_proof in p for t, p in zip(theorems, lm.prompts[:1])) and lm.prompts[0].count(LLAMA3.end) == small.write.examples
    with pytest.raises(InputError, match="no split 'train'"):
        load_benchmark(small, "train")


def test_missing_benchmark_files_are_named(small, tmp_path, monkeypatch):
    monkeypatch.setenv("FANSLIB_DATA", str(tmp_path))
    for kind in ("informal", "examples"):
        with pytest.raises(InputError, match=f"miniF2F's {kind}.*FANSLIB_DATA"):
            load_benchmark(dataclasses.replace(small, **{kind: ""}), "test")


# ---- accelerate, command, tables -----------------------------------------------------------------------------------

@pytest.mark.parametrize("name", ["single", "ddp8", "fsdp8"])
def test_accelerate_reads_its_files_and_they_name_no_host(name):
    path = accelerate_config(name)
    text = path.read_text()
    assert not re.search(r"\d+\.\d+\.\d+\.\d+|://|localhost|_ip\b|_port\b|hostname|/\w+/", text)
    config_args = pytest.importorskip("accelerate.commands.config.config_args")
    config = config_args.load_config_from_file(str(path))
    assert config.num_processes == (1 if name == "single" else 8) and config.mixed_precision == "bf16" and config.num_machines == 1
    assert (config.distributed_type.value == "FSDP") == bool(config.fsdp_config) == (name == "fsdp8")


def test_the_launch_line_shards_only_what_needs_it():
    full = dataclasses.replace(PAPER, train=dataclasses.replace(PAPER.train, lora_rank=0))
    assert "ddp8" in launch_command(PAPER, "r") and "fsdp8" in launch_command(full, "r") and "single" in launch_command(dataclasses.replace(full, gpus=1), "r")
    with pytest.raises(ConfigError, match="single"):
        accelerate_config("../x")


def test_the_command_trains_on_a_laptop_and_says_what_is_wrong(small, tmp_path, capsys):
    (tmp_path / "c.json").write_text(small.to_json())
    assert main(["--config", str(tmp_path / "c.json"), "--out", str(tmp_path / "r")]) == 0 and "loss" in capsys.readouterr().out
    for arguments, said in ((["--config", str(tmp_path / "no.json"), "--out", "x"], "no configuration"), (["--ablation", "luck", "--estimate"], "no ablation"),
                            (["--config", str(tmp_path / "c.json"), "--evaluate", "test", "--out", str(tmp_path / "none")], "run finetune")):
        assert main(arguments) == 2 and said in capsys.readouterr().err
    with pytest.raises(SystemExit):
        main([])


def test_published_tables():
    assert {r["setting"] for r in published(2)} == set(ABLATIONS) and published(1)[-1]["test"] == published(3)[-1]["test"] == 33.61
    assert impossible("25.83") and impossible("29.01") and not impossible("33.61") and not impossible("25.00") and not impossible("")
    for table in range(1, 6):
        for r in published(table):
            assert abs(100 * r["solved"] / 244 - r["test"]) < 0.21
    row = accuracy_row("test", 2, 82, 244)
    assert row["accuracy"] == 33.61 and row["low"] < 33.61 < row["high"]
    assert set(GPUS) == {"A6000", "A100", "H100"} and commented(ONE, "none").commented_proof == "" and tuple(ONE.to_obt()) == OBT_COLUMNS
