"What TheoremLlama's model reads and learns: blocks, order, loss, runs that are killed, prompts that never hold the answer."
import dataclasses, json, os, random, re, shutil, signal, subprocess, sys
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
from hypothesis import example, given as for_all, settings, strategies as st

os.environ.setdefault("HF_HUB_OFFLINE", "1")
torch = pytest.importorskip("torch")
pytest.importorskip("transformers")
pytest.importorskip("peft")

from fanslib import minimath, theoremllama_train as training
from fanslib.core import ConfigError, EngineError, InputError, read_jsonl
from fanslib.lean import Theorem, Verdict
from fanslib.lm import Completion, TransformersLM, load_pretrained, with_adapter
from fanslib.theoremllama import AlignedTheorem, statement_key
from fanslib.theoremllama_blocks import pack_blocks, sort_by_difficulty
from fanslib.theoremllama_expert import Expert, unmarked
from fanslib.theoremllama_train import (MARKS, TrainConfig, blocks_for, collate, encode, last_checkpoint, record_of, small_llama, train, train_tokenizer,
                                         with_lora)
from fanslib.theoremllama_write import WriteConfig, choose_examples, proof_prompt, write_proofs

ROOT = Path(__file__).parents[1]
THEOREMS = [AlignedTheorem(k, i.id, i.statement, i.proof, i.question, i.informal_proof) for k, i in enumerate(minimath.load("train")[::20])]
RECORDS = [record_of(t) for t in THEOREMS]
TOKENIZER = train_tokenizer((r.prompt + r.target for r in RECORDS), vocab_size=512)
IDS = encode(RECORDS, TOKENIZER)
CONFIG = TrainConfig(context=400, batch_size=2, log_steps=1, save_steps=2, warmup_steps=2, max_steps=8, bf16=False)


def tiny(seed=0):
    return small_llama(TOKENIZER, width=32, layers=2, heads=2, seed=seed)


# ---- blocks

SIZE = 100  # tokens 100 i + k are the prompt of record i, 100 i + 50 + k its target


def toy(sizes):
    return [([SIZE * i + k for k in range(p)], [SIZE * i + 50 + k for k in range(t)]) for i, (p, t) in enumerate(sizes)]


def held(ids, records):
    "The numbers of the records that a row of tokens holds, each of them whole."
    found, at = [], 0
    while at < len(ids):
        i = int(ids[at]) // SIZE
        whole = [*records[i][0], *records[i][1]]
        assert list(ids[at:at + len(whole)]) == whole, f"record {i} is cut"
        found.append(i)
        at += len(whole)
    return found


packings = st.lists(st.tuples(st.integers(0, 9), st.integers(1, 9)), min_size=1, max_size=14).flatmap(
    lambda sizes: st.tuples(st.just(toy(sizes)), st.integers(0, 60).map(lambda more: max(p + t for p, t in sizes) + more)))


@settings(deadline=None, max_examples=200)
@for_all(packings)
@example((toy([(1, 1)]), 50))
@example((toy([(2, 3)] * 4), 10))
def test_one_block_a_record_holds_its_predecessors_on_the_ring(packing):
    records, context = packing
    n, length = len(records), [len(p) + len(t) for p, t in records]
    blocks = pack_blocks(records, context)
    assert len(blocks) == n
    for i in range(n):
        ids, labels = blocks[i]
        inside = held(ids, records)
        assert inside == [(i - back) % n for back in reversed(range(len(inside)))] and len(set(inside)) == len(inside)
        assert len(ids) <= context and (len(inside) == n or len(ids) + length[(inside[0] - 1) % n] > context)
        assert list(labels) == [-100] * (len(ids) - len(records[i][1])) + list(records[i][1])


@settings(deadline=None, max_examples=200)
@for_all(packings)
def test_blocks_that_do_not_overlap_hold_everything_once(packing):
    records, context = packing
    blocks = pack_blocks(records, context, learn="all")
    rows = [blocks[i] for i in range(len(blocks))]
    groups = [held(ids, records) for ids, _ in rows]
    assert sum(groups, []) == list(range(len(records)))
    for (ids, labels), following in zip(rows, groups[1:]):
        assert len(ids) + sum(map(len, records[following[0]])) > context
    for ids, labels in rows:
        assert len(ids) <= context and list(labels) == [t if t % SIZE >= 50 else -100 for t in ids]
    assert blocks.fill == pytest.approx(sum(len(ids) for ids, _ in rows) / len(rows) / context)


