# Short names for what one does here. Every target does its own set-up.
.PHONY: help demo serve test check bench coverage clean
PY = .venv/bin/python

help:
	@echo "make demo   satu semester audit dengan data rekaan, hasilnya di folder demo/"
	@echo "make serve  AKS di peramban, kantor di ~/aks (atau AKS_HOME); PILIHAN=--demo untuk kantor contoh"
	@echo "make test   semua pengujian"
	@echo "make check  gaya, tipe, dan kontrak impor"
	@echo "make bench  ukuran kecepatan, masing-masing di samping pembandingnya"

.venv/.ready: uv.lock pyproject.toml deploy/set-up.sh deploy/missing_libraries.py
	@deploy/set-up.sh
	@touch $@

.venv/.browser: deploy/set-up-browser.sh | .venv/.ready
	@deploy/set-up-browser.sh
	@touch $@

demo: .venv/.ready
	@.venv/bin/aks demo --out demo

serve: .venv/.ready
	@.venv/bin/aks serve $(PILIHAN)

test: .venv/.ready .venv/.browser
	$(PY) -m pytest -n 3

check: .venv/.ready
	$(PY) -m ruff check .
	$(PY) -m ruff format --check .
	$(PY) -m mypy
	.venv/bin/lint-imports

coverage: .venv/.ready .venv/.browser
	$(PY) -m pytest -n 2 --cov --cov-report=term-missing:skip-covered

bench: .venv/.ready
	@for file in bench/*.py; do $(PY) $$file; done

clean:
	rm -rf .venv .uv demo .mypy_cache .ruff_cache .pytest_cache .import_linter_cache
