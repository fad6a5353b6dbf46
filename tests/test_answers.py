"Answers: hostile texts, the killable grader, and the statistics against independent formulas."
import math, os, signal, subprocess, sys, time
from concurrent.futures import ThreadPoolExecutor
from fractions import Fraction
from itertools import combinations

import pytest
pytest.importorskip("math_verify")
from hypothesis import given, settings, strategies as st

from fanslib.answers import (Grader, as_fraction, best_of_n, extract_answer, group_answers, last_boxed, majority_vote, mcnemar,
                             paired_bootstrap, pass_at_k, quick_equal, weighted_vote, wilson)
from fanslib.core import EngineError, InputError

settings.register_profile("fanslib", deadline=None)
settings.load_profile("fanslib")
TOWER = r"\dfrac{5^{5^{5^{5^5}}}-5}{16}"


@pytest.fixture(scope="module")
def grader():
    with Grader() as g:
        yield g


def alive(pid):
    try:
        with open(f"/proc/{pid}/stat") as file:
            return file.read().rsplit(")", 1)[1].split()[0] != "Z"
    except FileNotFoundError:
        return False


# ---- extraction

balanced = st.recursive(st.text("ab1+\\frac ^_", max_size=8).map(lambda s: s.replace("\\", "")),
                        lambda inner: st.lists(inner, min_size=1, max_size=3).map(lambda p: "{" + "".join(p) + "}"), max_leaves=8)


@given(st.text("ab \n}", max_size=30), balanced.filter(str.strip), st.text("xyz \n", max_size=30))
def test_boxed_content_survives(before, content, after):
    assert last_boxed(f"{before}\\boxed{{{content}}}{after}") == content.strip()


@given(st.text(max_size=300))
def test_extraction_never_raises(text):
    answer = extract_answer(text, "last_number")
    assert answer is None or answer.strip()


@pytest.mark.parametrize("text, answer", [
    (r"\boxed{\{1,2\}}", r"\{1,2\}"), (r"\boxed {4}", "4"), (r"\fbox{4}", "4"), (r"\boxed{} then #### 5", "5"),
    ("The answer is 3.14.", "3.14"), ("the final answer is\n\n**42**", "42"), ("ANSWER: yes", "yes"),
    ("The answer is 1.\nThe answer is 2.", "2"), ("The answer is $\\frac{1}{2}$.", r"\frac{1}{2}"),
    ("The answer is 10, since five fives", "10"), ("The answer is (1, 2).", "(1, 2)"),
    ("<|im_start|>assistant\nThe answer is 7<|im_end|>", "7"), ("\\boxed{1}</think>", None), ("", None), ("about 7", None),
    ("Question and answers are listed", None), ("</think></think>#### 3", "3"),
    ("#### Step 2", None), ("#### 2. Add them", None), ("#### $\\frac{1}{2}$", r"\frac{1}{2}"), ("The answer is 2**", "2"),
])
def test_extraction_table(text, answer):
    assert extract_answer(text) == answer


@pytest.mark.parametrize("block", [r"\boxed{", "}", "{", "The answer is ", "#### ", "<think>", "</think>", "answer:    ", "1,", r"\\", "<|",
                                   "\n" * 7, "answer" + " " * 50, r"\boxed{1}"])
