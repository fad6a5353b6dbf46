"The soak's instruments: what leaks, drifts or dies must be seen by them. No Lean here; engines that misbehave stand in its place."
import itertools, os, threading

import pytest

from fanslib import bench_soak, lean_engine
from fanslib.bench_soak import SHARES, drift, figure, latency, mixture, soak, summary, supplies, vitals
from fanslib.lean_engine import About, EngineFailure

pytestmark = pytest.mark.skipif(not os.path.isdir("/proc/self/fd"), reason="reads /proc, which only Linux has")
FACTS = dict(statement_ok=True, messages=[], extra=None, syntax_error=False, errors=0, kind="theorem", same_statement=True, axioms=[], declared=[], replay=None, ms=1.0)


class Engine:
    "Finds everything proved, as befits good texts; `wrong(number of the request)` may answer in its place."

    about, started = About("fake", "4.40.0", "f", "T1"), 1

    def __init__(self, workers, wrong=lambda n: None):
        self.size, self.wrong, self.count, self.lock = workers, wrong, 0, threading.Lock()

    def ask(self, request, timeout):
        with self.lock:
            self.count += 1
            number = self.count
        return self.wrong(number) or FACTS

    def kill_busy(self): ...
    def close(self): ...


def run(tmp_path, monkeypatch, wrong=lambda n: None, checks=300, workers=2, **kw):
    monkeypatch.setitem(lean_engine.ENGINES, "embedded", lambda workers, memory_mb: Engine(workers, wrong))
    return soak(tmp_path, checks=checks, workers=workers, shares={"good": 1.0, "bad": 0, "hostile": 0, "heavy": 0}, **kw)


def test_a_mixture_is_the_same_for_the_same_seed():
    take = lambda seed: [(kind, case.id) for kind, case in itertools.islice(mixture(seed), 500)]
    assert take(1) == take(1) != take(2) and {kind for kind, _ in take(3)} >= {"good", "bad", "hostile"}
    assert abs(sum(SHARES.values()) - 1) < 1e-9 and set(SHARES) == set(supplies())


def test_rows_are_in_order_and_on_disk(tmp_path, monkeypatch):
    found = run(tmp_path, monkeypatch)
    assert [r["id"] for r in found["rows"]] == list(range(300)) and [s["id"] for s in found["vitals"]] == [0, 100, 200, 300]
    assert len((tmp_path / "checks.jsonl").read_text().splitlines()) == 300 and len((tmp_path / "vitals.jsonl").read_text().splitlines()) == 4
    seen = summary(found)
    assert (seen["checks"], seen["wrong"], seen["drifting"], seen["no_answer"]) == (300, 0, 0, 0)


def test_it_stops_in_time(tmp_path, monkeypatch):
    found = run(tmp_path, monkeypatch, limit=0.0)
    assert found["rows"] == [] and summary(found)["checks"] == 0
    assert 0 < len(run(tmp_path / "b", monkeypatch, checks=10**9, limit=0.5)["rows"]) < 10**6


def test_an_engine_that_changes_its_mind_is_found_out(tmp_path, monkeypatch):
    no = {**FACTS, "errors": 1, "messages": [dict(severity="error", line=1, column=0, text="no")]}
    seen = summary(run(tmp_path, monkeypatch, lambda n: no if n > 400 else None, checks=800))
    assert seen["wrong"] > 100 and seen["drifting"] > 50


def test_an_engine_that_does_not_answer_is_found_out(tmp_path, monkeypatch):
    def wrong(n):
        if n % 10 == 0:
            raise EngineFailure("crash", "x")

    seen = summary(run(tmp_path, monkeypatch, wrong))
    assert seen["no_answer"] > 15 and seen["drifting"] > 0


def test_leaks_are_found_out(tmp_path, monkeypatch):
    held, memory = [], []

    def wrong(n):
        memory.append(bytearray(os.urandom(1 << 17)))
        if n % 10 == 0:
            held.append(open(os.devnull))

    try:
        seen = summary(run(tmp_path, monkeypatch, wrong, checks=600, every=50))
    finally:
        for file in held:
            file.close()
    assert seen["descriptors_grown"] > 10 and seen["own_mb_grown"] > 15
    assert abs(summary(run(tmp_path / "b", monkeypatch, checks=600, every=50))["descriptors_grown"]) <= 1


def test_vital_signs_count_children():
    import subprocess, sys

    before = vitals()
    with subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE) as child:
        during = vitals()
        child.communicate(b"\n")
    assert during["children"] == before["children"] + 1 and during["descriptors"] == before["descriptors"] + 1
    assert vitals()["children"] == before["children"]


def test_tables_and_figure(tmp_path, monkeypatch):
    found = run(tmp_path, monkeypatch, checks=200)
    assert [r["kind"] for r in latency(found["rows"])] == ["good"] and latency(found["rows"])[0]["checks"] == 200
    rows = [dict(kind="bad", seconds=s / 1000) for s in range(1, 101)]
    assert latency(rows)[0] == dict(kind="bad", checks=100, median=50.5, p99=99.0, slowest=100.0)
    assert drift([dict(case="h", kind="heavy", status=s) for s in ("inconclusive", "reject")]) == {}
    import matplotlib.pyplot as plt

    fig = figure(found)
    assert [ax.get_ylabel() for ax in fig.axes] == ["MB resident", "ms for one check"] and len(fig.axes[1].collections[0].get_offsets()) == 200
    plt.close(fig)
