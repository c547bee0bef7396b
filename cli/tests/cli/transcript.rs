//! Golden transcripts: a good answer and an error of every operation, as SX and as JSON-RPC.
//!
//! `BLESS=1` writes the answers into the files; look at what changed before it is committed.

use crate::support::Root;
use std::collections::BTreeSet;
use std::fs;

/// The answers that the requests of a transcript get on this root; the file has both.
fn transcript(name: &str, root: &Root, args: &[&str], code: i32) -> Vec<(String, String)> {
    let path = format!("{}/tests/cli/transcript/{name}.txt", env!("CARGO_MANIFEST_DIR"));
    let golden = fs::read_to_string(&path).unwrap();
    let asked: Vec<_> = golden.lines().filter_map(|line| line.strip_prefix("> ")).collect();
    let ended = root.run_with_input(args, asked.join("\n"));
    assert_eq!(ended.code, Some(code), "{}", ended.stderr);
    let answers: Vec<_> = ended.stdout.lines().collect();
    assert_eq!(asked.len(), answers.len(), "one answer a request");
    let lines: Vec<_> =
        asked.iter().zip(&answers).map(|(asked, answer)| format!("> {asked}\n{answer}\n")).collect();
    let is = lines.concat();
    if std::env::var_os("BLESS").is_some() {
        fs::write(&path, &is).unwrap();
    } else {
        for (line, (is, golden)) in is.lines().zip(golden.lines()).enumerate() {
            assert_eq!(is, golden, "{path}, line {}", line + 1);
        }
        assert_eq!(is, golden);
    }
    asked.iter().zip(answers).map(|(asked, answer)| ((*asked).to_owned(), answer.to_owned())).collect()
}

/// A new store, and one that another version has written: what takes no arguments is refused there.
fn transcripts(form: &str, args: &[&str]) -> Vec<(String, String)> {
    let mut lines = transcript(&format!("operations.{form}"), &Root::new(), args, 0);
    let later = Root::new();
    fs::create_dir_all(later.path()).unwrap();
    fs::write(format!("{}/format", later.path()), "sx-persist 6 other\n").unwrap();
    // Its end would checkpoint, which is refused as well.
    lines.extend(transcript(&format!("later.{form}"), &later, args, 3));
    lines
}

/// The first columns of a table of docs/stdio.md, whose head begins so.
fn documented(head: &str) -> BTreeSet<String> {
    let page = include_str!("../../../docs/stdio.md");
    let rows = page.lines().skip_while(|line| !line.starts_with(head)).skip(2);
    let names = rows.map_while(|row| row.strip_prefix("| `")).filter_map(|row| Some(row.split_once('`')?.0));
    let names: BTreeSet<_> = names.map(str::to_owned).collect();
    assert!(names.len() >= 6, "{head}: {names:?}");
    names
}

/// Whose good answers and errors a transcript has.
#[derive(Default)]
struct Shown {
    good: BTreeSet<String>,
    refused: BTreeSet<String>,
}

impl Shown {
    fn add(&mut self, name: &str, is_error: bool) {
        let into = if is_error { &mut self.refused } else { &mut self.good };
        into.insert(name.to_owned());
    }

    fn has_all(&self, names: &BTreeSet<String>) {
        for name in names {
            assert!(self.good.contains(name), "no good answer of {name}");
            assert!(self.refused.contains(name), "no error of {name}");
        }
    }
}

/// Compares what transcripts show with the tables. A call is an operation and what it gathers: the last of them is to blame for an error.
fn has_every_operation(calls: impl Iterator<Item = (String, Vec<String>, bool)>) {
    let (mut operations, mut gathered) = (Shown::default(), [Shown::default(), Shown::default()]);
    for (name, methods, is_error) in calls {
        operations.add(&name, is_error);
        let of = match name.as_str() {
            "persist/batch/commit" => &mut gathered[0],
            "persist/batch/read" => &mut gathered[1],
            _ => continue,
        };
        let skipped = if is_error { methods.len() - 1 } else { 0 };
        methods[skipped..].iter().for_each(|method| of.add(method, is_error));
    }
    operations.has_all(&documented("| operation | arguments |"));
    gathered[0].has_all(&documented("| *operation* of `persist/batch/commit` |"));
    gathered[1].has_all(&documented("| *question* of `persist/batch/read` |"));
}

#[test]
fn every_operation_is_answered_and_refused_as_sx() {
    let lines = transcripts("sx", &["stdio"]);
    has_every_operation(lines.iter().map(|(asked, answer)| {
        let asked = sx::parse(asked).unwrap();
        let [name, arguments @ ..] = asked.as_list().unwrap() else { panic!("{asked:?}") };
        let items = arguments.first().and_then(sx::Value::as_list).unwrap_or_default();
        let methods = items.iter().filter_map(|item| Some(item.as_list()?.first()?.as_str()?.to_owned()));
        (name.as_str().unwrap().to_owned(), methods.collect(), answer.starts_with("(error "))
    }));
}

#[test]
fn every_operation_is_answered_and_refused_as_json_rpc() {
    let lines = transcripts("jsonrpc", &["stdio", "--jsonrpc"]);
    has_every_operation(lines.iter().map(|(asked, answer)| {
        let asked: serde_json::Value = serde_json::from_str(asked).unwrap();
        let answer: serde_json::Value = serde_json::from_str(answer).unwrap();
        assert_eq!(asked["id"], answer["id"]);
        let items = asked["params"][0].as_array().cloned().unwrap_or_default();
        let methods = items.iter().filter_map(|item| Some(item[0].as_str()?.to_owned()));
        let name = asked["method"].as_str().unwrap().to_owned();
        (name, methods.collect(), answer.get("error").is_some())
    }));
}
