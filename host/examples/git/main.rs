//! Keeps a git repository in a store, and gives it back.
//!
//! A git object goes under its own hash, as the bytes that git hashes: `blob 5`, a zero byte, `hello`. A ref is a ref. What git
//! keeps besides (where `HEAD` points, which history is cut short) stands under one key.

mod about;
mod export;
mod import;
mod repository;
#[cfg(test)]
mod tests;

use anyhow::{Context as _, Result};
use clap::{Parser, Subcommand};
use indicatif::{ProgressBar, ProgressStyle};
use repository::Repository;
use std::io::{self, Write as _};
use std::path::PathBuf;
use sx_persist::Store;

const EXAMPLES: &str = "\
Needs the program git. Objects are taken and given one by one, loose and packed alike; none may have more than 16 MiB.
Git computes each hash anew when it is given back, so that what comes out is what went in.

Examples:
  cargo run --release --example git -- import . ./history
  cargo run --release --example git -- export ./history ./copy.git
  git -C ./copy.git fsck --strict && git -C ./copy.git log";

/// Keeps a git repository in a store, and gives it back
#[derive(Debug, Parser)]
#[command(bin_name = "cargo run --example git --", after_help = EXAMPLES, arg_required_else_help = true)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Writes all objects and refs of a repository into a store; again, it brings what is new and takes away refs that have gone
    Import {
        /// The repository: its folder, or a folder in its work tree
        repository: PathBuf,
        /// The directory of the store; it is made when it is not there
        store: PathBuf,
    },
    /// Makes a bare repository of what a store holds
    Export {
        /// The directory of the store
        store: PathBuf,
        /// The folder of the new repository: empty, or not there
        repository: PathBuf,
    },
}

fn main() -> Result<()> {
    match Cli::parse().command {
        Command::Import { repository, store } => {
            let repository = Repository::open(&repository)?;
            let store = Store::open(&store).with_context(|| store.display().to_string())?;
            let bar = bar("objects read")?;
            let imported = import::import(&repository, &store, &bar)?;
            bar.finish_and_clear();
            store.close()?;
            writeln!(io::stdout(), "{} objects, {} refs", imported.objects, imported.refs)?;
        }
        Command::Export { store, repository } => {
            let builder = Store::builder().read_only(true).create(false);
            let store = builder.open(&store).with_context(|| store.display().to_string())?;
            let bar = bar("objects written")?;
            let exported = export::export(&store, &repository, &bar)?;
            bar.finish_and_clear();
            writeln!(io::stdout(), "{} objects, {} refs", exported.objects, exported.refs)?;
        }
    }
    Ok(())
}

/// A bar on standard error, where that is a terminal.
fn bar(what: &str) -> Result<ProgressBar> {
    let style = format!("{{wide_bar}} {{human_pos}}/{{human_len}} {what} {{per_sec}} {{eta}}");
    Ok(ProgressBar::new(0).with_style(ProgressStyle::with_template(&style)?))
}
