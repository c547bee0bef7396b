//! The example `sessions`, killed in the middle of its turns.

use std::io::{BufRead as _, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use sx_persist::types::{Error as Refusal, ExpectSeq};
use sx_persist::{Error, Store, Uuid};

/// The program. `cargo test` builds it; where this test alone was asked for, it may be missing or old.
fn program() -> PathBuf {
    let tests = std::env::current_exe().unwrap();
    let folder = tests.parent().and_then(Path::parent).unwrap();
    let program = folder.join("examples").join(format!("sessions{}", std::env::consts::EXE_SUFFIX));
    let changed = |path: &Path| path.metadata().and_then(|found| found.modified());
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("examples/sessions.rs");
    if changed(&program).is_ok_and(|built| changed(&source).is_ok_and(|written| written <= built)) {
        return program;
    }
    let mut build = Command::new(env!("CARGO"));
    build.args(["build", "--quiet", "--package", "sx-persist", "--example", "sessions"]);
    if folder.ends_with("release") {
        build.arg("--release");
    }
    assert!(build.status().unwrap().success());
    program
}

/// What a conversation holds, as the program's entries are stored.
fn whole_turns(entries: &[sx::Value]) -> usize {
    entries.iter().filter(|entry| entry.get("Reply").is_some()).count()
}

/// Runs the program until it has said so many lines, and kills it. Answers all that it said.
fn killed(root: &Path, lines: usize) -> Vec<String> {
    let mut child = Command::new(program()).arg(root).arg("1000000").stdout(Stdio::piped()).spawn().unwrap();
    let mut said = BufReader::new(child.stdout.take().unwrap()).lines().map_while(Result::ok);
    let mut heard: Vec<_> = said.by_ref().take(lines).collect();
    // SIGKILL, where there are signals.
    child.kill().unwrap();
    child.wait().unwrap();
    // What it still said before it died counts as well.
    heard.extend(said);
    heard
}

#[test]
fn a_conversation_that_is_killed_in_the_middle_loses_no_turn() {
    let root = tempfile::tempdir().unwrap();
    let (mut turns, mut forks, mut rolled_back) = (0, 0, 0);
    // So many times that some kill falls between two entries of a turn.
    for round in 0..60 {
        let heard = killed(root.path(), 2 + round % 7);
        let words: Vec<Vec<&str>> = heard.iter().map(|line| line.split(' ').collect()).collect();
        for line in &words {
            match line.as_slice() {
                ["turn", turn, _] => turns = turn.parse().unwrap(),
                ["forked", ..] => forks += 1,
                ["rolled", "back", dropped] => {
                    assert!((1..=2).contains(&dropped.parse::<u64>().unwrap()), "{heard:?}");
                    rolled_back += 1;
                }
                ["begun", ..] => assert_eq!(round, 0, "{heard:?}"),
                ["resumed", _, found] => {
                    // Every turn that was said to be done, and the one that was done and not said, maybe.
                    let found: usize = found.parse().unwrap();
                    assert!((turns..=turns + 1).contains(&found), "{turns} turns, {found} found");
                }
                other => panic!("{other:?}"),
            }
        }
        if round >= 20 && rolled_back > 0 && forks > 0 {
            break;
        }
    }
    assert!(turns > 20 && forks > 0 && rolled_back > 0, "{turns} {forks} {rolled_back}");
    let store = Store::open(root.path()).unwrap();
    assert_eq!(store.admin().verify().unwrap().damaged, 0);
    let sessions = store.sessions::<sx::Value>();
    let all = sessions.ids().collect::<sx_persist::Result<Vec<_>>>().unwrap();
    let [session] = all[..] else { panic!("one conversation") };
    let segments = sessions.segments(session).collect::<sx_persist::Result<Vec<_>>>().unwrap();
    assert!(segments.len() > forks, "{segments:?}");
    let latest = sessions.read(session, segments[0]).unwrap();
    assert!(whole_turns(&latest) >= turns);
    // A segment that was forked stays as the other writer left it.
    for segment in &segments {
        assert_eq!(sessions.session_of(*segment).unwrap(), Some(session));
    }
}

#[test]
fn entries_are_values_of_the_callers_type() {
    let root = tempfile::tempdir().unwrap();
    let store = Store::open(root.path()).unwrap();
    let sessions = store.sessions::<(String, Option<i64>)>();
    let (session, segment) = (Uuid::now_v7(), Uuid::max());
    let entries = [("a".to_owned(), Some(1)), ("b\n".to_owned(), None)];
    sessions.create(session, segment, &entries).unwrap();
    assert_eq!(sessions.append(session, segment, &("c".to_owned(), Some(-1))).unwrap(), 3);
    assert_eq!(sessions.append_trace(session, segment, "said something").unwrap(), 1);
    assert_eq!(sessions.entry_count(session, segment).unwrap(), 3);
    let title = ("a title".to_owned(), 7);
    sessions.set_meta(session, segment, Some(&title)).unwrap();
    let other = (Uuid::now_v7(), Uuid::now_v7());
    assert_eq!(sessions.fork(session, segment, Some(2), other).unwrap(), 2);
    assert_eq!(sessions.read_last(other.0, other.1, 1).unwrap(), (1, vec![entries[1].clone()]));
    let known = sessions.describe(other.0, other.1).unwrap();
    assert_eq!(sx::from_str::<(String, i64)>(&known.meta.unwrap()).unwrap(), title);
    assert_eq!((known.entries, known.trace_entries), (2, 0));
    assert!(sessions.remove(other.0, other.1).unwrap());
    assert_eq!(sessions.truncate(session, segment, 2, ExpectSeq::At(3)).unwrap(), 1);
    let found = sessions.entries(session, segment).collect::<sx_persist::Result<Vec<_>>>().unwrap();
    assert_eq!(found, entries);
    let traced = sessions.trace::<String>(session, segment).collect::<sx_persist::Result<Vec<_>>>();
    assert_eq!(traced.unwrap(), ["said something"]);
    assert!(sessions.contains(session, segment).unwrap() && !sessions.contains(segment, segment).unwrap());
    let late = sessions.append_expecting(session, segment, 3, &entries);
    assert!(matches!(late, Err(Error::Refused(Refusal::Stale(stale))) if stale.actual == 2));
    let other = store.sessions::<u64>().read(session, segment);
    assert!(matches!(other, Err(Error::Host(_))), "{other:?}");
    assert!(sessions.remove(session, segment).unwrap());
    assert!(sessions.ids().next().is_none());
}
