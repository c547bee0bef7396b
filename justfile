# Every recipe is a plain cargo line: nothing needs `just`.

# What there is.
default:
    @just --list   # or read this file: each line below is a cargo line

# The main job on real input: record this repository's history, restart, kill, and find everything.
demo:
    cargo run --release -- demo

# Everything that CI runs, but for formatting, lints and documents.
test:
    cargo test

# The inner loop: the value format and the engine, without wasmtime.
inner:
    cargo test -p sx-value -p sx-persist-core

# Does it do what docs/semantics.md says?
acceptance:
    cargo test -p sx-persist-tests --test acceptance

# Does it hold when processes are killed, locked out, and run out of room?
processes:
    cargo test -p sx-persist-tests --test processes

# Does a store that threads share do one thing at a time?
linearizable:
    cargo test -p sx-persist-tests --test linearizable

# Write the golden bytes anew; read the difference before you commit it.
bless:
    BLESS=1 cargo test -p sx-persist-tests --test format

# Formatting, lints and documents, with warnings as errors.
lint:
    cargo fmt --all --check
    cargo clippy --workspace --all-targets -- -D warnings
    RUSTDOCFLAGS="-D warnings" cargo doc --workspace --no-deps

# The benchmark: ratios against SQLite and a synced file.
bench:
    cargo run --release -p sx-persist-bench

# That the benchmark works, not how fast anything is.
bench-quick:
    cargo run --release -p sx-persist-bench -- --quick
