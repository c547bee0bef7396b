//! How far long work is, where no bar can be: a line now and then on standard error.

use crate::support::{Root, program, text};
use std::io::{BufRead as _, BufReader, Write as _};
use std::process::Stdio;

/// What a command says of how far it is, a line at each step.
fn told(root: &Root, args: &[&str]) -> Vec<String> {
    let output = root.command(args).env("SX_PERSIST_PROGRESS_SECONDS", "0").output().unwrap();
    assert!(output.status.success(), "{output:?}");
    let said = String::from_utf8(output.stderr).unwrap();
    said.lines().filter_map(|line| line.strip_prefix("sx-persist: so far: ")).map(str::to_owned).collect()
}

#[test]
fn long_work_says_how_far_it_is_and_nothing_when_it_is_to_be_quiet() {
    let root = Root::new();
    let lines = text((1..=1_000).map(|seq| format!("{{\"seq\":{seq}}}")));
    let file = root.file("s.jsonl", &lines);
    let import = ["import", &file, "--stream", "s"];
    let imported = told(&root, &import);
    assert_eq!(imported.last().unwrap(), "11.61 KiB of 11.61 KiB");
    assert_eq!(told(&root, &["export", "--stream", "s"]), ["1,000 of 1,000 events"]);
    let archive = told(&root, &["export", "--all"]);
    assert!(archive.last().unwrap().ends_with(" KiB"), "{archive:?}");
    assert_eq!(told(&root, &["verify"]), ["verify since 0 seconds"]);
    assert_eq!(told(&root, &["repair"]), ["repair since 0 seconds"]);
    for args in [
        &["-q", "import", &file, "--stream", "t"],
        ["-q", "export", "--stream", "s"].as_slice(),
        &["-q", "verify"],
    ] {
        assert_eq!(told(&root, args), [""; 0]);
    }
}

#[test]
fn a_line_is_said_as_time_goes_by_also_while_nothing_comes() {
    let root = Root::new();
    let mut command = program();
    command
        .args(["--root", root.path(), "import", "-", "--stream", "s"])
        .env("SX_PERSIST_PROGRESS_SECONDS", "0.01");
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().unwrap();
    let mut stdin = child.stdin.take().unwrap();
    stdin.write_all(b"{\"seq\":1}\n").unwrap();
    let mut stderr = BufReader::new(child.stderr.take().unwrap());
    let mut said = String::new();
    // It waits for more lines, and says again and again that it does.
    while said.matches("so far: 10 B\n").count() < 3 {
        assert!(stderr.read_line(&mut said).unwrap() > 0, "{said}");
    }
    drop(stdin);
    assert!(child.wait().unwrap().success());
}
