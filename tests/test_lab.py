"`make lab`: JupyterLab on a copy of the notebooks, a chapter run from top to bottom in a real browser, no error in any cell."
import importlib.util, os, secrets, shutil, socket, subprocess, sys, time, urllib.error, urllib.request
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
CHAPTER = "00_core.ipynb"
pytestmark = pytest.mark.slow


def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


@pytest.fixture
def lab(tmp_path):
    "Address and token of a JupyterLab that ends with the test."
    for name in ("jupyterlab", "ipykernel", "nbdev"):
        if importlib.util.find_spec(name) is None:
            pytest.skip("needs the `lab` and `dev` extras: make lab")
    for name in ("settings.ini", "pyproject.toml", "setup.py", "README.md"):
        shutil.copy(ROOT / name, tmp_path / name)
    shutil.copytree(ROOT / "fanslib", tmp_path / "fanslib", ignore=shutil.ignore_patterns("__pycache__", "data"))
    (tmp_path / "nbs").mkdir()
    shutil.copy(ROOT / "nbs" / CHAPTER, tmp_path / "nbs" / CHAPTER)
    port, token = free_port(), secrets.token_hex(16)
    places = {name: str(tmp_path / name.lower()) for name in ("JUPYTER_CONFIG_DIR", "JUPYTER_DATA_DIR", "JUPYTER_RUNTIME_DIR", "JUPYTERLAB_SETTINGS_DIR", "JUPYTERLAB_WORKSPACES_DIR", "IPYTHONDIR")}
    command = [sys.executable, "-m", "jupyterlab", "--no-browser", "--allow-root", "--ServerApp.ip=127.0.0.1", f"--ServerApp.port={port}", "--ServerApp.port_retries=0",
               f"--IdentityProvider.token={token}", "--expose-app-in-browser", "--notebook-dir", str(tmp_path / "nbs")]
    with open(tmp_path / "lab.log", "w") as log:
        server = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=log, stderr=log, cwd=tmp_path, env={**os.environ, **places, "PYTHONPATH": str(tmp_path)})
    try:
        address = f"http://127.0.0.1:{port}"
        for _ in range(600):
            assert server.poll() is None, (tmp_path / "lab.log").read_text()[-2000:]
            try:
                urllib.request.urlopen(f"{address}/api/status?token={token}", timeout=5).close()
                break
            except OSError:
                time.sleep(.2)
        with pytest.raises(urllib.error.HTTPError, match="403"):
            urllib.request.urlopen(f"{address}/api/contents", timeout=20)
        yield address, token
    finally:
        server.terminate()
        try:
            server.wait(30)
        except subprocess.TimeoutExpired:
            server.kill()
            server.wait()


RUN = """
const done = arguments[arguments.length - 1];
(async () => {
  const panel = window.jupyterapp.shell.currentWidget;
  await panel.context.ready; await panel.sessionContext.ready;
  await window.jupyterapp.commands.execute('notebook:run-all-cells');
  return panel.content.model.sharedModel.toJSON().cells.filter(c => c.cell_type === 'code');
})().then(done, e => done(String(e)));
"""


def test_a_chapter_runs_in_the_lab(lab, browser):
    from selenium.webdriver.support.ui import WebDriverWait

    address, token = lab
    browser.set_script_timeout(300)
    browser.get(f"{address}/lab/tree/{CHAPTER}?token={token}")
    WebDriverWait(browser, 120).until(lambda b: b.execute_script("return !!(window.jupyterapp && window.jupyterapp.shell.currentWidget && window.jupyterapp.shell.currentWidget.content && window.jupyterapp.shell.currentWidget.content.model)"))
    cells = browser.execute_async_script(RUN)
    assert isinstance(cells, list), cells
    full = [c for c in cells if "".join(c["source"]).strip()]
    assert len(full) > 20 and all(c["execution_count"] for c in full)
    assert [o for c in full for o in c["outputs"] if o["output_type"] == "error"] == []
    assert any(o["output_type"] == "execute_result" for c in full for o in c["outputs"])
    assert browser.find_elements("css selector", ".jp-OutputArea-output"), "outputs are on the page"
    if place := os.environ.get("FANSLIB_SCREENSHOT"):
        browser.save_screenshot(place)