def test_a_megabyte_is_fast(block):
    text = block * (1_000_000 // len(block))
    start = time.perf_counter()
    extract_answer(text, "last_number")
    assert time.perf_counter() - start < 2


# ---- exact equality

@given(st.integers(-10**30, 10**30), st.integers(1, 10**20))
def test_fractions_are_exact(p, q):
    assert as_fraction(f"{p}/{q}") == Fraction(p, q)
    assert as_fraction(f"\\dfrac{{{p}}}{{{q}}}") == Fraction(p, q)
    assert quick_equal(f"{p}/{q}", f"${3 * p}/{3 * q}$") is True
    assert quick_equal(f"{p}/{q}", f"{p * 10**6 + 1}/{q * 10**6}") is False


@given(st.decimals(min_value=-10**12, max_value=10**12, places=6, allow_nan=False))
def test_decimals_and_thousands(d):
    assert as_fraction(f"{d:f}") == Fraction(d)
    assert quick_equal(f"{d:,f}", f"{d:f}000") is True


@given(st.text(max_size=40), st.text(max_size=40))
def test_quick_equal_is_symmetric(a, b):
    assert quick_equal(a, b) == quick_equal(b, a)
    assert quick_equal(a, a) is True


def test_long_digits_do_not_break():
    assert quick_equal("1" * 10_000, "1" * 9_999 + "2") is not True
    assert as_fraction("9" * 500) is None
    assert quick_equal("1/0", "2/0") is None


@pytest.mark.parametrize("a, b, expected", [
    ("dog", "god", None), (r"\text{dog}", "god", False), ("Tuesday", "tuesday.", True), ("Yes", "yes", True), ("no", "on", None), ("abcd", "dcba", False), ("−5", "-5", True),
    ("$1{,}000$", "1000", True), ("٣", "3", None), ("12 cm", "12", None), ("1 2", "12", None), ("", "0", None),
])
def test_quick_equal_table(a, b, expected):
    assert quick_equal(a, b) is expected


# ---- the grader

@pytest.mark.parametrize("gold, answer, expected", [
    (r"\frac{\sqrt{3}}{3}", r"\frac{1}{\sqrt3}", True), ("(2, 3)", "(3, 2)", False), (r"\{2, 3\}", r"\{3, 2\}", True),
    (r"2\pi", "6.28", False), (r"x^2-1", "(x-1)(x+1)", True), (r"\begin{pmatrix}1\\2\end{pmatrix}", r"\begin{pmatrix}1\\3\end{pmatrix}", False),
    (r"\frac{", "5", None), ("5", "", None), ("1/0", "zoo", None), ("((((((", "5", None), ("5", "数学", None), ("5", "x" * 3_000, None),
])
def test_grader_table(grader, gold, answer, expected):
    assert grader.equal(gold, answer) is expected


def test_tower_of_powers_is_bounded():
    "T-57: a tiny text with an astronomical value costs one timeout and bounded memory; the next comparison works."
    with Grader(timeout=4, memory_mb=768) as g:
        assert g.equal(r"\sqrt{4}", "2") is True
        (worker,) = g.pool.live
        start, peak = time.perf_counter(), 0
        with ThreadPoolExecutor(1) as pool:
            future = pool.submit(g.compare, "195", extract_answer(rf"\boxed{{{TOWER}}}"))
            while not future.done():
                try:
                    with open(f"/proc/{worker.process.pid}/statm") as file:
                        peak = max(peak, int(file.read().split()[1]) * os.sysconf("SC_PAGE_SIZE"))
                except (FileNotFoundError, ProcessLookupError):
                    pass
                time.sleep(0.02)
        assert future.result().equal is None and time.perf_counter() - start < 6
        assert peak < 768 << 20
        assert not alive(worker.process.pid) or future.result().reason == "MemoryError"
        assert g.equal(r"\sqrt{9}", "3") is True


@pytest.mark.parametrize("payload", ["__import__('os').system('touch {}')", "exec(open('{}','w'))", "().__class__.__base__.__subclasses__()",
                                     "open('{}', 'w')", "[x for x in [open('{}','w')]]", r"\input{{{}}}", "lambda: open('{}','w')"])
def test_hostile_python_is_never_run(grader, payload, tmp_path):
    "T-58: nothing that an answer says is evaluated as Python, on either side."
    trap = tmp_path / "touched"
    text = payload.format(trap)
    for wrapped in (text, f"${text}$", f"\\text{{{text}}}", f"5 + {text}"):
        assert grader.equal("5", wrapped) is not True and grader.equal(wrapped, "5") is not True
    assert not trap.exists()


def test_killed_worker_is_replaced_and_inconclusive():
    with Grader(timeout=20) as g:
        assert g.equal(r"\sqrt{4}", "2") is True
        (worker,) = g.pool.live
        with ThreadPoolExecutor(1) as pool:
            future = pool.submit(g.compare, "196", TOWER)
            time.sleep(0.7)
            os.kill(worker.process.pid, signal.SIGKILL)
            found = future.result(timeout=10)
        assert (found.equal, found.reason) == (None, "crash")
        assert g.equal(r"\sqrt{9}", "3") is True and g.pool.started == 2


def test_eight_threads_share_two_workers():
    pairs = [(rf"\sqrt{{{n * n}}}", str(n + (n % 3 == 0))) for n in range(2, 50)]
    with Grader(workers=2) as g, ThreadPoolExecutor(8) as pool:
        found = list(pool.map(lambda p: g.equal(*p), pairs))
        pids = [w.process.pid for w in g.pool.live]
        assert g.pool.started <= 2
    assert found == [n % 3 != 0 for n in range(2, 50)]
    assert not any(map(alive, pids))


def test_recycling_keeps_answers_right():
    with Grader(recycle=2) as g:
        assert [g.equal(rf"\sqrt{{{n * n}}}", str(n)) for n in range(2, 8)] == [True] * 6
        assert g.pool.started == 3 and len(g.pool.live) == 1


def test_spoofed_stdout_is_not_the_channel(grader):
    with grader.pool.lend() as [worker]:
        fds = os.listdir(f"/proc/{worker.process.pid}/fd")
        targets = {fd: os.readlink(f"/proc/{worker.process.pid}/fd/{fd}") for fd in fds}
        assert targets["0"] == targets["1"] == targets["2"] == "/dev/null"
        with open(f"/proc/{worker.process.pid}/environ") as file:
            assert "HOME=" not in file.read()


CHILD = """
import os, sys, threading, time
from fanslib.answers import Grader
g = Grader(timeout=30)
g.equal(r"\\sqrt{4}", "2")
print(*[w.process.pid for w in g.pool.live], flush=True)
if sys.argv[1] == "busy":
    threading.Thread(target=g.equal, args=("195", r"5^{5^{5^{5^5}}}"), daemon=True).start()
    time.sleep(0.3); sys.exit(0)
elif sys.argv[1] == "interrupt":
    print("go", flush=True); g.equal("195", r"5^{5^{5^{5^5}}}")
"""


@pytest.mark.parametrize("how", ["exit", "busy", "interrupt"])
def test_no_child_survives(how):
    env = dict(os.environ, PYTHONPATH=os.pathsep.join(sys.path))
    parent = subprocess.Popen([sys.executable, "-c", CHILD, how], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, env=env)
    pid = int(parent.stdout.readline())
    if how == "interrupt":
        parent.stdout.readline()
        time.sleep(0.3)
        parent.send_signal(signal.SIGINT)
    parent.wait(timeout=20)
    parent.stdout.close()
    deadline = time.time() + 5
    while alive(pid) and time.time() < deadline:
        time.sleep(0.05)
    assert not alive(pid)


def test_orphaned_worker_ends_itself():
    "The parent is killed while its worker computes: the watchdog inside the worker ends it."
    code = CHILD.replace("timeout=30", "timeout=1")
    env = dict(os.environ, PYTHONPATH=os.pathsep.join(sys.path))
    parent = subprocess.Popen([sys.executable, "-c", code, "interrupt"], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, env=env)
    pid = int(parent.stdout.readline())
    parent.stdout.readline()
    time.sleep(0.3)
    parent.kill()
    parent.wait()
    parent.stdout.close()
    deadline = time.time() + 8
    while alive(pid) and time.time() < deadline:
        time.sleep(0.05)
    assert not alive(pid)


def test_missing_library_is_a_typed_error(monkeypatch):
    monkeypatch.setattr(sys, "path", [p for p in sys.path if p.endswith(("python3.11", "lib-dynload")) or p.endswith(".zip")] or sys.path[:1])
    with Grader() as g, pytest.raises(EngineError, match="math-verify"):
        g.equal(r"\sqrt{4}", "2")


# ---- groups and votes

@given(st.lists(st.one_of(st.none(), st.integers(0, 3)), max_size=12))
def test_groups_are_the_equivalence_classes(values):
    spell = [lambda v: str(v), lambda v: f"{v}.0", lambda v: f"\\frac{{{2 * v}}}{{2}}"]
    answers = [None if v is None else spell[i % 3](v) for i, v in enumerate(values)]
    groups = group_answers(answers, quick_equal)
    members = sorted(i for g in groups for i in g.members)
    assert members == [i for i, v in enumerate(values) if v is not None]
    assert all(len({values[i] for i in g.members}) == 1 and g.answer == answers[g.members[0]] for g in groups)
    assert len({values[g.members[0]] for g in groups}) == len(groups)
    if members:
        counts = {v: [x for x in values if x is not None].count(v) for v in values if v is not None}
        first = next(v for v in values if v is not None and counts[v] == max(counts.values()))
        assert as_fraction(majority_vote(answers, quick_equal)) == first


@given(st.lists(st.tuples(st.sampled_from(["1", "1.0", "2", None]), st.integers(-5, 5)), min_size=1, max_size=10))
def test_weighted_vote_and_best_of_n(rows):
    answers, scores = zip(*rows)
    sums = {v: sum(s for a, s in rows if a is not None and float(a) == v) for v in (1, 2) if any(a and float(a) == v for a in answers)}
    winner = weighted_vote(answers, scores, quick_equal)
    assert (winner is None) == (not sums)
    if sums:
        assert sums[int(float(winner))] == max(sums.values())
        top = max(s for a, s in rows if a is not None)
        assert best_of_n(answers, scores) == next(a for a, s in rows if a is not None and s == top)


@pytest.mark.parametrize("call", [lambda: best_of_n(["1"], [math.nan]), lambda: weighted_vote(["1"], [math.inf]), lambda: best_of_n(["1", "2"], [1]),
                                  lambda: weighted_vote(["1"], [None]), lambda: wilson(1, 0), lambda: wilson(5, 4), lambda: pass_at_k(4, 5, 1),
                                  lambda: pass_at_k(4, 1, 0), lambda: mcnemar([1], []), lambda: paired_bootstrap([], []),
                                  lambda: paired_bootstrap([math.nan], [1]), lambda: Grader(timeout=0), lambda: extract_answer("x", "any")])
def test_bad_input_is_typed(call):
    with pytest.raises(InputError):
        call()


def test_undecided_pairs_stay_apart():
    assert [g.members for g in group_answers(["a", "b", "a"], lambda a, b: None)] == [(0, 2), (1,)]


# ---- statistics

@given(st.integers(1, 9), st.data())
def test_pass_at_k_is_the_mean_over_subsets(n, data):
    c, k = data.draw(st.integers(0, n)), data.draw(st.integers(1, n))
    subsets = list(combinations(range(n), k))
    assert math.isclose(pass_at_k(n, c, k), sum(min(s) < c for s in subsets) / len(subsets), abs_tol=1e-12)


def test_pass_at_k_is_stable():
    assert 0 < pass_at_k(100_000, 1, 100) < 0.0011


@given(st.integers(1, 3000), st.data())
def test_wilson_solves_its_equation(n, data):
    c = data.draw(st.integers(0, n))
    ci = wilson(c, n)
    assert 0 <= ci.low <= ci.estimate <= ci.high <= 1
    for p in (ci.low, ci.high):
        if 0 < p < 1 and 0 < c < n:
            assert math.isclose(abs(c / n - p), 1.959963984540054 * math.sqrt(p * (1 - p) / n), rel_tol=1e-6, abs_tol=1e-9)


@given(st.integers(0, 60), st.integers(0, 60))
@settings(max_examples=40)
def test_mcnemar_agrees_with_scipy(only_a, only_b):
    stats = pytest.importorskip("scipy.stats")
    a, b = [1] * only_a + [0] * only_b, [0] * only_a + [1] * only_b
    expected = stats.binomtest(only_a, only_a + only_b).pvalue if a else 1.0
    assert math.isclose(mcnemar(a, b).p_value, expected, rel_tol=1e-9)
    if a:
        ci = stats.binomtest(only_a, only_a + only_b).proportion_ci(method="wilson")
        assert math.isclose(wilson(only_a, only_a + only_b).high, ci.high, abs_tol=1e-12)


def test_mcnemar_is_fast_and_finite_for_large_samples():
    result = mcnemar([1] * 9_000 + [0] * 11_000, [0] * 9_000 + [1] * 11_000)
    assert 0 <= result.p_value < 1e-40 and (result.only_a, result.only_b) == (9_000, 11_000)


def test_bootstrap_covers_and_shrinks():
    a, b = [1] * 30 + [0] * 70, [1] * 10 + [0] * 90
    small, large = paired_bootstrap(a, b), paired_bootstrap(a * 20, b * 20)
    assert small.low < 0.2 < small.high and large.high - large.low < 0.3 * (small.high - small.low)
    assert small == paired_bootstrap(a, b) != paired_bootstrap(a, b, seed=1)
    sd = math.sqrt(0.2 * 0.8 / 100)
    assert math.isclose(small.high - small.low, 2 * 1.96 * sd, rel_tol=0.1)