@settings(deadline=None)
@for_all(packings, st.sampled_from(["last", "all"]))
def test_alone_means_alone(packing, learn):
    records, context = packing
    blocks = pack_blocks(records, context, learn, alone=True)
    assert [(list(blocks[i][0]), list(blocks[i][1])) for i in range(len(blocks))] == [(p + t, [-100] * len(p) + t) for p, t in records]


@settings(deadline=None, max_examples=20)
@for_all(st.integers(0, 10**6), st.integers(1, 40), st.integers(0, 60), st.integers(20, 40))
def test_twenty_records_fill_the_context(seed, shortest, spread, times):
    rng = random.Random(seed)
    records = [([0] * rng.randint(0, 5), [1] * rng.randint(shortest, shortest + spread)) for _ in range(2000)]
    context = int(np.ceil(times * np.mean([len(p) + len(t) for p, t in records])))
    assert pack_blocks(records, context).fill >= 0.95 and pack_blocks(records, context, learn="all").fill >= 0.95


def test_the_first_record_has_the_last_ones_in_front():
    records = toy([(1, 2), (2, 2), (3, 2), (1, 1)])
    assert [held(pack_blocks(records, 9)[i][0], records) for i in range(4)] == [[3, 0], [3, 0, 1], [1, 2], [2, 3]]
    assert held(pack_blocks(records, 99)[1][0], records) == [2, 3, 0, 1]


@settings(deadline=None)
@for_all(st.lists(st.integers(0, 4)))
def test_equal_difficulty_keeps_its_order(levels):
    rows = [SimpleNamespace(difficulty=d, place=k) for k, d in enumerate(levels)]
    done = sort_by_difficulty(rows)
    assert [(r.difficulty, r.place) for r in done] == sorted((r.difficulty, r.place) for r in rows)
    assert [r.place for r in sort_by_difficulty(rows, lambda r: -r.difficulty)] == [k for _, k in sorted((-r.difficulty, r.place) for r in rows)]


@pytest.mark.parametrize("call, error, words", [
    (lambda: pack_blocks(toy([(1, 1), (5, 6), (1, 1), (7, 6)]), 10), ConfigError, "2 of 4 .* first is record 1 with 11"),
    (lambda: pack_blocks([([1], [2]), ([1], [])], 10), InputError, "record 1 has an empty target"),
    (lambda: pack_blocks([], 10), InputError, "no records"),
    (lambda: pack_blocks(toy([(1, 1)]), 10, "first"), ConfigError, "'first'")])
def test_what_cannot_be_packed_is_named(call, error, words):
    with pytest.raises(error, match=words):
        call()


def test_a_context_that_is_too_small_starts_no_run(tmp_path):
    sizes = [len(p) + len(t) for p, t in IDS]
    longest = max(sizes)
    with pytest.raises(ConfigError, match=f"longer than the context of {longest - 1} tokens.* '{RECORDS[sizes.index(longest)].id}' with {longest}"):
        train(tiny(), TOKENIZER, RECORDS, dataclasses.replace(CONFIG, context=longest - 1), tmp_path / "run")
    assert not (tmp_path / "run").exists()


# ---- tokens

LEAN = """theorem by omega exact fun ⟨h, k⟩ := ∀ ∃ x ∈ S ∧ ¬ ≤ ≥ ↔ ∣
    ℕ ℤ ℝ₀ α¹ ← · ▸ ‖ ′ ᵢ ! 0123456789 ٣ 10 | 𝔸 é é ' \" _ . , () [] {} - + * / ^ %""".split()
SPACE = [" ", "  ", "\n", "\n  ", "\n    ", "\t", "\r\n", "\u2028", "\x00"]
lean_text = st.one_of(st.lists(st.sampled_from([*LEAN, *SPACE, *MARKS]), max_size=30).map("".join), st.text(max_size=60))


@settings(deadline=None, max_examples=300)
@for_all(lean_text)
def test_tokens_are_the_text(text):
    ids = TOKENIZER(text, add_special_tokens=False)["input_ids"]
    assert TOKENIZER.decode(ids) == text
    assert [TOKENIZER.decode([i]) for i in ids if re.search("[0-9]", TOKENIZER.decode([i]))] == re.findall("[0-9]", text)


