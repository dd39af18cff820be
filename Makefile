# 常用命令。make help 列出全部。每个命令都自己做完准备，重复运行很快。

BIN := .venv/bin
# Test processes; one that is done takes over what waits for the other.
WORKERS ?= 2
PYTEST = $(BIN)/pytest --numprocesses=$(WORKERS) --dist=worksteal
OTHERS = --ignore=tests/rules --ignore=tests/matcher
# Images of Python often set this. Each process would then compile every module and test again, 2 s of each start of huice.
unexport PYTHONDONTWRITEBYTECODE

.DEFAULT_GOAL := help
# A check that fails stops the rest, in this order.
.NOTPARALLEL:
.PHONY: help run test check rooms unit e2e bench timings coverage format lock clean

help: ## 列出所有命令
	@awk -F ':.*## ' '/^[a-z0-9-]+:.*## / { printf "make %-10s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

run: ## 准备好一切（系统软件包、环境、数据库、演示数据），在 http://127.0.0.1:8000 启动服务
	@scripts/run

test: check rooms ## 准备好一切，跑完全部检查和测试（含真实的 PostgreSQL 和浏览器）
	$(PYTEST) $(OTHERS)

check: ## 检查写法、类型、模块方向、模板
	@scripts/prepare check
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-logo
	$(BIN)/djlint web/templates --lint --profile=jinja --ignore=H015 --quiet

# Counting branches more than doubles the time, so it is done where it is asked for: the rooms' own tests cover them, but for
# those marked slow.
rooms: ## 只跑 rules 和 matcher 的测试，分支覆盖率以 100 % 为准
	@scripts/prepare test
	$(PYTEST) tests/rules tests/matcher --cov --cov-report=term

unit: rooms ## 只跑不用浏览器的测试
	$(PYTEST) $(OTHERS) --ignore=tests/e2e

e2e: ## 只跑真实浏览器里的测试
	@scripts/prepare test
	$(PYTEST) tests/e2e

bench: ## 测速度：与其他引擎轮流运行，写出 docs/benchmarks.md 和图
	@scripts/prepare bench
	$(BIN)/python -m tests.benchmarks.peers

timings: ## 测各项功能自己的速度
	@scripts/prepare test
	$(BIN)/pytest tests/benchmarks -o python_files='bench_*.py' --capture=no

coverage: ## 写出逐行覆盖率报告 htmlcov/index.html
	@scripts/prepare test
	$(PYTEST) tests/rules tests/matcher --cov --cov-report=html

format: ## 按统一格式改写代码
	@scripts/prepare check
	$(BIN)/ruff check --fix-only --quiet .
	$(BIN)/ruff format .

lock: ## 按 setup.cfg 的版本重新生成 requirements*.lock
	@scripts/lock

clean: ## 删除环境和缓存（不删数据 instance/）
	rm -rf .venv .venv-bench .*_cache .hypothesis .coverage htmlcov test-results ./*.egg-info build
