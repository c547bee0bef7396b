//! Is what users read written as the standard library writes it? Patterns that were left do not come back.

use super::{breaches, none, sources};

/// Turns of phrase that read as if they were translated. `|` parts a word, so that this file does not have it.
const LEFT: [(&str, &str); 14] = [
    (" in w|ork", "open, or being written"),
    (" but f|or ", "except"),
    ("that is no|ne", "that does not exist, or is not one"),
    ("and is no|ne", "and is not one"),
    ("are no|ne of ", "are not of"),
    ("is no|ne of ", "is not of"),
    (" for w|ho ", "for users that"),
    ("W|ho has ", "A process that has"),
    ("W|ho wants ", "A program that wants"),
    ("so m|any at most", "at most"),
    ("At most so m|any", "At most N"),
    ("loss of p|ower", "power failure"),
    (" w|hoever ", "name who it is"),
    ("is told of it by n|obody", "is not reported"),
];

/// What every user reads: the documents, the interfaces and the documentation of the libraries.
fn is_read(path: &str, line: &str) -> bool {
    let is_library = ["host/src/", "compose/src/"].iter().any(|folder| path.starts_with(folder));
    let is_comment = line.trim_start().starts_with("///") || line.trim_start().starts_with("//!");
    // What was said of earlier versions stays, and what is generated is read where it comes from.
    let is_document =
        path.ends_with(".md") && path != "CHANGELOG.md" && !path.starts_with("docs/benchmarks/");
    is_document || is_comment && (is_library || path.starts_with("wit/"))
}

/// What should stand there instead, if the line has a pattern that was left.
fn left(path: &str, line: &str) -> Option<&'static str> {
    if !is_read(path, line) {
        return None;
    }
    let found = LEFT.iter().find(|(pattern, _)| line.contains(&pattern.replace('|', "")));
    let is_code = !path.ends_with(".md");
    let text = line.trim_start().trim_start_matches(['/', '!']).trim_start();
    match found {
        Some((_, better)) => Some(better),
        None if is_code && line.trim_end().ends_with('?') => Some("Returns `true` if"),
        None if is_code && (text.starts_with("Answers ") || text.contains(". Answers ")) => Some("Returns"),
        None => None,
    }
}

#[test]
fn what_users_read_is_said_plainly() {
    none(&breaches(sources().into_iter(), |path, line| left(path, line).is_some()));
}

#[test]
fn a_pattern_that_comes_back_is_found() {
    for (path, line) in [
        ("docs/limits.md", format!("The commit in {}.", "work")),
        ("README.md", format!("It survives a loss of {}.", "power")),
        ("host/src/lib.rs", "    /// Is a key there?".to_owned()),
        ("wit/maps.wit", "  /// Shape: a key. Answers the value.".to_owned()),
        ("wit/maps.wit", "  /// Answers the value.".to_owned()),
        ("compose/src/lib.rs", format!("//! All of it, but {} the last.", "for")),
    ] {
        assert!(left(path, &line).is_some(), "{path}: {line}");
    }
    for (path, line) in [
        ("docs/limits.md", "Is it there? Look.".to_owned()),
        ("host/src/lib.rs", "    let it = is_there()?".to_owned()),
        ("CHANGELOG.md", format!("It survives a loss of {}.", "power")),
        ("wit/maps.wit", "  /// Returns none when it is absent.".to_owned()),
    ] {
        assert_eq!(left(path, &line), None, "{path}: {line}");
    }
}
