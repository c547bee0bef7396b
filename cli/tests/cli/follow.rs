//! `stream read --follow` beside a live writer.

use crate::support::{Ended, Root, Running};
use std::io::{BufRead as _, BufReader};
use std::process::{Command, Stdio};
use std::time::Duration;

fn append(writer: &mut Running, seqs: impl IntoIterator<Item = u64>) {
    for seq in seqs {
        assert_eq!(writer.ask(&format!("(\"persist/append\" \"s\" {{:seq {seq}}})")), "nil");
    }
}

#[track_caller]
fn expect(follower: &Running, seqs: impl IntoIterator<Item = u64>) {
    for seq in seqs {
        assert_eq!(follower.line(), format!("{{:seq {seq}}}"));
    }
}

/// A writer that has made the store.
fn writer(root: &Root) -> Running {
    let mut writer = root.start(&["stdio"]);
    assert_eq!(writer.ask("(\"persist/kv-put\" \"made\" true)"), "nil");
    writer
}

#[test]
fn events_are_printed_once_as_they_come() {
    let root = Root::new();
    let mut writer = writer(&root);
    let follower = root.start(&["stream", "read", "s", "--follow"]);
    for seq in 1..=30 {
        append(&mut writer, [seq]);
        expect(&follower, [seq]);
    }
    append(&mut writer, 31..=60);
    expect(&follower, 31..=60);
    assert!(follower.is_silent_for(Duration::from_millis(300)));
}

#[test]
fn events_are_printed_over_the_ends_of_pages_and_checkpoints() {
    let root = Root::new();
    root.fill("s", 1_500);
    let mut writer = root.start(&["stdio"]);
    let follower = root.start(&["stream", "read", "s", "--follow", "--after", "500"]);
    expect(&follower, 501..=1_500);
    append(&mut writer, 1_501..=1_600);
    expect(&follower, 1_501..=1_600);
    // The end of the writer checkpoints: the journal that the follower reads goes away.
    assert!(writer.end().success());
    let mut writer = root.start(&["stdio"]);
    append(&mut writer, 1_601..=2_700);
    expect(&follower, 1_601..=2_700);
    assert!(follower.is_silent_for(Duration::from_millis(300)));
}

#[test]
fn a_truncate_neither_hides_nor_repeats_an_event() {
    for filled in [3, 1_500] {
        let root = Root::new();
        root.fill("s", filled);
        let mut writer = root.start(&["stdio"]);
        let follower = root.start(&["stream", "read", "s", "--follow"]);
        expect(&follower, 1..=filled);
        assert_eq!(writer.ask(&format!("(\"persist/truncate\" \"s\" {})", filled - 1)), "nil");
        append(&mut writer, [filled + 1]);
        expect(&follower, [filled + 1]);
        assert_eq!(writer.ask(&format!("(\"persist/truncate\" \"s\" {})", filled + 1)), "nil");
        assert!(follower.is_silent_for(Duration::from_millis(300)));
        append(&mut writer, [filled + 2, filled + 3]);
        expect(&follower, [filled + 2, filled + 3]);
        assert!(follower.is_silent_for(Duration::from_millis(300)));
    }
}

#[test]
fn events_behind_a_truncation_are_printed_also_where_seqs_repeat_or_descend() {
    for filled in [vec![1, 2, 9], (1..=1_500).collect()] {
        let root = Root::new();
        let mut writer = writer(&root);
        append(&mut writer, filled.iter().copied());
        let follower = root.start(&["stream", "read", "s", "--follow"]);
        expect(&follower, filled);
        assert_eq!(writer.ask("(\"persist/truncate\" \"s\" 1)"), "nil");
        append(&mut writer, [5, 9, 10, 3]);
        expect(&follower, [5, 9, 10, 3]);
        assert!(follower.is_silent_for(Duration::from_millis(300)));
    }
}

