//! The benchmark's quick mode: everything runs and is written down. It says nothing about how fast.

use anyhow::{Context as _, Result};
use serde_json::Value;
use std::collections::BTreeSet;
use std::fs;
use std::process::Command;

/// This store, as the benchmark calls it.
const OURS: &str = "sx-persist";

fn program() -> Command {
    Command::new(env!("CARGO_BIN_EXE_sx-persist-bench"))
}

fn list(value: &Value) -> Result<&Vec<Value>> {
    value.as_array().context("not a list")
}

#[test]
fn every_contender_takes_its_turn_in_every_workload() -> Result<()> {
    let folder = tempfile::tempdir()?;
    let [json, markdown, plots] = ["all.json", "table.md", "plots"].map(|name| folder.path().join(name));
    fs::create_dir(&plots)?;
    let run = program()
        .arg("--quick")
        // Where nothing was before: the folder is made.
        .arg("--folder")
        .arg(folder.path().join("data"))
        .arg("--json")
        .arg(&json)
        .arg("--markdown")
        .arg(&markdown)
        .arg("--plots")
        .arg(&plots)
        .output()?;
    assert!(run.status.success(), "{}", String::from_utf8_lossy(&run.stderr));

    let all: Value = serde_json::from_slice(&fs::read(&json)?)?;
    let workloads = list(&all["workloads"])?;
    let table = fs::read_to_string(&markdown)?;
    for workload in workloads {
        let name = workload["workload"].as_str().context("a workload without a name")?;
        assert!(table.contains(name), "{name} is not in the table");
        let columns = list(&workload["columns"])?;
        let ours = columns.iter().filter(|column| column["contender"] == OURS);
        assert!(ours.count() > 0, "{name} leaves this store out");
        for column in columns {
            let turns = list(&column["turns"])?;
            assert!(!turns.is_empty() && column["failure"].is_null(), "{name}: {column}");
            let is_timed = |turn: &Value| turn["nanoseconds"].as_u64().is_some_and(|time| time > 0);
            assert!(turns.iter().all(is_timed), "{name}: {column}");
        }
    }
    assert!(list(&all["rows"])?.iter().all(|row| row["measured"]["median"].is_f64()), "{}", all["rows"]);
    let drawn: BTreeSet<_> =
        fs::read_dir(&plots)?.map(|entry| Ok(entry?.file_name())).collect::<Result<_>>()?;
    assert!(!drawn.is_empty(), "nothing is drawn");
    for plot in drawn {
        let plot = plot.into_string().ok().context("a name that is no text")?;
        assert!(table.contains(&plot), "the table does not show {plot}");
    }
    Ok(())
}

#[test]
fn what_no_workload_is_called_is_an_error() -> Result<()> {
    let run = program().args(["--quick", "--only", "no such workload"]).output()?;
    assert!(!run.status.success());
    let error = String::from_utf8_lossy(&run.stderr);
    assert!(error.contains("--list"), "{error}");
    Ok(())
}
