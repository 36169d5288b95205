# Sourced by every script here: strict mode, the repository root as the working directory, and
# two ways to speak. Everything a script says goes to stderr; stdout is for its result.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
mkdir -p build

say() { printf '==> %s\n' "$*" >&2; }

# die MESSAGE: ends the script. MESSAGE is a whole sentence that says what to do.
die() {
    printf 'error: %s\n' "$*" >&2
    exit 1
}