#[test]
fn a_stream_that_is_not_there_yet_is_waited_for() {
    let root = Root::new();
    let mut writer = writer(&root);
    let follower = root.start(&["--json", "stream", "read", "s", "--follow"]);
    assert!(follower.is_silent_for(Duration::from_millis(300)));
    append(&mut writer, [7]);
    assert_eq!(follower.line(), "{\"seq\":7}");
}

#[test]
fn it_begins_at_the_last_events_or_at_the_end() {
    let root = Root::new();
    root.fill("s", 1_500);
    let mut writer = root.start(&["stdio"]);
    assert_eq!(writer.ask("(\"persist/kv-put\" \"made\" true)"), "nil");
    let tail = root.start(&["stream", "read", "s", "--follow", "--tail", "2"]);
    expect(&tail, [1_499, 1_500]);
    // What it has not begun to follow it cannot tell from what was there before: it has, when it says that another is missing.
    let mut end = root.command(&["stream", "read", "s", "none", "--follow", "--from-end"]);
    let mut end = end.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let mut said = BufReader::new(end.stderr.take().unwrap()).lines().map_while(Result::ok);
    assert!(said.any(|line| line.contains("there is no stream none yet")));
    let mut printed = BufReader::new(end.stdout.take().unwrap()).lines().map_while(Result::ok);
    for seqs in [1_501..=1_503, 1_504..=1_504] {
        append(&mut writer, seqs.clone());
        expect(&tail, seqs.clone());
        for seq in seqs {
            assert_eq!(printed.next(), Some(format!("s\t{{:seq {seq}}}")));
        }
        // The place where each of them stands is gone.
        assert_eq!(writer.ask("(\"persist/truncate\" \"s\" 1502)"), "nil");
    }
    end.kill().unwrap();
    end.wait().unwrap();
}

#[test]
fn streams_that_begin_with_a_prefix_are_followed_from_their_first_event_on() {
    let root = Root::new();
    let mut writer = writer(&root);
    append(&mut writer, [1]);
    let follower = root.start(&["--json", "stream", "read", "--prefix", "s", "--follow"]);
    assert_eq!(follower.line(), "{\"stream\":\"s\",\"event\":{\"seq\":1}}");
    assert_eq!(writer.ask("(\"persist/append\" \"s/new\" {:seq 7})"), "nil");
    assert_eq!(follower.line(), "{\"stream\":\"s/new\",\"event\":{\"seq\":7}}");
    append(&mut writer, [2]);
    assert_eq!(follower.line(), "{\"stream\":\"s\",\"event\":{\"seq\":2}}");
    assert_eq!(writer.ask("(\"persist/append\" \"other\" {:seq 7})"), "nil");
    assert!(follower.is_silent_for(Duration::from_millis(300)));
}

#[test]
fn a_limit_ends_it() {
    let root = Root::new();
    root.fill("s", 3);
    root.run(&["stream", "read", "s", "--follow", "--limit", "2"]).gives("{:seq 1}\n{:seq 2}\n");
    root.run(&["stream", "read", "s", "--follow", "--limit", "3", "--after", "0"])
        .gives("{:seq 1}\n{:seq 2}\n{:seq 3}\n");
}

#[test]
fn a_closed_pipe_ends_it_silently_though_no_event_comes() {
    let root = Root::new();
    root.fill("s", 1);
    // Nothing is ever written to it.
    let mut command = root.command(&["stream", "read", "s", "--follow", "--after", "1"]);
    Ended::of_unread(command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap()).gives("");
}

#[cfg(unix)]
#[test]
fn a_signal_ends_it() {
    use std::os::unix::process::ExitStatusExt as _;
    let root = Root::new();
    root.fill("s", 1);
    let mut follower = root.start(&["stream", "read", "s", "--follow"]);
    expect(&follower, [1]);
    let pid = follower.child.id().to_string();
    // Not an interrupt: a shell has its background jobs ignore that, and so all that is started below them.
    assert!(Command::new("kill").args(["-TERM", &pid]).status().unwrap().success());
    assert_eq!(follower.end().signal(), Some(15));
}
