"The session benchmark's instruments: the other side must have read our samples, be alive, and be measured in turns. RecBole itself is not needed."
import json, os, subprocess, sys, textwrap, time
from types import SimpleNamespace

import numpy as np
import pytest

pytest.importorskip("torch")
from fanslib import bench_sessions
from fanslib.bench_sessions import (RecBole, _wanted, build_graphs, click_sessions, epoch_config, epoch_table, epoch_turns, figure, fingerprint, first,
                                    longest, one_core, our_epoch, recbole_environment, recbole_python, run, sample_lines, slope, target_rows,
                                    write_recbole)
from fanslib.core import EngineError
from fanslib.srpredictao import Samples, SessionDataset

SAMPLES = Samples.of(SessionDataset.of([list(range(24)), [3, 3, 5]], 30))


def test_files_hold_every_prefix_and_the_whole_catalogue(tmp_path):
    folder = write_recbole(tmp_path, SAMPLES, max_len=19)
    head, *rows = (folder / "clicks.train.inter").read_text().splitlines()
    assert head.split("\t") == ["session_id:token", "item_id_list:token_seq", "item_id:token"]
    read = [(list(map(int, prefix.split())), int(target)) for _, prefix, target in (row.split("\t") for row in rows)]
    expected = [(s[max(0, t - 19):t], s[t]) for s in (list(range(24)), [3, 3, 5]) for t in range(1, len(s))]
    assert read == expected and (folder / "clicks.item").read_text().split("\n")[1:-1] == [str(i) for i in range(30)]


def test_the_fingerprint_sees_one_other_click_but_no_other_order():
    lines = sample_lines(SAMPLES)
    assert fingerprint(lines) == fingerprint(lines[::-1]) != fingerprint(lines[:-1] + ["3 5\t5"])


def other_side(tmp_path, body):
    "A Python that ignores the driver and runs `body` instead."
    (tmp_path / "side.py").write_text(textwrap.dedent(body))
    python = tmp_path / "python"
    python.write_text(f"#!/bin/sh\nexec {sys.executable} {tmp_path}/side.py\n")
    python.chmod(0o755)
    return python


HELLO = f"print({json.dumps(dict(samples=len(SAMPLES), items=30, digest=fingerprint(sample_lines(SAMPLES))))!r}, flush=True)\n"
shell = pytest.mark.skipif(os.name == "nt", reason="the other side is a shell script")


@shell
def test_a_side_that_read_other_samples_is_refused(tmp_path):
    with pytest.raises(EngineError, match="has not read our samples.*digest"):
        RecBole(other_side(tmp_path, HELLO.replace('"digest": "', '"digest": "0')), SAMPLES, epoch_config(), tmp_path)
    with pytest.raises(EngineError, match="has not read our samples.*samples"):
        RecBole(other_side(tmp_path, HELLO.replace('"samples": ', '"samples": 1')), SAMPLES, epoch_config(), tmp_path)


@shell
def test_a_side_that_dies_or_hangs_is_an_error_with_its_last_words(tmp_path):
    with pytest.raises(EngineError, match="no module named mars"):
        RecBole(other_side(tmp_path, "raise SystemExit('no module named mars')"), SAMPLES, epoch_config(), tmp_path)
    with RecBole(other_side(tmp_path, HELLO + "input()\nraise SystemExit('tired')"), SAMPLES, epoch_config(), tmp_path) as side:
        with pytest.raises(EngineError, match="tired"):
            side.epoch(1)
    began, sleeper = time.monotonic(), other_side(tmp_path, HELLO + "import time\ntime.sleep(40)")
    with RecBole(sleeper, SAMPLES, epoch_config(), tmp_path, limit=20) as side:
        side.limit = 0.2
        with pytest.raises(EngineError, match="took over 0.2 s"):
            side.epoch(1)
    with RecBole(sleeper, SAMPLES, epoch_config(), tmp_path) as busy:
        pass
    assert side.process.poll() is not None and busy.process.poll() is not None and time.monotonic() - began < 20


def test_the_environment_is_ready_only_after_pip_and_an_import(tmp_path, monkeypatch):
    calls, fails = [], {"venv": 0, "pip": 1, "-c": 0}

    def fake(command, **_):
        calls.append(command)
        kind = next(k for k in fails if k in command)
        if kind == "venv":
            python = tmp_path / "env" / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
            python.parent.mkdir(parents=True)
            python.touch()
        return SimpleNamespace(returncode=fails[kind], stderr="ERROR: first\nERROR: no such release")

    monkeypatch.setattr(subprocess, "run", fake)
    for kind in ("pip", "-c"):
        fails.update({"pip": 0, "-c": 0, kind: 1})
        with pytest.raises(EngineError, match="no such release.*Python up to 3.11"):
            recbole_environment(tmp_path)
        with pytest.raises(EngineError, match="recbole_environment"):
            recbole_python(tmp_path)
    fails.update(pip=0)
    fails["-c"] = 0
    made = recbole_environment(tmp_path)
    count = len(calls)
    assert recbole_environment(tmp_path) == recbole_python(tmp_path) == made and len(calls) == count
    assert "recbole==1.2.1" in calls[-2] and any(a.startswith("torch==") for a in calls[-2])
    (tmp_path / "ready.json").write_text(json.dumps(_wanted()[:-1]))
    with pytest.raises(EngineError):
        recbole_python(tmp_path)


