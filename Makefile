# What can be done with Wikigate's sources. Every target installs what it needs, once, and is quick when nothing changed.
VENV := .venv
export VENV

.DEFAULT_GOAL := help
.PHONY: help serve test check conformance clients bench docs screenshots lock clean

help: ## list the targets
	@sed -n 's/^\([a-z]*\):.*## \(.*\)/make \1\t\2/p' $(MAKEFILE_LIST) | expand -t 20

serve: ## serve a demonstration wiki from ./data; prints its address, an account, a bot password and a first curl (ARGS="--port 8080")
	@scripts/python-env.sh $(VENV) requirements/serve.lock --project
	@exec $(VENV)/bin/wikigate serve --demo --data data $(ARGS)

test: ## run every test whose parts are here or can be installed, and say what is left out (ARGS="-k name")
	@scripts/test.sh $(ARGS)

check: ## lint, format, types, the rooms' borders, the documents; reports every failure
	@scripts/check.sh

conformance: ## play the same scenarios on Wikigate and on the real MediaWiki, and print what differs
	@scripts/test.sh --only conformance $(ARGS)

clients: ## drive the real clients against Wikigate, and print what each of them did
	@scripts/test.sh --only clients $(ARGS)

bench: ## measure against the bare server, the bare hash and the real MediaWiki (QUICK=1: a short run that fails on ratios)
	@scripts/python-env.sh $(VENV) requirements/test.lock --project
	@$(if $(QUICK),,scripts/mediawiki.sh)
	@$(VENV)/bin/python -m bench.run $(if $(QUICK),--quick) $(ARGS)

docs: ## write the reference pages that are made from the code
	@scripts/python-env.sh $(VENV) requirements/test.lock --project
	@$(VENV)/bin/python docs/check.py --write

screenshots: ## take the pictures of the main pages in docs/images again
	@scripts/python-env.sh $(VENV) requirements/test.lock --project
	@scripts/browser.sh
	@$(VENV)/bin/python -m tests.browser.screenshots

lock: ## write the lock files again (UPGRADE=1: take the newest versions)
	@scripts/lock.sh

clean: ## remove what these targets installed and cached; ./data stays
	rm -rf $(VENV) .cache .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache dist
