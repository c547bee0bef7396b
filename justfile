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

# The crash suite, or one case of it: `just crash seed=7 moment=12 draw=3`.
crash *words:
    cargo test -p sx-persist-tests --test crash -- {{words}}

# Every crash case that there is: all draws, a million cases from fresh seeds, every fault with every code in every way.
crash-long:
    cargo test -p sx-persist-tests --test crash -- long

# The crash model of the checkpoint's protocol, 3,000 scripts in full: about a quarter of an hour, and needs Python.
model-long:
    SCRIPTS=3000 cargo test -p sx-persist-tests --test model

# Does it do what docs/semantics.md says?
acceptance:
    cargo test -p sx-persist-tests --test acceptance --test acceptance-memory --test acceptance-cached --test acceptance-layered --test acceptance-packed

# Does each middleware change what it is to change, and nothing else?
middleware:
    cargo test -p sx-persist-tests --test middleware

# Does it hold when processes are killed, locked out, and run out of room?
processes:
    cargo test -p sx-persist-tests --test processes

# Does a store that threads share do one thing at a time?
linearizable:
    cargo test -p sx-persist-tests --test linearizable

# Is a root the same to Python, Node and wasmtime's command line? Installs what they need below target.
hosts:
    SX_PERSIST_REQUIRE_HOSTS=1 cargo test -p sx-persist-tests --test hosts

# Transpile the component anew for examples/node, which carries it.
bless-node:
    BLESS=1 SX_PERSIST_REQUIRE_HOSTS=1 cargo test -p sx-persist-tests --test hosts

# Write the golden bytes anew; read the difference before you commit it.
bless:
    BLESS=1 cargo test -p sx-persist-tests --test format

# Are the guests of somebody's own host served by the store of their tenant, and harm nobody else?
embedding:
    cargo test -p sx-persist-tests --test embedding

# Formatting, lints and documents, with warnings as errors.
lint:
    cargo fmt --all --check
    cargo clippy --workspace --all-targets -- -D warnings
    RUSTDOCFLAGS="-D warnings" cargo doc --workspace --no-deps

# Have the crates that come in known holes, other licences than we take, or other sources? Needs the network and `cargo install cargo-deny`.
deny:
    cargo deny check

# The files that are handed out, in `dist`: the components, the interfaces as WebAssembly, and their checksums.
dist:
    cargo run -p sx-persist-artefacts

# The benchmark: ratios against a synced file, SQLite, redb, fjall, cacache, and the core without its sandbox.
bench:
    cargo run --profile dist -p sx-persist-bench

# The tables and plots of docs/benchmarks but those of `bench-maps`, on a machine with nothing else to do; `sx-persist` itself is measured in
# them, too.
bench-table:
    cargo build --profile dist -p sx-persist-cli && cargo run --profile dist -p sx-persist-bench -- --without map --without object --without packed --markdown docs/benchmarks/table.md --plots docs/benchmarks --json target/bench.json

# Tables of bytes and objects alone, with up to a million keys.
bench-maps:
    cargo run --profile dist -p sx-persist-bench -- --only map --only object --markdown docs/benchmarks/maps.md --plots docs/benchmarks --json target/bench-maps.json

# Packed roots alone, with up to a million streams and keys.
bench-packed:
    cargo build --profile dist -p sx-persist-cli && cargo run --profile dist -p sx-persist-bench -- --only packed --markdown docs/benchmarks/packed.md --plots docs/benchmarks/packed --json target/bench-packed.json

# Ten million keys, 2.7 GB, in this store and in SQLite, loaded once.
bench-large:
    cargo run --profile dist -p sx-persist-bench -- --large 10000000

# That the benchmark works, not how fast anything is.
bench-quick:
    cargo run --profile dist -p sx-persist-bench -- --quick

# Every fuzz target on its seeds, on what it once found, and on noise: no libFuzzer, seconds.
fuzz-replay:
    cargo test --manifest-path tests/fuzz/Cargo.toml --target-dir target/fuzz

# Each fuzz target for a minute; needs `cargo install cargo-fuzz` and a C++ compiler.
fuzz:
    cargo fuzz run --fuzz-dir tests/fuzz --target-dir target/fuzz --features libfuzzer --sanitizer none value tests/fuzz/corpus/value tests/fuzz/seeds/value -- -create_missing_dirs=1 -max_total_time=60 -max_len=4096 -rss_limit_mb=1024 -malloc_limit_mb=512 -dict=tests/fuzz/dictionaries/value.dict
    cargo fuzz run --fuzz-dir tests/fuzz --target-dir target/fuzz --features libfuzzer --sanitizer none line tests/fuzz/corpus/line tests/fuzz/seeds/line -- -create_missing_dirs=1 -max_total_time=60 -max_len=4096 -rss_limit_mb=1024 -malloc_limit_mb=512 -dict=tests/fuzz/dictionaries/line.dict
    cargo fuzz run --fuzz-dir tests/fuzz --target-dir target/fuzz --features libfuzzer --sanitizer none journal tests/fuzz/corpus/journal tests/fuzz/seeds/journal -- -create_missing_dirs=1 -max_total_time=60 -max_len=4096 -rss_limit_mb=1024 -malloc_limit_mb=512
    cargo fuzz run --fuzz-dir tests/fuzz --target-dir target/fuzz --features libfuzzer --sanitizer none recovery tests/fuzz/corpus/recovery tests/fuzz/seeds/recovery -- -create_missing_dirs=1 -max_total_time=60 -max_len=4096 -rss_limit_mb=1024 -malloc_limit_mb=512
    cargo fuzz run --fuzz-dir tests/fuzz --target-dir target/fuzz --features libfuzzer --sanitizer none handle_op tests/fuzz/corpus/handle_op tests/fuzz/seeds/handle_op -- -create_missing_dirs=1 -max_total_time=60 -max_len=4096 -rss_limit_mb=1024 -malloc_limit_mb=512 -dict=tests/fuzz/dictionaries/handle_op.dict
    cargo fuzz run --fuzz-dir tests/fuzz --target-dir target/fuzz --features libfuzzer --sanitizer none block tests/fuzz/corpus/block tests/fuzz/seeds/block -- -create_missing_dirs=1 -max_total_time=60 -max_len=4096 -rss_limit_mb=1024 -malloc_limit_mb=512 -dict=tests/fuzz/dictionaries/block.dict
    cargo fuzz run --fuzz-dir tests/fuzz --target-dir target/fuzz --features libfuzzer --sanitizer none run tests/fuzz/corpus/run tests/fuzz/seeds/run -- -create_missing_dirs=1 -max_total_time=60 -max_len=4096 -rss_limit_mb=1024 -malloc_limit_mb=512 -dict=tests/fuzz/dictionaries/run.dict
