//! `stdio` and a client that writes everything before it reads anything.

use crate::support::{PATIENCE, Root, program, text};
use serde_json::{Value, json};
use std::io::{Read as _, Write as _};
use std::process::Stdio;
use std::sync::mpsc::channel;
use std::thread;

/// Far more lines, and far more bytes of answers, than the two pipes hold.
const LINES: usize = 20_000;

/// Every second operation asks for this many letters; the others tell by their answers which place they have.
const LETTERS: usize = 400;

/// Writes all of the input, then reads all of the output.
fn written_before_it_reads(args: &[&str], input: String) -> String {
    let mut command = program();
    command.args(["stdio", "--in-memory"]).args(args).stdin(Stdio::piped()).stdout(Stdio::piped());
    let mut child = command.spawn().unwrap();
    let mut stdin = child.stdin.take().unwrap();
    let (sender, written) = channel();
    let writer = thread::spawn(move || sender.send(stdin.write_all(input.as_bytes())));
    let written = written.recv_timeout(PATIENCE);
    if written.is_err() {
        child.kill().unwrap();
    }
    let mut output = String::new();
    child.stdout.take().unwrap().read_to_string(&mut output).unwrap();
    assert!(child.wait().unwrap().success());
    writer.join().unwrap().unwrap();
    written.expect("it takes all lines, though nobody reads").unwrap();
    output
}

/// The answers to a put of the letters and to `LINES` operations: the letters, and the place of the operation.
fn check<'a>(
    answers: impl ExactSizeIterator<Item = &'a str>,
    nil: &str,
    shown: impl Fn(usize, &str) -> String,
) {
    let letters = format!("\"{}\"", "x".repeat(LETTERS));
    assert_eq!(answers.len(), LINES + 1);
    for (at, answer) in answers.enumerate() {
        let due = match at {
            0 => nil.to_owned(),
            at if at % 2 == 0 => letters.clone(),
            at => at.div_ceil(2).to_string(),
        };
        assert_eq!(answer, shown(at, &due), "{at}");
    }
}

fn lines(form: impl Fn(usize, &str, &str) -> String) -> String {
    let mut lines = form(0, "persist/kv-put", &format!("\"k\" \"{}\"", "x".repeat(LETTERS)));
    for at in 1..=LINES {
        let last = at / 2;
        lines += &match at % 2 {
            0 => form(at, "persist/kv-get", "\"k\""),
            _ => form(at, "persist/append-expecting", &format!("\"s\" {last} ({{:seq {}}})", last + 1)),
        };
    }
    lines
}

#[test]
fn a_client_of_sx_that_writes_before_it_reads_is_served() {
    let as_list = |_: usize, name: &str, args: &str| format!("(\"{name}\" {args})\n");
    let as_dict = |_: usize, name: &str, args: &str| format!("{{:op \"{name}\" :args ({args})}}\n");
    for input in [lines(as_list), lines(as_dict)] {
        let output = written_before_it_reads(&[], input);
        check(output.lines().collect::<Vec<_>>().into_iter(), "nil", |_, due| due.to_owned());
    }
}

#[test]
fn a_client_of_json_rpc_that_writes_before_it_reads_is_served() {
    let request = |id: usize, method: &str, params: Value| {
        json!({ "jsonrpc": "2.0", "id": id, "method": method, "params": params }).to_string() + "\n"
    };
    let mut input = request(0, "persist/kv-put", json!(["k", "x".repeat(LETTERS)]));
    for at in 1..=LINES {
        let last = at / 2;
        input += &match at % 2 {
            0 => request(at, "persist/kv-get", json!(["k"])),
            _ => request(at, "persist/append-expecting", json!(["s", last, [{ "seq": last + 1 }]])),
        };
    }
    let output = written_before_it_reads(&["--jsonrpc"], input);
    check(output.lines().collect::<Vec<_>>().into_iter(), "null", |id, due| {
        format!("{{\"jsonrpc\":\"2.0\",\"id\":{id},\"result\":{due}}}")
    });
}

/// The end of the input is no answer: what was written before it is performed all the same.
#[test]
fn what_was_written_is_performed_when_the_client_has_closed_its_end() {
    let root = Root::new();
    let puts = text((0..2_000).map(|at| format!("(\"persist/kv-put\" \"k\" {at})")));
    let ended = root.run_with_input(&["stdio", "--relaxed"], puts);
    assert_eq!((ended.code, ended.stdout.lines().count()), (Some(0), 2_000));
    root.run(&["kv", "get", "k"]).gives("1999\n");
}
