//! The input of the demo: the history of the repository that it is started in.

use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::process::Command;

/// What `git log` is asked for: one commit a line, its fields with tabs between.
const FORMAT: &str = "--format=%H%x09%at%x09%an%x09%s";
/// The newest so many, so that the demo takes seconds in a repository of any size.
const COMMITS_MAX: &str = "--max-count=2000";
/// The history of sx-persist itself, in the same form, for where there is no repository.
const SHIPPED: &str = include_str!("history.tsv");

pub(crate) struct History {
    /// Where it comes from, in words.
    pub(crate) source: &'static str,
    pub(crate) text: String,
    pub(crate) commits: Vec<Commit>,
}

/// What an event of the stream `commits` has for `:data`.
#[derive(Clone, Debug, Deserialize, PartialEq, Eq, Serialize)]
pub(crate) struct Commit {
    #[serde(skip)]
    pub(crate) at_ms: i64,
    pub(crate) author: String,
    pub(crate) hash: String,
    pub(crate) subject: String,
}

/// What is kept in kv about a history.
#[derive(Debug, Serialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) struct Summary {
    authors: BTreeMap<String, u64>,
    commits: usize,
    first_ms: Option<i64>,
    last_ms: Option<i64>,
}

impl History {
    pub(crate) fn read() -> Self {
        let (source, text) = match git_log() {
            Some(text) => ("`git log` here", text),
            None => ("a history that is shipped along (there is no git repository here)", SHIPPED.to_owned()),
        };
        Self { source, commits: text.lines().filter_map(parse).collect(), text }
    }

    pub(crate) fn summary(&self) -> Summary {
        let mut authors = BTreeMap::new();
        for commit in &self.commits {
            *authors.entry(commit.author.clone()).or_default() += 1;
        }
        let times = || self.commits.iter().map(|commit| commit.at_ms);
        Summary { authors, commits: self.commits.len(), first_ms: times().min(), last_ms: times().max() }
    }
}

fn git_log() -> Option<String> {
    let output = Command::new("git").args(["log", "--reverse", COMMITS_MAX, FORMAT]).output().ok()?;
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    (output.status.success() && text.lines().any(|line| parse(line).is_some())).then_some(text)
}

fn parse(line: &str) -> Option<Commit> {
    let mut fields = line.splitn(4, '\t').map(str::to_owned);
    let (hash, at_seconds) = (fields.next()?, fields.next()?.parse::<i64>().ok()?);
    let (author, subject) = (fields.next()?, fields.next()?);
    Some(Commit { at_ms: at_seconds.saturating_mul(1_000), author, hash, subject })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_line_of_the_shipped_history_is_a_commit() {
        assert!(SHIPPED.lines().count() > 0);
        assert!(SHIPPED.lines().all(|line| parse(line).is_some()));
    }

    #[test]
    fn a_subject_keeps_its_tabs() {
        let commit = parse("ab12\t7\tAnn Lee\thost: a\tb").unwrap();
        assert_eq!((commit.at_ms, commit.subject.as_str()), (7_000, "host: a\tb"));
        assert_eq!(parse("ab12\tnever\tAnn Lee\tx"), None);
    }
}
