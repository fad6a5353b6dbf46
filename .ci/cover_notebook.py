"""Run what a notebook shows and asserts against the module that it exports, so that coverage sees the module's own lines.

coverage run -p --source fanslib .ci/cover_notebook.py nbs/NAME.ipynb"""
import ast, importlib, json, os, re, sys
from pathlib import Path


def main(path: Path) -> None:
    cells = ["".join(c["source"]) for c in json.loads(path.read_text(encoding="utf-8"))["cells"] if c["cell_type"] == "code"]
    module = next((m[1] for c in cells if (m := re.search(r"^#\|\s*default_exp\s+([\w.]+)", c, re.M))), None)
    names = dict(vars(importlib.import_module(f"fanslib.{module}"))) if module else {}
    names.update(__name__="__main__", display=repr)
    os.chdir(path.parent)
    for number, cell in enumerate(cells):
        if re.search(r"^#\|\s*(export|exporti|default_exp|slow|gpu|net|mathlib)\b", cell, re.M) or "nbdev_export()" in cell or re.search(r"^\s*[%!]", cell, re.M):
            continue
        run(cell, f"{path.name}[{number}]", names)


def run(cell: str, where: str, names: dict) -> None:
    "Run one cell; `_` is then the value of its last line, as in a notebook."
    tree = ast.parse(cell)
    last = tree.body.pop() if tree.body and isinstance(tree.body[-1], ast.Expr) else None
    exec(compile(tree, where, "exec"), names)
    if isinstance(last, ast.Expr):
        names["_"] = eval(compile(ast.Expression(last.value), where, "eval"), names)


if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).parents[1]))
    main(Path(sys.argv[1]).resolve())
