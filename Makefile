# Everything runs in .venv, which is made here; nothing is downloaded after that. The system's certificates are used,
# because many institutes' networks have one of their own.
PYTHON ?= python3
CORPUS ?=
OUT ?= report
export UV_PYTHON_DOWNLOADS := never
export UV_SYSTEM_CERTS := 1
export UV_NATIVE_TLS := 1
export PIP_DISABLE_PIP_VERSION_CHECK := 1
BIN := .venv/bin
READY := .venv/ready

.DEFAULT_GOAL := help
.PHONY: help report test lab check format docs wheel gate bench simulate model press specimens notebooks lock clean

help:  ## say what can be made
	@awk -F':.*## ' '/^[a-z]+:.*## /{printf "  make %-10s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

$(READY): requirements.txt pyproject.toml
	@$(PYTHON) -c 'import sys; v = sys.version_info[:2]; sys.exit(v < (3, 11) and "Python %d.%d is too old, 3.11 is needed: make PYTHON=python3.12" % v)'
	$(PYTHON) -m venv --clear .venv
	$(BIN)/python -m pip install --quiet 'uv>=0.9,<1'
	$(BIN)/uv pip install --quiet --python $(BIN)/python --require-hashes -r requirements.txt
	$(BIN)/uv pip install --quiet --python $(BIN)/python --no-deps --editable .
	@touch $(READY)

report: $(READY)  ## run the notebooks, on the specimens or on CORPUS=folder, into OUT=report
	$(BIN)/press-coverage report $(if $(CORPUS),"$(CORPUS)") --out "$(OUT)"

test: $(READY)  ## replay every test and every notebook, comparing outputs
	$(BIN)/python -m pytest

lab: $(READY)  ## open the notebooks in JupyterLab
	$(BIN)/jupyter lab notebooks

check: $(READY)  ## format, lint, types, dead code, no press text, doctests, tests, notebooks
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/vulture
	$(BIN)/python tests/project/texts.py
	$(MAKE) --no-print-directory test

format: $(READY)  ## put code and notebooks into the one format
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

docs: $(READY)  ## build the docs into docs/_build
	$(BIN)/python -m sphinx -W --keep-going -q docs docs/_build

wheel: $(READY)  ## install the wheel alone elsewhere, use it and type-check a user's script
	rm -rf .venv/wheel
	$(BIN)/uv build --quiet --wheel --out-dir .venv/wheel
	$(BIN)/python benchmarks/installed.py .venv/wheel

gate: $(READY)  ## measure quality against the floors in benchmarks/gate.json
	$(BIN)/python benchmarks/gate.py

bench: $(READY)  ## quality and speed beside other extractors, in one run
	$(BIN)/uv venv --quiet --allow-existing --python $(BIN)/python .venv/bench
	$(BIN)/uv pip install --quiet --python .venv/bench/bin/python --require-hashes -r benchmarks/requirements.txt
	$(BIN)/uv pip install --quiet --python .venv/bench/bin/python --no-deps --editable .
	.venv/bench/bin/python benchmarks/extractors.py
	.venv/bench/bin/python benchmarks/copies.py
	.venv/bench/bin/python benchmarks/annotation.py
	.venv/bench/bin/python benchmarks/imports.py

simulate: $(READY)  ## how often the intervals hold, on drawn corpora
	$(BIN)/python benchmarks/intervals.py
	$(BIN)/python benchmarks/series.py

model: $(READY)  ## train the models again, where the pages with gold are at hand
	$(BIN)/uv pip install --quiet --python $(BIN)/python --require-hashes -r data/model/train.txt
	$(BIN)/python data/model/train.py
	$(BIN)/python data/model/train_voice.py
	$(BIN)/python data/model/train_policy.py

press: $(READY)  ## derive the tables of the real press again, where its texts are at hand
	OMP_NUM_THREADS=1 OPENBLAS_NUM_THREADS=1 $(BIN)/python data/press/compendium.py

specimens: $(READY)  ## build the specimen corpus and its gold from the marked-up sources
	$(BIN)/python data/specimens/build.py

notebooks: $(READY)  ## execute the notebooks in place, to be committed
	cd notebooks && TQDM_DISABLE=1 ../$(BIN)/jupyter nbconvert --log-level=WARN --to notebook --execute --inplace \
	  --ExecutePreprocessor.record_timing=False *.ipynb

LOCK := $(BIN)/uv pip compile --quiet --upgrade --universal --python-version 3.11 --generate-hashes --no-header --no-annotate \
	  --no-emit-index-url
lock: $(READY)  ## choose the newest versions for requirements.txt
	$(LOCK) --extra all --group dev pyproject.toml --output-file requirements.txt
	$(LOCK) --extra all --group bench pyproject.toml --output-file benchmarks/requirements.txt
	$(LOCK) --constraint requirements.txt --group model --output-file data/model/train.txt

clean:  ## remove what was made
	rm -rf .venv report docs/_build .pytest_cache .mypy_cache .ruff_cache
