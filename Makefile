# make chat   sets up what is missing, brings the index up to date, serves the chat
#             DOCUMENTS=path/to/folder: other documents; PORT=7861: another port
# make test   sets up what is missing, runs every test
# make lint   sets up what is missing, reads the code for slips
# make bench  sets up what is missing, measures how fast all is beside the plain way: some minutes
#
# Everything is installed into .venv/, once. Written for GNU make 3.81 and newer (macOS has 3.81).

DOCUMENTS ?= corpus/documents
PORT ?= 7860
VENV := .venv
BIN := $(VENV)/bin

# The first Python on the path that is new enough; another one: make chat PYTHON=/path/to/python3.13
NEW_ENOUGH := import sys; sys.exit(sys.version_info < (3, 11))
PYTHON ?= $(shell for python in python3 python3.14 python3.13 python3.12 python3.11; do \
	$$python -c '$(NEW_ENOUGH)' 2>/dev/null && { echo $$python; break; }; done)

# On Linux, PyTorch from PyPI brings gigabytes of CUDA, of no use without an NVIDIA card. The build
# for the CPU has a version of its own, which no CUDA build satisfies, so there is no falling back
# to one in silence. Another one: make chat TORCH='torch>=2.6,<3'
CPU_TORCH := torch==2.13.0+cpu
CPU_TORCH_INDEX := https://download.pytorch.org/whl/cpu
TORCH ?= $(shell if [ "$$(uname -s)" = Linux ] && ! nvidia-smi -L >/dev/null 2>&1; \
	then echo '$(CPU_TORCH)'; else echo 'torch>=2.6,<3'; fi)

# A stamp is named after the requirements that it stands for: change them, and they are installed.
checksum = $(shell cat $(1) | cksum | cut -d ' ' -f 1)
READY_TO_CHAT := $(VENV)/ready-to-chat-$(call checksum,requirements.txt Makefile)
READY_TO_TEST := $(VENV)/ready-to-test-$(call checksum,requirements.txt requirements-dev.txt Makefile)

.PHONY: help chat test lint bench

help:
	@sed -n '/^#$$/q; s/^# //p' Makefile

chat: $(READY_TO_CHAT)
	@echo '== Reading $(DOCUMENTS)'
	@$(BIN)/python -m index sync '$(subst ~/,$(HOME)/,$(DOCUMENTS))'
	@$(BIN)/python -m ui --port $(PORT)

test: $(READY_TO_TEST)
	$(BIN)/python -m pytest -n logical

lint: $(READY_TO_TEST)
	$(BIN)/ruff check

bench: $(READY_TO_CHAT)
	@$(BIN)/python -m bench speed --json bench/measured.json

$(BIN)/python:
	@[ -n '$(PYTHON)' ] && $(PYTHON) -c '$(NEW_ENOUGH)' 2>/dev/null || { echo "Quid pro Quote needs Python 3.11 or newer," \
		"and found: $$({ $(or $(PYTHON),python3) --version || echo none; } 2>/dev/null). Name a newer one: make PYTHON=/path/to/python3.13 $(MAKECMDGOALS)" >&2; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || { echo "$(PYTHON) lacks its modules venv and ensurepip, which make the environment." \
		"On Debian and Ubuntu: sudo apt install python3-venv" >&2; exit 1; }
	@echo "== Making an environment in $(VENV)/ with $$($(PYTHON) --version)"
	@$(PYTHON) -m venv --clear $(VENV) || { rm -rf $(VENV); exit 1; }

# pip first: the one that comes with Python 3.11 fails to resolve some of the requirements.
# Then PyTorch, alone, from wherever pip is set up to look (a mirror, a folder of wheels), or else
# from PyTorch's own index, which is asked for nothing else. What it needs comes with the rest.
$(READY_TO_CHAT): $(BIN)/python
	@echo "== Installing what the chat needs, once (a few minutes; the README says how much it is)"
	@$(BIN)/python -m pip install --quiet --upgrade pip
	@$(BIN)/python -m pip install --no-deps '$(TORCH)' 2>/dev/null \
		|| $(BIN)/python -m pip install --no-deps --index-url $(CPU_TORCH_INDEX) '$(TORCH)' \
		|| { echo "$(TORCH) could not be had from $(CPU_TORCH_INDEX): is it in reach, and has it one for $$($(PYTHON) --version)?" \
		"Another build, gigabytes larger on Linux: make TORCH='torch>=2.6,<3' $(MAKECMDGOALS)" >&2; exit 1; }
	@$(BIN)/python -m pip install -r requirements.txt
	@rm -f $(VENV)/ready-to-*
	@touch $@

$(READY_TO_TEST): $(READY_TO_CHAT)
	@echo "== Installing what the tests need, once"
	@$(BIN)/python -m pip install -r requirements-dev.txt
	@touch $@