def test_a_mark_is_one_token():
    assert [TOKENIZER(m, add_special_tokens=False)["input_ids"] for m in MARKS] == [[TOKENIZER.convert_tokens_to_ids(m)] for m in MARKS]
    for record, (prompt, target) in zip(RECORDS, IDS):
        assert list(prompt) + list(target) == TOKENIZER(record.prompt + record.target, add_special_tokens=False)["input_ids"]
    assert TOKENIZER.decode(IDS[0][0], skip_special_tokens=True) == RECORDS[0].prompt


@settings(deadline=None, max_examples=300)
@for_all(st.lists(st.sampled_from([*MARKS, "<", "|", ">", "<|", "|>", "<|pro", "of|>", "question", " ", "\n", "\x85", "\u200b", "｜"]), max_size=12).map("".join))
@example("<<|proof|>|proof|>")
def test_a_question_cannot_pose_as_a_mark(text):
    ids = TOKENIZER(unmarked(text), add_special_tokens=False)["input_ids"]
    assert not set(ids) & set(TOKENIZER.convert_tokens_to_ids(list(MARKS)))


# ---- loss

def loss_of(model, rows):
    with torch.no_grad():
        return model(**collate(TOKENIZER.pad_token_id)(rows)).loss.item()


def weighted(model, rows):
    "The loss of the rows one by one, weighted by their learned tokens."
    counts = [int((labels[1:] >= 0).sum()) for _, labels in rows]
    return sum(loss_of(model, [row]) * count for row, count in zip(rows, counts)) / sum(counts)


@pytest.mark.parametrize("kind", [dict(learn="last"), dict(learn="all"), dict(alone=True)])
def test_padding_changes_no_loss(kind):
    model, blocks = tiny().eval(), pack_blocks(IDS, 400, **kind)
    rows = [blocks[i] for i in range(5)]
    assert len({len(ids) for ids, _ in rows}) > 1
    assert loss_of(model, rows) == pytest.approx(weighted(model, rows), rel=1e-5)


def test_padding_is_marked():
    blocks = pack_blocks(IDS, 400)
    rows = [blocks[i] for i in range(5)]
    batch = {name: value.tolist() for name, value in collate(7)(rows).items()}
    for (ids, labels), row, learned, mask in zip(rows, batch["input_ids"], batch["labels"], batch["attention_mask"], strict=True):
        rest = len(row) - len(ids)
        assert (row, learned, mask) == ([*ids, *[7] * rest], [*labels, *[-100] * rest], [1] * len(ids) + [0] * rest)


def test_one_block_is_the_sum_over_its_tokens():
    few, model = IDS[:6], tiny().eval()
    blocks = pack_blocks(few, sum(len(p) + len(t) for p, t in few), learn="all")
    tokens = torch.tensor([t for p, q in few for t in [*p, *q]])
    with torch.no_grad():
        scores = torch.log_softmax(model(tokens[None]).logits[0], -1)
    learned, at = [], 0
    for prompt, target in few:
        learned += range(at + len(prompt), at := at + len(prompt) + len(target))
    assert len(blocks) == 1 and loss_of(model, [blocks[0]]) == pytest.approx(-np.mean([scores[k - 1, tokens[k]].item() for k in learned]), rel=1e-5)


def test_alone_is_every_record_by_itself():
    model = tiny().eval()
    blocks = blocks_for(RECORDS[:5], TOKENIZER, dataclasses.replace(CONFIG, alone=True, curriculum=False))
    for k, record in enumerate(RECORDS[:5]):
        prompt, whole = (TOKENIZER(text, add_special_tokens=False, return_tensors="pt")["input_ids"] for text in (record.prompt, record.prompt + record.target))
        labels = whole.clone()
        labels[:, : prompt.shape[1]] = -100
        with torch.no_grad():
            assert loss_of(model, [blocks[k]]) == pytest.approx(model(whole, labels=labels).loss.item(), rel=1e-5)


def distance(model, other, start):
    "How far two trained models lie apart, in parts of the way that the first has gone."
    flat = lambda m: torch.cat([p.detach().float().reshape(-1) for p in m.parameters()])
    return ((flat(model) - flat(other)).norm() / (flat(model) - flat(start)).norm()).item()


