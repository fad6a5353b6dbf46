"The room for native Lean: what a process in there can see, reach, write, eat and leave behind."
import os, shutil, socket, subprocess, sys, threading, time
from dataclasses import replace

import pytest

from fanslib import lean_sandbox
from fanslib.core import EngineError
from fanslib.lean_sandbox import Limits, Probe, Sandbox, SandboxError, end, probe, room

needs_room = pytest.mark.skipif(not probe().ok, reason=f"no sandbox on this machine: {probe().reason}")


def sh(script, sandbox=Sandbox(), **kw):
    return sandbox.run(["/bin/sh", "-c", script], **kw)


# ---- what can be known without a room

def test_limits_become_words_and_none_is_no_limit():
    words = Limits(address_mb=2, cpu_seconds=None, file_mb=1, files=7, processes=None).command()
    assert words == ["prlimit", "--as=2097152", "--fsize=1048576", "--nofile=7", "--core=0"]


def test_a_folder_that_is_not_there_is_named():
    with pytest.raises(SandboxError, match="/no/such/toolchain.*Lean toolchain"):
        room(["/no/such/toolchain"], 1, False)


@pytest.mark.parametrize("root", [True, False])
def test_every_room_is_closed(root, tmp_path):
    words = room([tmp_path], 8, root)
    assert {"--unshare-net", "--unshare-pid", "--unshare-ipc", "--clearenv", "--die-with-parent", "--new-session"} <= set(words)
    assert "--bind" not in words and "--dev-bind" not in words and "--share-net" not in words
    at = words.index(str(tmp_path))
    assert words[at - 1 : at + 2] == ["--ro-bind", str(tmp_path), str(tmp_path)]
    assert words.index("--tmpfs") < at < words.index("--remount-ro")
    assert ("--disable-userns" in words) is not root
    assert words.count("--cap-add") == (2 if root else 0)


def test_without_a_room_nothing_runs(monkeypatch, tmp_path):
    monkeypatch.setattr(lean_sandbox, "probe", lambda: Probe(False, "bwrap not found", {}))
    mark = tmp_path / "mark"
    with pytest.raises(SandboxError, match="bwrap not found.*unsafe_no_sandbox"):
        Sandbox().popen(["/bin/touch", mark])
    assert not mark.exists() and issubclass(SandboxError, EngineError)


def test_unsafe_still_has_an_empty_environment_and_a_session(monkeypatch):
    monkeypatch.setenv("HF_TOKEN", "hf_secret")
    done = sh("env; ps -o sid= -p $$ | tr -d ' '; echo $$", Sandbox(unsafe=True, env=(("A", "b c"),)))
    names = [line.split("=")[0] for line in done.stdout.splitlines() if "=" in line]
    assert "HF_TOKEN" not in names and "A=b c" in done.stdout and "hf_secret" not in done.stdout


@pytest.mark.parametrize("missing", ["bwrap", "prlimit"])
def test_the_probe_says_what_to_install(monkeypatch, missing):
    found = shutil.which
    monkeypatch.setattr(lean_sandbox.shutil, "which", lambda name: None if name == missing else found(name))
    tried = lean_sandbox.probe.__wrapped__()
    assert not tried.ok and missing in tried.reason and "install" in tried.reason


@pytest.mark.parametrize("said, hole", [
    ("network eth0", "network"), ("environment HF_TOKEN,", "environment"), ("writable /usr,", "writable"), ("secrets /root", "secrets"),
    ("privileges CapEff", "privileges"), ("forks 80", "forks")])
def test_one_hole_refuses_the_whole(monkeypatch, said, hole):
    lines = [f"{name} " for name in lean_sandbox._NAMES if name != hole] + [said, "done"]
    monkeypatch.setattr(lean_sandbox.subprocess, "run", lambda *a, **kw: subprocess.CompletedProcess([], 0, "\n".join(lines), ""))
    found = lean_sandbox._trial(Sandbox())
    assert not found.ok and list(found.holes) == [hole] and hole in found.reason


