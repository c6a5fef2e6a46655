#!/usr/bin/env bash
# Makes what a local run needs, inside this folder only: setup.sh announce | python | ministack | node | weights
# `setup.sh lock` resolves the pinned packages anew.
# Called by the Makefile, which knows when a step is out of date.
set -euo pipefail
cd "$(dirname "$0")/.."

OLDEST="(3, 12)"
NEWEST="(3, 14)"
PYTHONS="python3.13 python3.12 python3.14 python3"
PYENV="${PYENV_ROOT:-$HOME/.pyenv}/versions"
NODE_MAJOR=20
LIMIT_SECONDS=600
UV="uv==0.13.9"
MINISTACK="ministack==1.5.33
boto3==1.43.106"

say() { printf '%s\n' "$*" >&2; }

fail() {
    say "$@"
    exit 1
}

# A candidate must run and be complete: a pyenv shim may be there and refuse, a system Python may lack venv.
is_python() {
    "$1" -c "import sys, venv, ensurepip; sys.exit(not $OLDEST <= sys.version_info[:2] <= $NEWEST)" 2>/dev/null
}

candidates() {
    local name path
    for name in $PYTHONS; do command -v "$name" || true; done
    for path in "$PYENV"/3.13*/bin/python "$PYENV"/3.12*/bin/python "$PYENV"/3.14*/bin/python; do
        if [ -x "$path" ]; then echo "$path"; fi
    done
    if command -v uv >/dev/null; then uv python find --no-python-downloads '>=3.12,<3.15' 2>/dev/null || true; fi
}

find_python() {
    local candidate
    while read -r candidate; do
        if is_python "$candidate"; then
            echo "$candidate"
            return
        fi
    done < <(candidates)
    fail "No Python 3.12, 3.13 or 3.14 with venv was found; looked at: $(candidates | tr '\n' ' ')
Install one, for example:
  Debian, Ubuntu   sudo apt install python3 python3-venv     (24.04 or newer)
  macOS            brew install python@3.13
  anywhere         uv python install 3.13     or     pyenv install 3.13"
}

check_node() {
    local version
    version="$(node --version 2>/dev/null || true)"
    version="${version#v}"
    if [ "${version%%.*}" -ge "$NODE_MAJOR" ] 2>/dev/null && command -v npm >/dev/null; then return; fi
    fail "Node.js $NODE_MAJOR or newer with npm is needed for the CDK's command line; found: ${version:-none}.
Install it from your system's packages, with nvm, or from nodejs.org."
}

# Runs a command with a clock beside it and its output in a log; both end with it, and it with us.
step() {
    local title="$1" log=".local/logs/setup.log" began=$SECONDS pid
    shift
    mkdir -p .local/logs
    set -m # a process group of its own, so that all of it can be ended
    "$@" >"$log" 2>&1 </dev/null &
    pid=$!
    set +m
    # shellcheck disable=SC2064 # the pid of now
    trap "kill -TERM -- -$pid 2>/dev/null || true; wait $pid 2>/dev/null || true; clean; say; exit 130" INT TERM HUP
    while kill -0 "$pid" 2>/dev/null; do
        if [ -t 2 ]; then printf '\r  %-58s %4d s ' "$title" $((SECONDS - began)) >&2; fi
        if [ $((SECONDS - began)) -gt $LIMIT_SECONDS ]; then kill -TERM -- "-$pid" 2>/dev/null || true; fi
        sleep 0.2
    done
    if wait "$pid"; then
        trap - INT TERM HUP
        if [ -t 2 ]; then printf '\r' >&2; fi
        say "$(printf '  %-71s %6d s' "$title" $((SECONDS - began)))"
    else
        say "" "  $title: failed after $((SECONDS - began)) s. The last lines of $log:"
        tail -n 20 "$log" >&2
        exit 1
    fi
}

# pip and npm put their own temporary folders here, which is removed whatever happens.
clean() { rm -rf .local/setup-tmp; }

with_own_tmpdir() {
    mkdir -p .local/setup-tmp
    export TMPDIR="$PWD/.local/setup-tmp"
    trap clean EXIT
}

# $1: the environment's folder, $2: what goes into it, $3: what the step is called
environment() {
    local python
    if ! "$1/bin/python" -m pip --version >/dev/null 2>&1; then
        python="$(find_python)"
        step "make $1 with $("$python" -V)" "$python" -m venv --clear "$1"
    fi
    step "$3" "$1/bin/python" -m pip install --require-hashes --only-binary=:all: --no-input --progress-bar off \
        --disable-pip-version-check --retries 3 --timeout 30 -r "$2"
}

announce() {
    if [ -e .venv/.complete ] && [ -e .local/ministack/.complete ] && [ -e node_modules/.complete ]; then return; fi
    find_python >/dev/null
    check_node
    say "First start. Into this folder only (.venv, .local, .build, node_modules), checked against pinned hashes:
  from PyPI   the Python packages of requirements.txt, the AWS emulator, and what is bundled for Lambda
  from npm    the CDK's command line and the drawings of the Bedrock emulator
  the weights of the cut-out network, 5 MB
About 400 MB are downloaded; on two cores it takes 2 to 4 minutes plus the line's time. Later starts take half a minute."
}

# Four lists, so that each place gets what runs there and no more; the bundles follow the versions of the first.
lock() {
    local tools=.local/uv
    if [ ! -x $tools/bin/uv ]; then
        step "make $tools" "$(find_python)" -m venv --clear $tools
        step "install $UV" $tools/bin/python -m pip install --only-binary=:all: --no-input "$UV"
    fi
    resolve() { $tools/bin/uv pip compile --quiet --universal --generate-hashes --no-header --python-version 3.12 "$@"; }
    resolve --group lambda --group cutout --group cdk --group local --group client --group test --group lint \
        pyproject.toml -o requirements.txt
    resolve --group lambda -c requirements.txt pyproject.toml -o functions/requirements.txt
    resolve --group cutout -c requirements.txt pyproject.toml -o functions/cutout-requirements.txt
    echo "$MINISTACK" | resolve --no-annotate - -o local/ministack-requirements.txt
}

case "${1:-}" in
announce) announce ;;
python)
    with_own_tmpdir
    environment .venv requirements.txt "install the Python packages"
    step "install the command line" .venv/bin/python -m pip install --no-deps --no-build-isolation --no-index \
        --no-input --disable-pip-version-check -e ./client
    ;;
ministack)
    with_own_tmpdir
    environment .local/ministack local/ministack-requirements.txt "install the AWS emulator"
    ;;
node)
    check_node
    with_own_tmpdir
    step "install the CDK's command line" npm ci --no-fund --no-audit --loglevel=error
    ;;
weights)
    with_own_tmpdir
    step "fetch the weights of the cut-out network" .venv/bin/python -m infra.weights
    ;;
lock)
    with_own_tmpdir
    lock
    ;;
*) fail "usage: local/setup.sh announce | python | ministack | node | weights | lock" ;;
esac