def test_turns_alternate_and_the_ratio_is_theirs_over_ours():
    samples, order = first(Samples.of(click_sessions(200, 100)), 300), []
    clock = iter(range(100, 200))

    def epoch(number):
        order.append(number)
        return dict(seconds=float(next(clock)), graphs=1.0, loss=2.0)
    rows = epoch_turns(SimpleNamespace(epoch=epoch), samples, epoch_config(), turns=2)
    assert order == [1, 2, 3] and [r["turn"] for r in rows] == [1, 2] and [r["RecBole, s"] for r in rows] == [101.0, 102.0]
    assert all(r["RecBole / ours"] == pytest.approx(r["RecBole, s"] / r["ours, s"]) for r in rows)
    shown = epoch_table([dict(data="d", samples=300, **{**r, "RecBole / ours": x}) for r, x in zip(rows, (2.0, 4.0))]).rows[0]
    assert shown["RecBole / ours"] == 3.0 and shown["lowest – highest"] == "2.00 – 4.00"


def test_padding_changes_the_time_and_not_the_loss():
    samples, config = first(Samples.of(click_sessions(200, 100)), 300), epoch_config()
    padded = bench_sessions.Padded(samples.items, samples.start, samples.length, samples.session, samples.num_items)
    assert padded.batch([0, 1], 19).items.shape == (2, 19)
    assert our_epoch(padded, config)(1)["loss"] == pytest.approx(our_epoch(samples, config)(1)["loss"], rel=1e-5)


def test_copies_of_the_world_do_not_mix_and_graphs_are_counted():
    data = click_sessions(3000, 6000)
    assert len(data) == 6000 and data.num_items == 3000 and all(len(set(data[i] // 200)) == 1 for i in range(len(data)))
    assert (data[0] == data[5000]).all() and len(np.unique(data.items // 200)) == 15
    whole = longest(Samples.of(data))
    assert (whole.length == data.lengths - 1).all() and build_graphs(whole) == 6000
    assert len(longest(Samples.of(SessionDataset.of([[1], [2, 3]], 4)))) == 1


def test_one_core_is_given_back():
    import torch

    torch.set_num_threads(2)
    before = os.sched_getaffinity(0) if hasattr(os, "sched_getaffinity") else None
    with pytest.raises(ZeroDivisionError), one_core():
        assert torch.get_num_threads() == 1 and (before is None or os.sched_getaffinity(0) == {min(before)})
        1 / 0
    assert torch.get_num_threads() == 2 and (before is None or os.sched_getaffinity(0) == before)
    torch.set_num_threads(1)


def test_targets_are_met_only_above_and_never_without_a_measurement():
    result = dict(sessions=[{"expanded /s": 1e5, "graphs of sessions /s": 1e5 + 1, "with all prefixes /s": 9e4}],
                  forest=[{"share of the bound": 0.9}, {"share of the bound": 0.69}], recbole=[dict(skipped="why")])
    assert [r["met"] for r in target_rows(result)] == ["not measured", "no", "no", "yes", "no"]
    epochs = [{"items": 3000, "RecBole / ours": x} for x in (2.9, 3.1, 3.2)] + [{"items": 1000, "RecBole / ours": 1.0}]
    assert target_rows({**result, "recbole": epochs})[0] == dict(number="an epoch, RecBole / ours, 3,000 items", target="> 3", measured=3.1, met="yes")


def test_a_slope_is_read_on_logarithmic_axes():
    assert slope([1, 10, 100], [5, 50, 500]) == pytest.approx(1)


def test_a_quick_run_through_the_command(capsys):
    from fanslib.cli import main

    assert main(["bench", "sessions", "--quick"]) in (0, None)
    shown = capsys.readouterr().out
    assert "a quick run leaves RecBole out" in shown and "graph building, sessions/s" in shown and "not measured" in shown


def test_a_missing_environment_leaves_a_sentence(monkeypatch):
    import matplotlib.pyplot as plt

    rows = lambda key: [{key: n, "seconds per 1,000 samples": 1.0 + n} for n in (0, 2, 4)]
    monkeypatch.setattr(bench_sessions, "epochs_of_all", lambda: recbole_python("nowhere"))
    monkeypatch.setattr(bench_sessions, "by_items", lambda *a: rows("items")[1:])
    monkeypatch.setattr(bench_sessions, "by_trees", lambda *a: rows("trees"))
    monkeypatch.setattr(bench_sessions, "by_sessions", lambda *a: [{"sessions": n, "expanded /s": 2.0, "graphs of sessions /s": 1.0, "with all prefixes /s": 1.0} for n in (1, 2)])
    monkeypatch.setattr(bench_sessions, "memory_rows", lambda *a: [])
    monkeypatch.setattr(bench_sessions, "forest_share", lambda *a: {"share of the bound": 1.0})
    found = run()
    assert "recbole_environment" in found["recbole"][0]["skipped"] and found["targets"][0]["met"] == "not measured"
    fig = figure(found)
    assert [len(ax.lines) for ax in fig.axes] == [1, 4, 2] and fig.axes[1].get_title() == "Sessions: slope of time 1.00"
    plt.close(fig)