@pytest.mark.parametrize("output", ["", "done", "environment \nnetwork \ndone", "environment \n" * 9])
def test_a_trial_that_does_not_finish_is_no_trial(monkeypatch, output):
    monkeypatch.setattr(lean_sandbox.subprocess, "run", lambda *a, **kw: subprocess.CompletedProcess([], 1, output, "bwrap: no"))
    assert not lean_sandbox._trial(Sandbox()).ok


# ---- in the room

@needs_room
def test_the_environment_is_empty(monkeypatch):
    monkeypatch.setenv("HF_TOKEN", "hf_secret")
    monkeypatch.setenv("LD_PRELOAD_X", "x")
    seen = {line.split("=")[0] for line in sh("env").stdout.splitlines()}
    assert seen <= {"PATH", "HOME", "LANG", "PWD", "OLDPWD", "SHLVL", "_"}
    for pid in ("self", "1", "2"):
        assert "hf_secret" not in sh(f"cat /proc/{pid}/environ 2>/dev/null | tr '\\0' '\\n'").stdout


@needs_room
def test_no_network_not_even_to_this_machine():
    server = socket.create_server(("127.0.0.1", 0))
    server.settimeout(0.2)
    port = server.getsockname()[1]
    script = f"import socket,sys\ntry:\n s=socket.create_connection(('127.0.0.1',{port}),2); print('in')\nexcept OSError as e: print('out')"
    python = "/usr/bin/python3"
    if not os.path.exists(python):
        pytest.skip("needs a system Python inside the room")
    assert sh(f'{python} -c "{script}"').stdout.strip() == "out"
    with pytest.raises(TimeoutError):
        server.accept()
    server.close()


@needs_room
def test_files_of_the_machine_are_not_there_and_those_named_are_read_only(tmp_path):
    secret, tool = tmp_path / "secret", tmp_path / "tool"
    secret.mkdir(), tool.mkdir()
    (secret / "token").write_text("hf_secret")
    (tool / "lib.olean").write_text("library")
    for path in (tmp_path, secret, tool):
        path.chmod(0o755)
    sandbox = Sandbox(read=(tool,))
    assert sh(f"cat {tool}/lib.olean", sandbox).stdout == "library"
    assert "hf_secret" not in sh(f"cat {secret}/token {secret}/../secret/token", sandbox).stdout
    done = sh(f"echo poison > {tool}/lib.olean; rm -f {tool}/lib.olean; mv {tool} {tool}2; chmod 777 {tool}; touch {tool}/new", sandbox)
    assert (tool / "lib.olean").read_text() == "library" and os.listdir(tool) == ["lib.olean"] and done.returncode
    assert "nothing" in sh("ls /root /home /var /etc/passwd 2>/dev/null || echo nothing").stdout


@needs_room
def test_two_rooms_do_not_see_each_other():
    sh("cd /tmp; echo here > left")
    assert sh("cd /tmp; cat left 2>/dev/null").stdout == ""
    assert not os.path.exists(os.path.join("/tmp", "left"))


@needs_room
def test_other_processes_cannot_be_seen_or_killed():
    victim = subprocess.Popen(["sleep", "60"])
    try:
        done = sh(f"kill -9 {victim.pid}; kill -9 -1; ls /proc | grep -x '[0-9]*' | tr '\\n' ' '; echo")
        assert victim.poll() is None and str(victim.pid) not in done.stdout.split()
    finally:
        victim.kill()
        victim.wait()


@needs_room
def test_the_clock_ends_daemons_too():
    mark = f"{40000 + os.getpid() % 10000}.5"
    start = time.monotonic()
    with pytest.raises(subprocess.TimeoutExpired):
        sh(f"setsid nohup sleep {mark} >/dev/null 2>&1 & (trap '' TERM HUP INT; sleep {mark}) & sleep {mark}", timeout=1)
    assert time.monotonic() - start < 3
    time.sleep(0.1)
    assert subprocess.run(["pgrep", "-f", f"^sleep {mark}$"], capture_output=True, text=True).stdout == ""


