//! What the library traces, to standard error.

use crate::exit::CliError;
use crate::terminal;
use std::env;
use std::io;
use tracing_subscriber::filter::{LevelFilter, Targets};
use tracing_subscriber::fmt::format::FmtSpan;
use tracing_subscriber::layer::SubscriberExt as _;
use tracing_subscriber::util::SubscriberInitExt as _;

const VARIABLE: &str = "SX_PERSIST_LOG";

/// Starts tracing where `-v` or `SX_PERSIST_LOG` asks for it; `-v` wins.
pub(crate) fn start(verbose: u8) -> anyhow::Result<()> {
    let asked = env::var(VARIABLE).unwrap_or_default();
    let targets = match verbose {
        0 if asked.is_empty() => return Ok(()),
        0 => asked.parse().map_err(|error| {
            CliError::Misused(format!("{VARIABLE}={asked}: {error}; set it to debug or sx_persist=debug"))
        })?,
        1 => Targets::new().with_target("sx_persist", LevelFilter::DEBUG),
        _ => Targets::new().with_default(LevelFilter::TRACE),
    };
    let lines = tracing_subscriber::fmt::layer()
        .with_writer(io::stderr)
        .with_ansi(terminal::is_coloured(&io::stderr()))
        // The library traces its calls as spans: each is told when it is over, with its time.
        .with_span_events(FmtSpan::CLOSE);
    tracing_subscriber::registry().with(lines).with(targets).init();
    Ok(())
}
