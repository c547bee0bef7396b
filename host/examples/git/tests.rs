//! What was brought comes back: git itself says that the copy is sound, and that its history is the same.

use crate::repository::Repository;
use crate::{export, import};
use indicatif::ProgressBar;
use std::collections::BTreeSet;
use std::fs;
use std::io::Write as _;
use std::path::Path;
use std::process::Command;
use sx_persist::Store;
use tempfile::TempDir;

/// All of a commit that its hash does not say, and its hash.
const LOG: &str = "--format=%H %T %P %an %ae %at %cn %ce %ct %B";

/// Says that a test was not made, past the harness, which keeps to itself what a test that passes prints.
fn skipped(why: &str) {
    let _ = writeln!(std::io::stderr(), "SKIPPED: {why}");
}

/// Is there a git, and can it make a repository of this format?
fn has_git(format: &str) -> bool {
    let folder = TempDir::new().unwrap();
    let made = Command::new("git")
        .args(["init", "--quiet", "--bare", &format!("--object-format={format}")])
        .arg(folder.path())
        .output();
    let is_made = made.is_ok_and(|made| made.status.success());
    if !is_made {
        skipped(&format!("there is no git here that makes a repository of {format}"));
    }
    is_made
}

/// A repository that has been through a store, and what the store was.
struct Copied {
    _folder: TempDir,
    store: Store,
    copy: Repository,
}

fn copied(original: &Repository) -> Copied {
    let folder = TempDir::new().unwrap();
    let root = folder.path().join("store");
    let bar = ProgressBar::hidden();
    let store = Store::open(&root).unwrap();
    let imported = import::import(original, &store, &bar).unwrap();
    assert!(imported.objects > 0);
    assert_eq!(bar.position(), imported.objects);
    // From the base, and by another instance.
    store.close().unwrap();
    let store = Store::open(&root).unwrap();
    let path = folder.path().join("copy.git");
    let exported = export::export(&store, &path, &bar).unwrap();
    assert_eq!((exported.objects, exported.refs), (imported.objects, imported.refs));
    Copied { copy: Repository::open(&path).unwrap(), store, _folder: folder }
}

/// The copy has what its store has, is sound where the original is, and tells the same history.
///
/// The original may have more than was brought, so it is asked about what the copy has.
fn assert_same(original: &Repository, copied: &Copied) {
    let Copied { store, copy, .. } = copied;
    let heads: Vec<String> = import::all_refs(store).unwrap().into_iter().map(|(_, hash)| hash).collect();
    let heads: Vec<_> = heads.iter().map(String::as_str).collect();
    assert!(!heads.is_empty());
    let ask = |repository: &Repository, arguments: &[&str]| {
        repository.ask(&[arguments, &heads].concat()).unwrap_or_else(|error| panic!("{error:#}"))
    };
    for arguments in [
        // What it says of what nothing leads to rests on reflogs and on an index, which are nobody's but the original's.
        &["fsck", "--strict", "--no-dangling", "--no-reflogs", "--no-progress", "--full"][..],
        &["log", LOG, "--no-decorate", "--date-order"],
        &["rev-list", "--objects", "--no-object-names", "--date-order"],
    ] {
        assert_eq!(ask(copy, arguments), ask(original, arguments), "{arguments:?}");
    }
    let all = ["cat-file", "--batch-all-objects", "--batch-check"];
    let lines = |repository: &Repository| -> BTreeSet<String> {
        repository.ask(&all).unwrap().lines().map(str::to_owned).collect()
    };
    assert!(lines(copy).is_subset(&lines(original)));
    assert_eq!(lines(copy).len() as u64, store.raw().object_stats().unwrap().objects);
    assert_eq!(copy.shallow().unwrap(), original.shallow().unwrap());
}

/// As [`assert_same`], for an original that nobody changes meanwhile.
fn assert_equal(original: &Repository, copied: &Copied) {
    assert_same(original, copied);
    for arguments in [
        &["log", LOG, "--all"][..],
        &["for-each-ref"],
        &["cat-file", "--batch-all-objects", "--batch-check"],
        &["fsck", "--strict", "--no-reflogs", "--no-progress"],
    ] {
        assert_eq!(copied.copy.ask(arguments).unwrap(), original.ask(arguments).unwrap(), "{arguments:?}");
    }
    assert_eq!(copied.copy.head().unwrap(), original.head().unwrap());
}

