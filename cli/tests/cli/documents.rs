//! The commands that README and the documents show, performed as they stand there.
//!
//! A block that is fenced as `sh` runs. The blocks of one document share a shell and an empty folder, in which `sx-persist` and the
//! programs of [`TOOLS`] are all that can be called. Lines that begin with `# =>` are what the commands before them print: `...` in
//! such a line stands for any text, and a line of `...` alone for any lines. What cannot run here is fenced as `console` or `text`.

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use tempfile::TempDir;

/// What a block may call besides the shell's own words: what every Linux system has.
const TOOLS: [&str; 27] = [
    "bash", "cat", "chmod", "cp", "cut", "dd", "du", "env", "find", "flock", "grep", "head", "ls", "mkdir",
    "mv", "rm", "rmdir", "sed", "seq", "sleep", "sort", "stat", "tail", "tar", "touch", "tr", "wc",
];

/// Begins the lines that tell how far the shell has come. No command prints it.
const MARK: &str = "@@ line ";

const SHOWN: &str = "# =>";

/// A block of a document: how it is fenced, the number of the line of its fence, and its lines.
struct Block<'a> {
    tag: &'a str,
    at: usize,
    lines: Vec<&'a str>,
}

fn blocks(text: &str) -> Vec<Block<'_>> {
    let mut found = Vec::new();
    let mut open: Option<Block<'_>> = None;
    for (at, line) in (1..).zip(text.lines()) {
        match (line.strip_prefix("```"), open.as_mut()) {
            (Some(_), Some(_)) => found.extend(open.take()),
            (Some(tag), None) => open = Some(Block { tag, at, lines: Vec::new() }),
            (None, Some(block)) => block.lines.push(line),
            (None, None) => {}
        }
    }
    assert!(open.is_none(), "a block without an end");
    found
}

/// What is shown behind the commands above a line: the number of the line, and the text.
struct Shown<'a> {
    at: usize,
    lines: Vec<&'a str>,
}

/// The script of a document, whose line numbers are those of the document, and what it is to print.
fn script<'a>(blocks: &[Block<'a>]) -> (String, Vec<Shown<'a>>) {
    let mut script = vec!["trap 'echo \"line $LINENO\" >&2' ERR".to_owned()];
    let mut shown = Vec::new();
    let mut put = |at: usize, line: String| {
        script.resize(script.len().max(at), String::new());
        script[at - 1] = line;
    };
    let mark = |at: usize| format!("printf '\\n{MARK}{at}\\n'");
    for block in blocks {
        let mut expected: Option<Shown<'_>> = None;
        let end = block.at + 1 + block.lines.len();
        for (at, line) in (block.at + 1..).zip(&block.lines) {
            if let Some(text) = line.strip_prefix(SHOWN) {
                let text = text.strip_prefix(' ').unwrap_or(text);
                if let Some(group) = expected.as_mut() {
                    group.lines.push(text);
                } else {
                    put(at, mark(at));
                    expected = Some(Shown { at, lines: vec![text] });
                }
                continue;
            }
            shown.extend(expected.take());
            put(at, (*line).to_owned());
        }
        shown.extend(expected.take());
        // What is printed behind the last line that is shown, or where nothing is shown.
        put(end, mark(end));
        shown.push(Shown { at: end, lines: Vec::new() });
    }
    (script.join("\n") + "\n", shown)
}

/// Are these the lines that are shown? `...` stands for any text, and for any lines where it stands alone.
fn are_as_shown(printed: &[&str], shown: &[&str]) -> bool {
    match (shown.split_first(), printed.split_first()) {
        (None, _) => printed.is_empty(),
        (Some((&"...", rest)), _) => (0..=printed.len()).any(|from| are_as_shown(&printed[from..], rest)),
        (Some((line, rest)), Some((first, others))) => is_as_shown(first, line) && are_as_shown(others, rest),
        (Some(_), None) => false,
    }
}

fn is_as_shown(printed: &str, shown: &str) -> bool {
    let Some((before, behind)) = shown.split_once("...") else { return printed == shown };
    let Some(rest) = printed.strip_prefix(before) else { return false };
    let mut places = rest.char_indices().map(|(at, _)| at).chain([rest.len()]);
    places.any(|at| is_as_shown(&rest[at..], behind))
}

/// A folder with the program and the tools, and nothing else.
fn tools() -> TempDir {
    let folder = TempDir::new().unwrap();
    let path = std::env::var_os("PATH").unwrap();
    for tool in TOOLS {
        let found = std::env::split_paths(&path).map(|place| place.join(tool)).find(|place| place.is_file());
        let found = found.unwrap_or_else(|| panic!("{tool} is not on this machine"));
        std::os::unix::fs::symlink(found, folder.path().join(tool)).unwrap();
    }
    std::os::unix::fs::symlink(env!("CARGO_BIN_EXE_sx-persist"), folder.path().join("sx-persist")).unwrap();
    folder
}