def test_accumulation_is_a_larger_batch(tmp_path):
    results, models = [], []
    for size, times in ((8, 1), (1, 8)):
        models.append(tiny())
        results.append(train(models[-1], TOKENIZER, RECORDS, dataclasses.replace(CONFIG, batch_size=size, accumulation=times, max_steps=3, alone=True), tmp_path / str(size)))
    assert [loss for _, loss in results[0].losses] == pytest.approx([loss for _, loss in results[1].losses], abs=2e-5)
    assert distance(*models, tiny()) < 1e-3


def test_lora_in_the_weights_is_lora_beside_them(tmp_path):
    tiny().save_pretrained(tmp_path / "base"), TOKENIZER.save_pretrained(tmp_path / "base")
    base = lambda: load_pretrained("AutoModelForCausalLM", str(tmp_path / "base"))
    apart = with_lora(base(), 4)
    frozen = {name: p.detach().clone() for name, p in apart.named_parameters() if not p.requires_grad}
    result = train(apart, TOKENIZER, RECORDS, dataclasses.replace(CONFIG, max_steps=2, learning_rate=0.1), tmp_path / "run")
    assert all(torch.equal(p, frozen[name]) for name, p in apart.named_parameters() if name in frozen) and any("lora" in n for n, p in apart.named_parameters() if p.requires_grad)
    probe = collate(0)([pack_blocks(IDS, 400)[0]])["input_ids"]
    with torch.no_grad():
        logits = [m.eval()(probe).logits for m in (with_adapter(base(), result.model), apart, base())]
    assert torch.allclose(logits[0], logits[1], atol=1e-4) and not torch.allclose(logits[0], logits[2], atol=1e-2)
    assert sorted(p.suffix for p in Path(result.model).iterdir() if p.suffix in (".bin", ".pt", ".safetensors")) == [".safetensors"]


# ---- order and runs

@pytest.fixture
def seen(monkeypatch):
    "What the collator is given: the tokens of every block, in the order in which they come."
    rows = []

    def watch(pad):
        join = collate(pad)
        return lambda blocks: rows.extend(tuple(ids.tolist()) for ids, _ in blocks) or join(blocks)
    monkeypatch.setattr(training, "collate", watch)
    return rows


@pytest.mark.parametrize("learn, curriculum", [("all", True), ("last", True), ("all", False)])
def test_blocks_come_in_their_order(tmp_path, seen, learn, curriculum):
    config = dataclasses.replace(CONFIG, learn=learn, curriculum=curriculum, epochs=2, max_steps=-1, batch_size=3, accumulation=2, save_steps=100)
    few = RECORDS[:17]
    train(tiny(), TOKENIZER, few, config, tmp_path)
    blocks = blocks_for(few, TOKENIZER, config)
    assert seen == [tuple(blocks[i][0].tolist()) for i in range(len(blocks))] * 2
    if learn == "last":
        last = [next(r for r in few if TOKENIZER.decode(ids).endswith(r.prompt + r.target)) for ids in seen[:17]]
        assert [r.difficulty for r in last] == sorted(r.difficulty for r in few)


DIE = 11  # batches that the child reads before it is killed; a batch is read ahead of its step


def die(folder):
    "A run that kills its own process in the middle."
    count, plain = [], collate

    def fatal(pad):
        join = plain(pad)
        return lambda blocks: count.append(1) or (os.kill(os.getpid(), signal.SIGKILL) if len(count) == DIE else join(blocks))
    training.collate = fatal
    train(tiny(), TOKENIZER, RECORDS, dataclasses.replace(CONFIG, max_steps=14, save_steps=4, epochs=9), folder)


