"What a record shows in a notebook is text, whatever the text in it holds."
import dataclasses
from html.parser import HTMLParser

import pytest

from fanslib.core import Table, code_block, plain
from fanslib.fans import Selection
from fanslib.fans_report import Report
from fanslib.lean import Message, Verdict
from fanslib.portfolio import ProofRecord

HOSTILE = ["<script>alert(1)</script>", "<img src=x onerror=alert(1)>", "[a](javascript:alert(1))", "![a](http://x.example/a.png)", "```\n<b>out</b>\n```", "~~~\n<i>",
           "$\\href{javascript:alert(1)}{x}$", "a|b\n| <b>c</b> | d |", "\n\n# Title\n\n<b>", "<!-- ", "`<b>`", "&lt;script&gt;", "*a* **b**", "</td></tr></table><b>", "<http://x.example>"]
VERDICT = Verdict("reject", "no", "T1", (), (), "4.28.0", "embedded", "a", "b", 0.1)


def verdict(text):
    return dataclasses.replace(VERDICT, reason=f"lean: {text}", messages=(Message("error", 1, 2, text),), engine=text, warning=text)


MAKERS = {"Verdict": verdict, "ProofRecord": lambda t: ProofRecord(t, "proved", t, 3, 1.0, tried=[(t, "accept", 0.1)], message=t),
          "Selection": lambda t: Selection(t, t, t, True, 1, t, t, conflict=True), "Table": lambda t: Table([{"a": t, "b": 1}]),
          "Report": lambda t: Report(problems=1, answers=2, evidence={"verified": 1}, selected_by_proof=1, false_proofs=[t],
                                     accuracy={"fans": dict(estimate=0.5, low=0.1, high=0.9)})}


class Tags(HTMLParser):
    def __init__(self, page):
        super().__init__()
        self.seen = []
        self.feed(page)

    def handle_starttag(self, tag, attrs):
        self.seen.append((tag, dict(attrs)))

    def handle_comment(self, data):
        self.seen.append(("!--", {}))


def tags(markdown):
    return [*Tags(pytest.importorskip("markdown_it", reason="needs the `docs` extra").MarkdownIt("commonmark", {"html": True}).enable("table").render(markdown)).seen]


@pytest.mark.parametrize("text", HOSTILE)
@pytest.mark.parametrize("kind", [k for k in MAKERS if k != "Table"])
def test_a_hostile_text_makes_no_element_of_its_own(kind, text):
    allowed = {"p", "strong", "pre", "code", "table", "thead", "tbody", "tr", "th", "td"}
    found = tags(MAKERS[kind](text)._repr_markdown_())
    assert found and {tag for tag, _ in found} <= allowed
    assert all(set(attrs) <= {"class"} for _, attrs in found)


@pytest.mark.parametrize("text", HOSTILE)
def test_a_table_holds_its_cells_and_no_tag_of_theirs(text):
    found = [tag for tag, _ in tags(MAKERS["Table"](text)._repr_markdown_())]
    assert found.count("tr") == 2 and found.count("td") == 2 and not {"script", "b", "i", "!--"} & set(found)


@pytest.mark.parametrize("kind", MAKERS)
def test_a_record_says_what_matters_and_is_short(kind):
    said = MAKERS[kind]("rfl")._repr_markdown_()
    assert len(said) < 400 and {"Verdict": "reject", "ProofRecord": "3 attempts", "Selection": "Lean accepts", "Table": "rfl", "Report": "selected by a proof"}[kind] in said


def test_a_block_holds_any_fence_and_a_plain_text_any_line():
    assert code_block("````").startswith("`````text\n") and code_block("x", "lean") == "```lean\nx\n```"
    assert "\n" not in plain("a\n\nb") and plain("x_1 + 2") == "x_1 + 2"
