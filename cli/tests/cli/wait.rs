//! A directory that another command has locked, and `--wait`.

use crate::support::{Ended, PATIENCE, Root};
use std::process::Stdio;
use std::time::Duration;

/// As many commands as a shell starts at once.
const TOGETHER: usize = 8;

#[test]
fn writes_that_a_shell_starts_together_all_succeed() {
    let root = Root::new();
    let wait = PATIENCE.as_secs().to_string();
    let key = |at: usize| format!("k{at}");
    let children: Vec<_> = (0..TOGETHER)
        .map(|at| {
            let mut put = root.command(&["kv", "put", &key(at), &at.to_string(), "--wait", &wait]);
            put.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap()
        })
        .collect();
    for child in children {
        Ended::of(&child.wait_with_output().unwrap()).gives("");
    }
    for at in 0..TOGETHER {
        root.run(&["kv", "get", &key(at)]).gives(&format!("{at}\n"));
    }
}

#[test]
fn who_waits_goes_on_when_the_lock_is_given_back() {
    let root = Root::new();
    let mut holder = root.start(&["stdio"]);
    assert_eq!(holder.ask("(\"persist/kv-put\" \"k\" 1)"), "nil");
    let mut waiting = root.start(&["stdio", "--wait", &PATIENCE.as_secs().to_string()]);
    assert!(waiting.is_silent_for(Duration::from_millis(300)), "it begins when it has the lock");
    assert!(holder.end().success());
    assert_eq!(waiting.ask("(\"persist/kv-get\" \"k\")"), "1");
    assert!(waiting.end().success());
}

#[test]
fn a_wait_that_is_no_time_is_wrong_usage() {
    let root = Root::new();
    for wait in ["-1", "soon", "nan", "1e300"] {
        root.run(&["kv", "put", "k", "1", &format!("--wait={wait}")]).fails(2, &[wait, "give seconds"]);
    }
}