def test_a_killed_run_goes_on(tmp_path, seen):
    config = dataclasses.replace(CONFIG, max_steps=14, save_steps=4, epochs=9)
    calm_model, model = tiny(), tiny(seed=1)
    calm = train(calm_model, TOKENIZER, RECORDS, config, tmp_path / "calm")
    whole = list(seen)
    done = subprocess.run([sys.executable, "-c", f"import test_theoremllama_train as t; t.die({str(tmp_path / 'killed')!r})"], capture_output=True, text=True,
                          cwd=ROOT / "tests", env={**os.environ, "PYTHONPATH": str(ROOT)})
    assert done.returncode == -signal.SIGKILL, done.stderr[-800:]
    rows = read_jsonl(tmp_path / "killed" / "losses.jsonl")
    assert [r["step"] for r in rows] == list(range(1, len(rows) + 1)) and 8 < len(rows) < DIE and not (tmp_path / "killed" / "result.json").exists()
    checkpoints = tmp_path / "killed" / "checkpoints"
    assert last_checkpoint(checkpoints) == str(checkpoints / "checkpoint-8")
    half = shutil.copytree(checkpoints / "checkpoint-8", checkpoints / "checkpoint-12")  # as a kill while it is written leaves it
    (half / "trainer_state.json").unlink(), (half / "optimizer.pt").unlink(), (half / "model.safetensors").write_bytes(b"\0" * 100)
    with open(tmp_path / "killed" / "losses.jsonl", "a") as file:
        file.write('{"step": 11, "lo')
    seen.clear()
    killed = train(model, TOKENIZER, RECORDS, config, tmp_path / "killed")
    assert seen == whole[8 * config.batch_size:]
    assert [step for step, _ in killed.losses] == list(range(1, 15))
    assert [loss for _, loss in killed.losses] == pytest.approx([loss for _, loss in calm.losses], abs=1e-5)
    assert distance(calm_model, model, tiny()) < 1e-4
    assert not checkpoints.exists() and killed.tokens == calm.tokens


@pytest.mark.parametrize("length", [dict(max_steps=6), dict(max_steps=-1, epochs=0.25)])
def test_a_run_that_dies_at_its_very_end(tmp_path, monkeypatch, length):
    config, few = dataclasses.replace(CONFIG, learn="last", **length), RECORDS[:48]
    calm = train(tiny(), TOKENIZER, few, config, tmp_path / "calm")

    def full(*_):
        raise OSError("no space left on device")
    with monkeypatch.context() as patch, pytest.raises(OSError):
        patch.setattr(training, "write_atomic", full)
        train(tiny(), TOKENIZER, few, config, tmp_path / "run")
    again = train(tiny(seed=1), TOKENIZER, few, config, tmp_path / "run")
    assert again.losses == calm.losses and len(calm.losses) == 6 and again.tokens == calm.tokens
    weights = [load_pretrained("AutoModelForCausalLM", r.model) for r in (calm, again)]
    assert distance(*weights, tiny()) < 1e-6


def test_the_rate_falls_from_the_cooldown_on(tmp_path):
    config = dataclasses.replace(CONFIG, learn="last", max_steps=-1, warmup_steps=2)
    train(tiny(), TOKENIZER, RECORDS[:24], config, tmp_path / "whole")
    cooled = dataclasses.replace(config, max_steps=8, cooldown_from=4)
    assert train(tiny(), TOKENIZER, RECORDS[:24], cooled, tmp_path / "early", stop_after=7) is None
    train(tiny(seed=1), TOKENIZER, RECORDS[:24], cooled, tmp_path / "early")
    whole, early = ([row["learning_rate"] for row in read_jsonl(tmp_path / name / "losses.jsonl")] for name in ("whole", "early"))
    top = whole[4]
    assert (len(whole), len(early)) == (12, 8) and early == pytest.approx([*whole[:5], *(top * part / 4 for part in (3, 2, 1))])
    with pytest.raises(ConfigError, match="cooldown"):
        dataclasses.replace(config, cooldown_from=4)


def test_tokens_are_counted_as_they_are_read(tmp_path, seen):
    config = dataclasses.replace(CONFIG, alone=True, batch_size=3, accumulation=2, max_steps=-1, epochs=2, log_steps=2)
    assert train(tiny(), TOKENIZER, RECORDS[:8], config, tmp_path).tokens == sum(map(len, seen))


def test_only_whole_checkpoints_count(tmp_path):
    assert last_checkpoint(tmp_path) is None and last_checkpoint(tmp_path / "none") is None
    for step, file, text in ((9, "trainer_state.json", "{}"), (10, "trainer_state.json", "{}"), (100, "model.safetensors", "")):
        (tmp_path / f"checkpoint-{step}").mkdir()
        (tmp_path / f"checkpoint-{step}" / file).write_text(text)
    assert last_checkpoint(tmp_path) == str(tmp_path / "checkpoint-10")
    assert sorted(p.name for p in tmp_path.iterdir()) == ["checkpoint-10", "checkpoint-9"]