@needs_room
def test_the_room_ends_with_its_maker(alive):
    code = ("from fanslib.lean_sandbox import Sandbox; import time\n"
            "p = Sandbox().popen(['/bin/sleep', '456.75']); print(p.pid, flush=True); time.sleep(60)")
    maker = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True, env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)})
    int(maker.stdout.readline())
    find = lambda: subprocess.run(["pgrep", "-f", "^/bin/sleep 456.75$"], capture_output=True, text=True).stdout
    end_of = time.monotonic() + 5
    while not find() and time.monotonic() < end_of:
        time.sleep(0.05)
    assert find()
    maker.kill()
    maker.wait()
    end_of = time.monotonic() + 5
    while find() and time.monotonic() < end_of:
        time.sleep(0.05)
    assert find() == ""


@needs_room
def test_a_fork_bomb_stops_at_the_limit():
    sandbox = Sandbox(limits=replace(Limits(), processes=40))
    done = sh("i=0; while [ $i -lt 200 ]; do sleep 5 & i=$((i+1)); done; ls /proc | grep -c '^[0-9]'", sandbox, timeout=20)
    count = [int(word) for word in done.stdout.split() if word.isdigit()]
    assert "fork" in done.stderr.lower() or (count and count[-1] <= 50)


@needs_room
@pytest.mark.parametrize("script, limits, sign", [
    ("cd /tmp; head -c 5000000 /dev/zero > x; wc -c < x", dict(file_mb=1), "1048576"),
    ("for i in 1 2 3 4 5 6; do head -c 3000000 /dev/zero > /tmp/$i; done 2>/dev/null; du -s /tmp | cut -f1", dict(tmp_mb=8), None),
    ("head -c 300000000 /dev/zero | tail -c 300000000 > /dev/null; echo $?", dict(address_mb=100), None),
    ("while :; do :; done", dict(cpu_seconds=1), None)])
def test_resources_have_an_end(script, limits, sign):
    done = sh(script, Sandbox(limits=replace(Limits(), **limits)), timeout=20)
    if sign:
        assert sign in done.stdout
    elif "tmp_mb" in limits:
        assert int(done.stdout.split()[-1]) <= 8 * 1024
    elif "address_mb" in limits:
        assert done.stdout.strip() != "0"
    else:
        assert done.returncode != 0


@needs_room
def test_no_privilege_and_no_way_to_one():
    done = sh("id -u; grep -h CapEff /proc/self/status; grep NoNewPrivs /proc/self/status; unshare --user true; mount -t tmpfs x /usr; chroot / true; "
              "cat /proc/kcore | head -c 1")
    assert "CapEff:\t0000000000000000" in done.stdout and "NoNewPrivs:\t1" in done.stdout
    assert done.stderr.count("\n") >= 4


@needs_room
def test_descriptors_of_ours_do_not_leak(tmp_path):
    with open(tmp_path / "open", "w") as file:
        os.set_inheritable(file.fileno(), True)
        seen = sh("ls /proc/self/fd | tr '\\n' ' '").stdout.split()
    assert set(seen) <= {"0", "1", "2", "3"}


@needs_room
def test_many_threads_each_have_a_room():
    answers = []
    threads = [threading.Thread(target=lambda i=i: answers.append((i, sh(f"echo {i}").stdout))) for i in range(6)]
    [t.start() for t in threads], [t.join() for t in threads]
    assert sorted(answers) == [(i, f"{i}\n") for i in range(6)]


@needs_room
def test_end_twice_is_fine():
    process = Sandbox().popen(["/bin/sleep", "30"])
    end(process), end(process)
    assert process.poll() is not None


@needs_room
def test_a_room_outlives_the_thread_that_asked_for_it():
    box = []
    thread = threading.Thread(target=lambda: box.append(Sandbox().popen(["/bin/sleep", "30"])))
    thread.start(), thread.join()
    time.sleep(0.3)
    assert box[0].poll() is None
    end(box[0])
