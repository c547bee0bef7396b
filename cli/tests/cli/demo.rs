//! `demo`.

use crate::support::{Ended, Root, program};
use std::fs;
use std::process::Command;
use std::time::{Duration, Instant};

/// Runs the demo in a folder, with a folder of its own for temporary files.
fn demo(root: &Root, folder: &str, args: &[&str]) -> Ended {
    let temporary = root.beside("tmp");
    fs::create_dir_all(&temporary).unwrap();
    let mut command = program();
    command.args(args).arg("demo").current_dir(folder).env("TMPDIR", &temporary);
    // No repository is looked for above the folder.
    command.env("GIT_CEILING_DIRECTORIES", root.beside(""));
    let begun = Instant::now();
    let ended = Ended::of(&command.output().unwrap());
    assert!(begun.elapsed() < Duration::from_secs(10), "{:?}", begun.elapsed());
    assert_eq!(fs::read_dir(&temporary).unwrap().count(), 0, "nothing is left behind");
    ended
}

#[track_caller]
fn shows_all(ended: &Ended) {
    assert_eq!((ended.code, ended.stderr.as_str()), (Some(0), ""), "{ended:?}");
    for word in ["input", "recorded", "syncs", "read back", "killed", "recovered"] {
        assert!(ended.stdout.contains(word), "{word} is not in {ended:?}");
    }
    assert!(ended.stdout.contains("\neverything that was acknowledged is there\n"), "{ended:?}");
}

fn git(folder: &str, args: &[&str]) {
    let mut git = Command::new("git");
    git.current_dir(folder).args(["-c", "user.name=Ann Lee", "-c", "user.email=ann@example.org"]).args(args);
    git.env("GIT_CONFIG_GLOBAL", "/dev/null").env("GIT_CONFIG_SYSTEM", "/dev/null");
    assert!(git.output().unwrap().status.success());
}

#[test]
fn the_demo_records_the_repository_that_it_is_started_in() {
    let root = Root::new();
    let folder = root.beside("repository");
    fs::create_dir(&folder).unwrap();
    git(&folder, &["init", "--quiet"]);
    for subject in ["one: \"quoted\" ☃", "two", "three"] {
        git(&folder, &["commit", "--quiet", "--allow-empty", "--message", subject]);
    }
    let shown = demo(&root, &folder, &["--root", root.path()]);
    shows_all(&shown);
    assert!(shown.stdout.contains("3 commits from `git log`"), "{shown:?}");
    let events = root.run(&["stream", "read", "commits"]).stdout;
    let subjects: Vec<_> = events
        .lines()
        .map(|event| sx::field(sx::field(event, "data").unwrap(), "subject").unwrap())
        .collect();
    assert_eq!(subjects, [r#""one: \"quoted\" ☃""#, "\"two\"", "\"three\""]);

    let summary = root.run(&["kv", "get", "commits/summary"]).stdout;
    assert_eq!(sx::field(summary.trim_end(), "authors"), Some("{\"Ann Lee\" 3}"));
    let reference = sx::parse(&root.run(&["kv", "get", "commits/file"]).stdout).unwrap();
    let cid = reference.get("cid").unwrap().as_str().unwrap();
    let blob = root.run(&["blob", "get", cid]).stdout;
    assert_eq!(reference.get("size").unwrap().as_int(), Some(i64::try_from(blob.len()).unwrap()));
    assert_eq!(blob.lines().count(), 3);
    assert!(root.run(&["verify"]).stdout.contains("damaged 0\n"));
}

#[test]
fn the_demo_shows_a_shipped_history_where_there_is_no_repository_and_leaves_nothing() {
    let root = Root::new();
    let shown = demo(&root, &root.beside(""), &[]);
    shows_all(&shown);
    assert!(shown.stdout.contains("no git repository here"), "{shown:?}");
}

#[test]
fn the_demo_goes_on_in_a_directory_where_it_was_before() {
    let root = Root::new();
    shows_all(&demo(&root, &root.beside(""), &["--root", root.path()]));
    let once: u64 = root.run(&["stream", "count", "commits"]).stdout.trim().parse().unwrap();
    shows_all(&demo(&root, &root.beside(""), &["--root", root.path()]));
    root.run(&["stream", "count", "commits"]).gives(&format!("{}\n", 2 * once));
}

#[test]
fn the_demo_fails_where_what_was_acknowledged_cannot_be_read() {
    let root = Root::new();
    root.fill("replay", 2);
    root.damage("streams/7265706c6179.log", 3);
    let shown = demo(&root, &root.beside(""), &["--root", root.path()]);
    assert_eq!(shown.code, Some(12));
    shown.complains(&["corrupt", "streams/7265706c6179.log"]);
}