def test_a_checkpoint_with_half_a_state_does_not_count(tmp_path):
    for step, text in ((9, "{}"), (10, '{"epoch": 0.')):
        (tmp_path / f"checkpoint-{step}").mkdir()
        (tmp_path / f"checkpoint-{step}" / "trainer_state.json").write_text(text)
    assert last_checkpoint(tmp_path) == str(tmp_path / "checkpoint-9")


def test_a_folder_keeps_one_run(tmp_path):
    config = dataclasses.replace(CONFIG, max_steps=2)
    first = train(tiny(), TOKENIZER, RECORDS[:20], config, tmp_path)
    before = {p: p.stat().st_mtime_ns for p in tmp_path.rglob("*") if p.is_file() and p.name != "config.json"}
    assert train(tiny(), TOKENIZER, RECORDS[:20], config, tmp_path) == first
    other = train_tokenizer((r.prompt for r in RECORDS), vocab_size=400)
    for tokenizer, records, changed in [(TOKENIZER, RECORDS[:20], dict(learning_rate=1e-4)), (TOKENIZER, RECORDS[:20], dict(learn="last")), (TOKENIZER, RECORDS[:19], {}),
                                        (TOKENIZER, [*RECORDS[:18], RECORDS[19], RECORDS[18]], dict(curriculum=False)), (other, RECORDS[:20], {})]:
        with pytest.raises(ConfigError, match="another configuration"):
            train(tiny(), tokenizer, records, dataclasses.replace(config, **changed), tmp_path)
    assert before == {p: p.stat().st_mtime_ns for p in tmp_path.rglob("*") if p.is_file() and p.name != "config.json"}


@pytest.mark.parametrize("what", ["model", "targets"])
def test_another_model_or_target_is_another_run(tmp_path, what):
    config, few = dataclasses.replace(CONFIG, max_steps=2), RECORDS[:20]
    train(tiny(), TOKENIZER, few, config, tmp_path)
    model = small_llama(TOKENIZER, width=64, layers=2, heads=2) if what == "model" else tiny()
    if what == "targets":
        few = [dataclasses.replace(r, prompt=r.prompt.removesuffix("<|commented|>"), target="<|commented|>" + r.target) for r in few]
    with pytest.raises(ConfigError, match="another configuration"):
        train(model, TOKENIZER, few, config, tmp_path)


class Trap:
    "Leaves a file behind when it is unpickled."

    def __init__(self, path):
        self.path = path

    def __reduce__(self):
        return (open, (str(self.path), "w"))


def test_pickled_weights_are_refused(tmp_path):
    tiny().save_pretrained(tmp_path / "model"), TOKENIZER.save_pretrained(tmp_path / "model")
    assert TransformersLM(str(tmp_path / "model")).generate(["<|statement|>"], max_new_tokens=2)
    (tmp_path / "model" / "model.safetensors").unlink()
    for weights in (tiny().state_dict(), {"model.embed_tokens.weight": Trap(tmp_path / "sprung")}):
        torch.save(weights, tmp_path / "model" / "pytorch_model.bin")
        for load in (TransformersLM, Expert):
            with pytest.raises(EngineError, match="safetensors"):
                load(str(tmp_path / "model"))
    assert not (tmp_path / "sprung").exists()


# ---- writing

names = st.sampled_from(["T", "T1", "Nat.T"])
types = st.sampled_from(["(n : Nat) : n = n", "(n : Nat) :  n =  n", "(n : Nat) : n = n /- words -/", "(m : Nat) : m = m", ": 1 = 1", "(n : Nat) : n + 0 = n", ": 2 = 2"])
theorems = st.builds(lambda name, type, word: AlignedTheorem(0, name, f"{word} {name} {type}", "by rfl"), names, types, st.sampled_from(["theorem", "lemma"]))


@settings(deadline=None, max_examples=300)
@for_all(theorems, st.lists(theorems, max_size=8), st.integers(0, 5), st.integers(0, 99), st.sampled_from([None, "same", "length"]))
def test_the_target_is_never_its_own_example(target, known, k, seed, kind):
    rank = {None: None, "same": lambda a, b: 0.5, "length": lambda a, b: -abs(len(a.statement) - len(b.statement))}[kind]
    found = choose_examples(target, known, k, random.Random(seed), rank)
    squeeze = lambda t: " ".join(re.sub("/-.*-/", "", t.statement).split()[2:])
    assert all(t.name != target.name and squeeze(t) != squeeze(target) and statement_key(t.statement) != statement_key(target.statement) for t in found)
    possible = [t for t in known if t.name != target.name and squeeze(t) != squeeze(target)]
    assert len(found) == min(k, len(possible)) and all(any(t is p for p in possible) for t in found)
    if kind == "length" and found:
        assert [rank(target, t) for t in found] == sorted(rank(target, t) for t in possible)[-k:]