/// A repository that a test makes.
struct Made {
    folder: TempDir,
    repository: Repository,
}

impl Made {
    fn new(format: &str) -> Self {
        let folder = TempDir::new().unwrap();
        let made = Command::new("git")
            .args(["init", "--quiet", "--initial-branch=main", &format!("--object-format={format}")])
            .arg(folder.path())
            .status();
        assert!(made.unwrap().success());
        let repository = Repository::open(folder.path()).unwrap();
        Self { folder, repository }
    }

    /// Runs git, whatever the user has set.
    fn git(&self, arguments: &[&str]) -> String {
        let mut command = self.repository.command(arguments);
        command.env("GIT_CONFIG_GLOBAL", self.folder.path().join("none")).env("GIT_CONFIG_NOSYSTEM", "1");
        for who in ["AUTHOR", "COMMITTER"] {
            command.env(format!("GIT_{who}_NAME"), "Ä B").env(format!("GIT_{who}_EMAIL"), "a@b.example");
            command.env(format!("GIT_{who}_DATE"), "1700000000 +0200");
        }
        let output = command.output().unwrap();
        assert!(output.status.success(), "{arguments:?}: {output:?}");
        String::from_utf8(output.stdout).unwrap().trim().to_owned()
    }

    fn commit(&self, file: &str, bytes: impl AsRef<[u8]>) -> String {
        let path = self.folder.path().join(file);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, bytes).unwrap();
        self.git(&["add", "--all"]);
        self.git(&["commit", "--quiet", "--message", &format!("{file}\n\nof \"git\" \\ ü")]);
        self.git(&["rev-parse", "HEAD"])
    }

    /// Commits, a merge, tags of each kind, notes, names that are no ASCII; all packed, and then more.
    fn with_a_history(format: &str) -> Self {
        let made = Self::new(format);
        let first = made.commit("a.txt", "one\n");
        made.commit("folder/binary \u{fc}", (0..=255).cycle().take(3_000_000).collect::<Vec<u8>>());
        made.git(&["checkout", "--quiet", "-b", "feature/ü", &first]);
        made.commit("empty", "");
        made.commit("crlf.txt", "a\r\nb\r\n");
        made.git(&["checkout", "--quiet", "main"]);
        made.git(&["merge", "--quiet", "--no-ff", "--message", "both", "feature/ü"]);
        made.git(&["tag", "light", &first]);
        made.git(&["tag", "--annotate", "--message", "the first", "v1", &first]);
        made.git(&["tag", "--annotate", "--message", "a tag of a tag", "v1-again", "v1"]);
        made.git(&["tag", "--annotate", "--message", "a tree", "tree", "HEAD^{tree}"]);
        made.git(&["notes", "add", "--message", "noted", &first]);
        made.git(&["symbolic-ref", "refs/remotes/origin/HEAD", "refs/heads/main"]);
        made.git(&["gc", "--quiet"]);
        made.commit("loose.txt", "not packed\n");
        // Nothing leads to it.
        let file = made.folder.path().join("a.txt");
        fs::write(&file, "unreachable").unwrap();
        made.git(&["hash-object", "-w", "a.txt"]);
        made.git(&["checkout", "--quiet", "a.txt"]);
        let counted = made.git(&["count-objects", "-v"]);
        let is_some =
            |name: &str| counted.lines().any(|line| line.starts_with(name) && !line.ends_with(": 0"));
        assert!(is_some("count:") && is_some("in-pack:"), "loose and packed objects were due: {counted}");
        made
    }
}

/// So many commits of this repository are brought: with all of them this would take longer with each.
const COMMITS: usize = 100;

