"The synthesis benchmark's instruments: both sides do the same requests with the same checks, and a second run sends nothing. SmolLM2 is not needed."
import pytest

pytest.importorskip("torch")
pytest.importorskip("transformers")
from fanslib import bench_synthesis
from fanslib.bench_synthesis import (BATCH, accepted, bench_requests, figure, in_blocks, known_reasons, one_by_one, rate_rows, run, saved_share,
                                     synthesis_ways, word_writer)
from fanslib.core import InputError
from fanslib.lm import Completion
from fanslib.s3 import SNIPPETS
from fanslib.s3_synthesis import WriterConfig, prompt_of

CONFIG = WriterConfig.laptop(block=8)


class Slips:
    "Numbered sentences; every fourth prompt gets an empty answer. Notes the size of every call."
    name = "slips"

    def __init__(self):
        self.calls = []

    def generate(self, prompts, n=1, temperature=0.0, top_p=1.0, max_new_tokens=256, stop=(), seed=0, on_result=None):
        self.calls.append(len(prompts))
        out = []
        for index, prompt in enumerate(prompts):
            number = sum(map(ord, prompt[-1]["content"]))
            out.append([Completion("" if number % 4 == 0 else f"A film of the kind number {number}, more or less.")] * n)
            if on_result:
                on_result(index, out[-1])
        return out


def test_requests_have_different_prompts_and_both_labels():
    requests = bench_requests(CONFIG, 96)
    assert len({str(prompt_of(SNIPPETS, r, CONFIG)) for r in requests}) == 96 and {r.label for r in requests} == set(SNIPPETS.labels)
    assert bench_requests(CONFIG, 10) == requests[:10]
    assert len({r.text for found in known_reasons().values() for r in found}) == 144
    for count in (0, 97):
        with pytest.raises(InputError, match="1 to 96"):
            bench_requests(CONFIG, count)


def test_the_sides_send_the_same_requests_in_calls_of_their_own_size():
    sides, rows = {way: Slips() for way in (in_blocks, one_by_one)}, {}
    requests = bench_requests(CONFIG, 20)
    for way, lm in sides.items():
        found, sent = way(lm, requests, CONFIG, SNIPPETS)
        rows[way] = [row if isinstance(row, str) else row.words for row in found]
        assert sent == 20 == sum(lm.calls)
    assert rows[in_blocks] == rows[one_by_one] and "empty" in rows[in_blocks]
    assert sides[one_by_one].calls == [1] * 20 and max(sides[in_blocks].calls) > 3 and len(sides[in_blocks].calls) < 8


def test_a_rate_counts_accepted_rows_only(monkeypatch):
    clock = iter(range(0, 1000, 30))
    monkeypatch.setattr(bench_synthesis.time, "perf_counter", lambda: next(clock))
    seen, requests = {}, bench_requests(CONFIG, 20)
    ways = synthesis_ways(Slips(), requests, CONFIG, seen=seen)
    for name, way in ways.items():
        assert way() == 2 * accepted(seen[name]) == 2 * sum(not isinstance(row, str) for row in seen[name]) < 40


def test_a_second_run_sends_nothing_and_half_a_recording_half():
    lm = Slips()
    rows = saved_share(lm, bench_requests(CONFIG, 16), CONFIG)
    assert [(r["sent"], r["saved"], r["same rows"]) for r in rows] == [(16, "0 %", 16), (0, "100 %", 16), (8, "50 %", 16)]
    assert sum(lm.calls) == 16 + 0 + 16  # the half that was lost is asked for once more


def test_ratios_are_taken_within_a_turn():
    turns = [{"fanslib writer": 10.0, "one by one": 5.0}, {"fanslib writer": 30.0, "one by one": 10.0}, {"fanslib writer": 8.0, "one by one": 2.0}]
    shown = rate_rows(dict(rates=turns))
    assert [r["times one by one"] for r in shown] == ["3.00", "1.00"] and shown[0]["range"] == "2.00 – 4.00"
    assert shown[0]["accepted per minute"] == "10" and shown[1]["lowest – highest"] == "2 – 10"


def test_the_little_writer_ends_its_sentences(tmp_path):
    lm = word_writer(tmp_path)
    texts = [c.text for [c] in lm.generate([f"prompt {i}" for i in range(20)], temperature=1.0, max_new_tokens=60)]
    assert sum(len(t.split()) < 60 for t in texts) > 10 and "." not in "".join(texts) and lm.batch_size == BATCH


def test_a_quick_run_through_the_command(capsys):
    import matplotlib.pyplot as plt

    from fanslib.cli import main

    assert main(["bench", "synthesis", "--quick"]) in (0, None)
    shown = capsys.readouterr().out
    assert "fanslib writer, recorded" in shown and "100 %" in shown and "half of the recording" in shown
    fig = figure(run(quick=True))
    assert len(fig.axes[0].lines) == 1 and len(fig.axes[0].texts) == 3
    plt.close(fig)