GOALS = [AlignedTheorem(k, f"g{k}", f"theorem g{k} (n : Nat) : n + {k} = {k} + n", f"by secret_{k}", f"Question {k}?", "Words.", f"by\n  -- hint_{k}\n  secret_{k}") for k in range(6)]
SHOWN = [AlignedTheorem(9, "shown", "theorem shown : True", "by trivial")]


class Writer:
    "Answers `by proof K`; breaks down at its `breaks`-th question."
    name = "writer"

    def __init__(self, breaks=None):
        self.asked, self.breaks = [], breaks

    def generate(self, prompts, n=1, stop=(), seed=0, on_result=None, **_):
        self.asked.append((prompts[0], seed))
        if len(self.asked) == self.breaks:
            raise RuntimeError("power cut")
        goal = re.findall(r"theorem g(\d)", prompts[0])[-1]
        texts = [f"by proof {goal} {k}" for k in range(n - 1)] + ["by cut off"]
        return [[Completion(t, finish_reason="length" if "cut" in t else "stop") for t in texts]]


class Grader:
    "Even goals are proved at once, goal 3 when goal 2 stands in the prompt's examples, the others never."

    def __init__(self, lm):
        self.lm, self.checked = lm, []

    def try_proofs(self, theorem, proofs, timeout=None, budget=None):
        verdicts, prompt = [], self.lm.asked[-1][0]
        for body in proofs:
            assert "cut" not in body
            goal = int(theorem.name[1:])
            self.checked.append((goal, body))
            right = goal % 2 == 0 or goal == 3 and "by proof 2" in prompt
            verdicts.append(Verdict("accept" if right else "reject", "" if right else "no"))
            if right:
                break
        return verdicts


