//! Are commits written as CONTRIBUTING.md has it? Those that `origin/main` does not have; history before is left alone.

use super::{none, root};
use std::process::Command;
use support::skipped;

/// `area: imperative`
const SUBJECT_CHARS_MAX: usize = 60;

/// The commits behind `origin/main`, each as its hash, its subject and its body; none where there is no such branch, or no git.
fn commits() -> Option<Vec<(String, String, String)>> {
    let range = ["log", "--no-merges", "--format=%h%x1f%s%x1f%b%x1e", "origin/main..HEAD"];
    let log = Command::new("git").args(range).current_dir(root()).output().ok()?;
    let text = String::from_utf8_lossy(&log.stdout).into_owned();
    let commit = |record: &str| {
        let mut fields = record.trim().splitn(3, '\u{1f}').map(str::to_owned);
        Some((fields.next()?, fields.next()?, fields.next()?))
    };
    log.status.success().then(|| text.split('\u{1e}').filter_map(commit).collect())
}

/// What is wrong with a commit's message.
fn fault(subject: &str, body: &str) -> Option<&'static str> {
    let is_area = |area: &str| {
        !area.is_empty() && area.chars().all(|letter| letter.is_ascii_lowercase() || "-_/, ".contains(letter))
    };
    match subject.split_once(": ") {
        None => Some("no area before a colon"),
        Some((area, _)) if !is_area(area) => Some("an area that is not in small letters"),
        Some(_) if subject.chars().count() > SUBJECT_CHARS_MAX => {
            Some("a subject of more than 60 characters")
        }
        Some((area, _)) if body.trim().is_empty() && area != "docs" => Some("no body that says why"),
        Some(_) => None,
    }
}

#[test]
fn commits_say_where_what_and_why() {
    let Some(commits) = commits() else {
        skipped("there is no origin/main to compare with");
        return;
    };
    let breaches = commits.iter().filter_map(|(hash, subject, body)| {
        fault(subject, body).map(|fault| format!("{hash} {subject:?}: {fault}"))
    });
    none(&breaches.collect::<Vec<_>>());
}

#[test]
fn a_message_without_area_length_or_body_is_found() {
    for (subject, body, is_good) in [
        ("core: keep the order", "It was lost.", true),
        ("docs: no times that were not measured", "", true),
        ("core: keep the order", "", false),
        ("Keep the order", "It was lost.", false),
        ("Core: keep the order", "It was lost.", false),
        ("core: keep the order of everything that is there at any time at all", "It was lost.", false),
    ] {
        assert_eq!(fault(subject, body).is_none(), is_good, "{subject}");
    }
}