/// Runs the blocks of a document that are fenced as `sh`; returns what is wrong with them.
fn run(text: &str) -> Result<(), String> {
    let blocks: Vec<_> = blocks(text).into_iter().filter(|block| block.tag == "sh").collect();
    let (script, shown) = script(&blocks);
    let (tools, folder) = (tools(), TempDir::new().unwrap());
    let file = tools.path().join("document.sh");
    fs::write(&file, script).unwrap();
    let mut command = Command::new(tools.path().join("bash"));
    command.arg("-eu").arg(file).current_dir(folder.path()).env("PATH", tools.path()).stdin(Stdio::null());
    for variable in ["SX_PERSIST_ROOT", "SX_PERSIST_DIR", "SX_PERSIST_LOG", "BASH_ENV"] {
        command.env_remove(variable);
    }
    let ended = command.output().unwrap();
    let printed = String::from_utf8_lossy(&ended.stdout);
    let said = String::from_utf8_lossy(&ended.stderr);
    let mut rest = printed.as_ref();
    for Shown { at, lines } in shown {
        let mark = format!("\n{MARK}{at}\n");
        let Some((output, behind)) = rest.split_once(&mark) else {
            return Err(format!("does not get to line {at}: {}\n{rest}{said}", ended.status));
        };
        let output: Vec<_> = output.lines().collect();
        if !are_as_shown(&output, &lines) {
            let (output, lines) = (output.join("\n"), lines.join("\n"));
            return Err(format!("before line {at} is printed\n{output}\nand shown\n{lines}\n{said}"));
        }
        rest = behind;
    }
    if ended.status.success() { Ok(()) } else { Err(format!("{}: {said}", ended.status)) }
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap().to_owned()
}

/// Every document that a user reads, by its path.
fn documents() -> Vec<(String, String)> {
    let folders =
        [".", "docs", "examples/python", "examples/node", "adapters/atomr", "guest/sx", "tests/sim"];
    let mut found = Vec::new();
    for folder in folders {
        for entry in fs::read_dir(root().join(folder)).unwrap() {
            let path = entry.unwrap().path();
            if path.extension().is_some_and(|extension| extension == "md") {
                let name = path.strip_prefix(root()).unwrap_or(&path).display().to_string();
                found.push((name.trim_start_matches("./").to_owned(), fs::read_to_string(path).unwrap()));
            }
        }
    }
    found.sort();
    found
}

#[test]
fn every_command_of_the_documents_does_what_stands_behind_it() {
    let mut wrong = String::new();
    let mut run_in = Vec::new();
    for (name, text) in documents() {
        let blocks = blocks(&text);
        let count = |tag: &str| blocks.iter().filter(|block| block.tag == tag).count();
        if let Some(block) = blocks.iter().find(|block| ["bash", "shell", "zsh"].contains(&block.tag)) {
            writeln!(wrong, "{name}:{}: fence it as `sh`, or as `console` where it cannot run", block.at)
                .unwrap();
        }
        println!("{name}: {} blocks run, {} left out", count("sh"), count("console"));
        if count("sh") > 0 {
            if let Err(error) = run(&text) {
                writeln!(wrong, "{name} {error}").unwrap();
            }
            run_in.push(name);
        }
    }
    assert!(wrong.is_empty(), "{wrong}");
    for name in ["README.md", "docs/tour.md", "docs/operations.md", "docs/coming-from.md", "docs/limits.md"] {
        assert!(run_in.iter().any(|run| run == name), "no block of {name} was run: {run_in:?}");
    }
}

/// A document of one block.
fn of(lines: &[&str]) -> Result<(), String> {
    run(&format!("# A title\n\n```sh\n{}\n```\n", lines.join("\n")))
}

#[test]
fn a_document_that_shows_something_else_is_told_where() {
    of(&["echo one", "# => one", "echo two; echo three", "# => two", "# => three"]).unwrap();
    of(&["printf one", "# => one"]).unwrap();
    of(&["seq 9", "# => 1", "# => ...", "# => 9", "echo a-b-c", "# => a...c"]).unwrap();
    for (lines, told) in [
        (&["echo one", "# => two"] as &[_], "before line 5 is printed\none\nand shown\ntwo"),
        (&["echo one"], "before line 5 is printed\none\nand shown\n"),
        (&["true", "# => one"], "before line 5 is printed\n\nand shown\none"),
        (&["seq 9", "# => 1", "# => ...", "# => 8"], "before line 5 is printed"),
        (&["false", "echo one", "# => one"], "does not get to line 6"),
        (&["false", "echo one", "# => one"], "line 4"),
        (&["echo $unknown", "# => "], "unbound variable"),
        (&["uuidgen", "# => ..."], "uuidgen: command not found"),
        (&["exit 3"], "does not get to line 5: exit status: 3"),
    ] {
        let wrong = of(lines).unwrap_err();
        assert!(wrong.contains(told), "{told:?} is not in {wrong}");
    }
}

#[test]
fn blocks_share_a_shell_and_documents_do_not() {
    run("```sh\none=1\ntouch here\n```\n\n```console\nexit 1\n```\n\n```sh\necho $one; ls\n# => 1\n# => here\n```\n")
        .unwrap();
    of(&["ls", "echo ${one-none}", "# => none"]).unwrap();
}