def test_writing_goes_on_where_it_broke(tmp_path):
    config = WriteConfig(rounds=3, n=4, batch=2, examples=4)
    calm_lm = Writer()
    calm = write_proofs(GOALS, SHOWN, calm_lm, Grader(calm_lm), tmp_path / "calm", config)
    assert calm.solved_in == {"g0": 1, "g2": 1, "g4": 1, "g3": 2} and [r["attempted"] for r in calm.rounds] == [6, 3, 2]
    for breaks in range(1, len(calm_lm.asked) + 1):
        folder, first, second = tmp_path / str(breaks), Writer(breaks), Writer()
        with pytest.raises(RuntimeError):
            write_proofs(GOALS, SHOWN, first, Grader(first), folder, config)
        with open(folder / "attempts.jsonl", "a") as file:
            file.write('{"id": "1 g5", "pro')
        assert write_proofs(GOALS, SHOWN, second, Grader(second), folder, config) == calm
        assert second.asked == calm_lm.asked[(breaks - 1) // 2 * 2:]
    third = Writer()
    assert write_proofs(GOALS, SHOWN, third, Grader(third), tmp_path / "1", config) == calm and not third.asked


def test_the_own_proof_is_never_in_a_prompt(tmp_path):
    lm = Writer()
    write_proofs(GOALS, [*SHOWN, *GOALS[:2]], lm, Grader(lm), tmp_path, WriteConfig(rounds=2, n=4, batch=1, examples=3))
    for prompt, _ in lm.asked:
        goal = re.findall(r"theorem g(\d)", prompt)[-1]
        assert f"secret_{goal}" not in prompt and f"hint_{goal}" not in prompt and prompt.endswith(f"n + {goal} = {goal} + n<|commented|>")
    assert any("secret_0" in prompt for prompt, _ in lm.asked)
    for nl, commented in ((True, True), (False, False), (True, False)):
        text = proof_prompt(GOALS[0], GOALS[1:3], nl=nl, commented=commented)
        assert "secret_0" not in text and ("Question" in text) == nl and ("hint_1" in text) == commented and "secret_2" in text


@pytest.mark.parametrize("change", [dict(n=2), dict(seed=1), dict(temperatures=(0.1, 0.2)), "other theorems", "other model"])
def test_another_writing_run_needs_another_folder(tmp_path, change):
    lm, goals = Writer(), GOALS[:2]
    write_proofs(goals, SHOWN, lm, Grader(lm), tmp_path, WriteConfig(rounds=1, n=1))
    if change == "other model":
        lm.name = "someone"
    config = WriteConfig(**{**dict(rounds=1, n=1), **(change if isinstance(change, dict) else {})})
    with pytest.raises(ConfigError, match="another configuration"):
        write_proofs(GOALS[1:3] if change == "other theorems" else goals, SHOWN, lm, Grader(lm), tmp_path, config)


def test_other_examples_are_another_run(tmp_path):
    lm = Writer()
    write_proofs(GOALS[:2], SHOWN, lm, Grader(lm), tmp_path, WriteConfig(rounds=1, n=1))
    with pytest.raises(ConfigError, match="another configuration"):
        write_proofs(GOALS[:2], [*SHOWN, GOALS[3]], lm, Grader(lm), tmp_path, WriteConfig(rounds=1, n=1))


def test_names_are_keys(tmp_path):
    with pytest.raises(InputError, match="same name"):
        write_proofs([GOALS[0], GOALS[0]], SHOWN, Writer(), None, tmp_path)


# ---- the benchmark

def test_the_benchmark_says_what_is_missing(monkeypatch):
    from fanslib.bench_train import packers

    monkeypatch.setitem(sys.modules, "datasets", None)
    with pytest.raises(EngineError, match=re.escape("pip install 'fanslib[bench]'")):
        packers([([1], [2])], 4)


def test_the_benchmark_tells_whole_from_cut():
    from fanslib.bench_train import layout, numbered

    lengths, tokens = [(2, 1), (0, 4), (1, 2), (2, 3)], lambda rows: [np.array(r) for r in rows]
    assert [list(np.concatenate(r)) for r in numbered(lengths)] == [[0] * 3, [1] * 4, [2] * 3, [3] * 5]
    assert layout(tokens([[0, 0, 0, 1, 1, 1, 1], [2, 2, 2], [3] * 5]), lengths, 8) == dict(rows=3, fill=15 / 24, cut=0, in_order=1)
    assert layout(tokens([[0, 0, 0, 1, 1, 1], [1, 2, 2, 2, 3, 3], [3] * 3]), lengths, 6) == dict(rows=3, fill=15 / 18, cut=0.5, in_order=1)
    assert layout(tokens([[3] * 5, [1] * 4 + [0] * 3, [2] * 2]), lengths, 7) == dict(rows=3, fill=14 / 21, cut=0.25, in_order=0)


# ---- the same statement

OURS = "theorem T (a b : Nat) (h : a < b) : a + 1 ≤ b"


@pytest.mark.parametrize("text, same", [
    (OURS, True), ("theorem other (x y : Nat) (p : x < y) : x + 1 ≤ y", True), ("lemma T (a : Nat) (b : Nat) (h : a < b) : (a + 1) ≤ b", True),
    ("theorem T : ∀ a b : Nat, a < b → a + 1 ≤ b", True), ("theorem T (a b : Nat) : a < b → Nat.le (a + 1) b", False),
    ("theorem T (a b : Nat) (h : a ≤ b) : a + 1 ≤ b", False), ("theorem T (a b : Int) (h : a < b) : a + 1 ≤ b", False),
    ("theorem T (b a : Nat) (h : a < b) : a + 1 ≤ b", False), ("theorem T (a b : Nat) (h : a < b) : a + 1 ≤ b ∧ True", False),
    ("theorem T (a b : Nat) (h k : a < b) : a + 1 ≤ b", False), ("theorem T (a b : Nat) (h : a < b) : a + 1 ≤ c", False),
    ("theorem T (a b : Nat) (h : a < b : a + 1", False), ("", False), ("by omega", False), ("def T (a b : Nat) (h : a < b) : a + 1 ≤ b", False),
    ("theorem T : False := sorry\ntheorem T (a b : Nat) (h : a < b) : a + 1 ≤ b", False)])
def test_same_statement(judge, text, same):
    assert judge.same_statement(Theorem.parse(OURS), text) is same


def test_our_own_statement_has_to_make_sense(judge):
    with pytest.raises(InputError, match="does not elaborate"):
        judge.same_statement(Theorem.parse("theorem T : nonsense"), OURS)
