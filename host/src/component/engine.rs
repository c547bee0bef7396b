//! What components run in: one engine of wasmtime's for all stores of a process, and one runtime around their file calls.

use std::sync::OnceLock;
use tokio::runtime::Runtime;
use wasmtime::{Config, Engine};

/// The engine that all run in: it has one clock.
pub(crate) fn engine() -> wasmtime::Result<&'static Engine> {
    static ENGINE: OnceLock<Engine> = OnceLock::new();
    if let Some(engine) = ENGINE.get() {
        return Ok(engine);
    }
    let engine = Engine::new(&config())?;
    Ok(ENGINE.get_or_init(|| engine))
}

/// How stores are compiled and run. An engine of the same configuration finds the code that was kept of them.
#[must_use]
pub fn config() -> Config {
    let mut config = Config::new();
    // Several memories stay allowed: between the two parts of the portable component, which this library runs, too, when it is
    // built with it, wasmtime puts code that has both of theirs.
    config
        .epoch_interruption(true)
        .wasm_tail_call(false)
        .wasm_relaxed_simd(false)
        .wasm_memory64(false)
        .wasm_custom_page_sizes(false)
        .wasm_wide_arithmetic(false);
    #[cfg(not(unix))]
    match wasmtime::Cache::from_file(None) {
        Ok(cache) => {
            config.cache(Some(cache));
        }
        // Every start compiles, then: slower, and nothing else.
        Err(error) => tracing::warn!(%error, "compiled code cannot be cached"),
    }
    config
}

/// The runtime that file calls find around them. Without one wasmtime-wasi starts its own, a thread a core, and lets each
/// call go once through its queue; no call of ours ever waits, since the files block the thread that asks.
pub(crate) fn runtime() -> std::io::Result<&'static Runtime> {
    static RUNTIME: OnceLock<Runtime> = OnceLock::new();
    if let Some(runtime) = RUNTIME.get() {
        return Ok(runtime);
    }
    let runtime = tokio::runtime::Builder::new_current_thread().build()?;
    Ok(RUNTIME.get_or_init(|| runtime))
}