#[test]
fn the_beginning_of_this_repository_comes_back() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    if !has_git("sha1") {
        return;
    }
    if !folder.join(".git").exists() {
        return skipped("this is no git repository: a package has none");
    }
    let original = match Repository::open(&folder) {
        Ok(original) => original,
        // Such as one that belongs to another user.
        Err(error) => return skipped(&format!("git does not take this repository: {error:#}")),
    };
    let commits = original.ask(&["rev-list", "--reverse", "HEAD"]).unwrap();
    let last = commits.lines().take(COMMITS).last().expect("a commit");
    let made = Made::new("sha1");
    let (from, branch) = (folder.to_str().unwrap(), format!("{last}:refs/heads/old"));
    // The checkout may be a shallow one.
    made.git(&["fetch", "--quiet", "--no-tags", "--update-shallow", from, &branch]);
    assert_same(&made.repository, &copied(&made.repository));
}

#[test]
fn tags_packs_and_loose_objects_come_back() {
    for format in ["sha1", "sha256"] {
        if has_git(format) {
            let made = Made::with_a_history(format);
            assert_equal(&made.repository, &copied(&made.repository));
        }
    }
}

#[test]
fn a_shallow_clone_and_a_head_without_a_branch_come_back() {
    if !has_git("sha1") {
        return;
    }
    let made = Made::with_a_history("sha1");
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("clone").to_str().unwrap().to_owned();
    let from = format!("file://{}", made.folder.path().display());
    made.git(&["clone", "--quiet", "--depth=2", &from, &path]);
    let clone = Repository::open(Path::new(&path)).unwrap();
    clone.ask(&["checkout", "--quiet", "--detach"]).unwrap();
    assert!(!clone.shallow().unwrap().is_empty() && clone.head().unwrap().is_none());
    let copied = copied(&clone);
    assert_same(&clone, &copied);
    let head = ["rev-parse", "HEAD"];
    assert_eq!(copied.copy.ask(&head).unwrap(), clone.ask(&head).unwrap());
    assert_eq!(copied.copy.head().unwrap(), None);
}

#[test]
fn a_second_import_brings_what_is_new_and_takes_refs_that_have_gone() {
    if !has_git("sha1") {
        return;
    }
    let made = Made::with_a_history("sha1");
    let first = copied(&made.repository);
    let before = first.store.raw().object_stats().unwrap();
    made.git(&["tag", "--delete", "light"]);
    made.git(&["branch", "--quiet", "--move", "feature/ü", "feature"]);
    made.commit("new.txt", "new\n");
    let bar = ProgressBar::hidden();
    import::import(&made.repository, &first.store, &bar).unwrap();
    // A commit, its tree, its file.
    assert_eq!(first.store.raw().object_stats().unwrap().objects, before.objects + 3);
    let folder = TempDir::new().unwrap();
    export::export(&first.store, folder.path(), &bar).unwrap();
    let copy = Repository::open(folder.path()).unwrap();
    assert_equal(&made.repository, &Copied { copy, ..first });
}

#[test]
fn what_cannot_be_done_is_said() {
    if !has_git("sha1") {
        return;
    }
    let (folder, bar) = (TempDir::new().unwrap(), ProgressBar::hidden());
    let store = Store::open(folder.path().join("store")).unwrap();
    let says = |error: anyhow::Error, words: &str| {
        let said = format!("{error:#}");
        assert!(said.contains(words), "{words:?} is not in {said:?}");
    };
    let copy = folder.path().join("copy");
    says(export::export(&store, &copy, &bar).unwrap_err(), "import one first");
    let made = Made::new("sha1");
    made.commit("large", vec![b'x'; 16 << 20]);
    says(import::import(&made.repository, &store, &bar).unwrap_err(), "16 MiB at most");
    assert_eq!(import::all_refs(&store).unwrap(), []);
    let made = Made::new("sha1");
    made.commit("small", "x");
    import::import(&made.repository, &store, &bar).unwrap();
    fs::create_dir(&copy).unwrap();
    fs::write(copy.join("note"), "mine").unwrap();
    says(export::export(&store, &copy, &bar).unwrap_err(), "is not empty");
    // Bytes that are not those of the hash.
    store.raw().object_write(&"1".repeat(40), b"blob 1\0y").unwrap();
    says(export::export(&store, &folder.path().join("other"), &bar).unwrap_err(), "has the hash");
    store.raw().object_delete(&"1".repeat(40)).unwrap();
    store.raw().object_write(&"2".repeat(40), b"anything").unwrap();
    says(export::export(&store, &folder.path().join("third"), &bar).unwrap_err(), "no object of git's");
}
