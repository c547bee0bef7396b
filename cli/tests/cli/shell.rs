//! Help, completions, colours and tracing.

use crate::support::{Ended, Root, program};

const COMMANDS: [&str; 23] = [
    "stream",
    "kv",
    "ref",
    "session",
    "blob",
    "snapshot",
    "object",
    "map",
    "tx",
    "op",
    "stdio",
    "import",
    "export",
    "init",
    "path",
    "du",
    "verify",
    "repair",
    "checkpoint",
    "stats",
    "demo",
    "completions",
    "man",
];

fn run(args: &[&str]) -> Ended {
    Ended::of(&program().args(args).output().unwrap())
}

#[test]
fn the_help_names_every_command_and_shows_examples() {
    let help = run(&["--help"]);
    assert_eq!((help.code, help.stderr.as_str()), (Some(0), ""));
    for word in COMMANDS {
        assert!(help.stdout.contains(&format!("\n  {word} ")), "{word} is not in {}", help.stdout);
    }
    assert!(help.stdout.contains("Examples:\n") && help.stdout.contains("Exit codes: "));
    assert!(!help.stdout.contains("demo-process") && !help.stdout.contains('\x1b'));
}

#[test]
fn every_command_has_a_help_of_its_own() {
    for command in COMMANDS {
        let help = run(&[command, "--help"]);
        assert_eq!((help.code, help.stderr.as_str()), (Some(0), ""));
        assert!(help.stdout.contains(&format!("Usage: sx-persist {command}")), "{}", help.stdout);
    }
    for verb in ["append", "record", "read"] {
        assert!(run(&["stream", verb, "--help"]).stdout.contains("Example"), "{verb}");
    }
}

#[test]
fn the_version_is_that_of_the_package() {
    run(&["--version"]).gives(concat!("sx-persist ", env!("CARGO_PKG_VERSION"), "\n"));
}

#[test]
fn completions_know_the_commands_in_every_shell() {
    for shell in ["bash", "elvish", "fish", "powershell", "zsh"] {
        let script = run(&["completions", shell]);
        assert_eq!((script.code, script.stderr.as_str()), (Some(0), ""));
        for word in COMMANDS.iter().chain(&["last-seq", "swap", "--follow"]) {
            let word = if shell == "fish" { word.trim_start_matches('-') } else { word };
            assert!(script.stdout.contains(word), "{word} is not in the completions of {shell}");
        }
        assert!(!script.stdout.contains("demo-process"), "{shell}");
    }
    run(&["completions", "sh"]).fails(2, &["'sh'", "bash"]);
}

#[test]
fn the_script_for_bash_is_one_that_bash_takes() {
    let script = run(&["completions", "bash"]).stdout;
    // A file, because it is longer than an argument may be.
    let file = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(file.path(), script).unwrap();
    let checked = std::process::Command::new("bash").arg("-n").arg(file.path()).status().unwrap();
    assert!(checked.success());
}

#[test]
fn tracing_goes_to_standard_error_when_asked_for() {
    let root = Root::new();
    root.run(&["kv", "put", "k", "1"]).gives("");
    let traced = root.run(&["-v", "kv", "get", "k"]);
    assert_eq!((traced.code, traced.stdout.as_str()), (Some(0), "1\n"));
    assert!(traced.stderr.contains("persist.kv-get") && !traced.stderr.contains('\x1b'), "{traced:?}");
    let traced =
        Ended::of(&root.command(&["kv", "get", "k"]).env("SX_PERSIST_LOG", "debug").output().unwrap());
    assert!(traced.stderr.contains("persist.kv-get"), "{traced:?}");
    let quiet = Ended::of(&root.command(&["kv", "get", "k"]).env("SX_PERSIST_LOG", "off").output().unwrap());
    quiet.gives("1\n");
    let wrong =
        Ended::of(&root.command(&["kv", "get", "k"]).env("SX_PERSIST_LOG", "a=b=c").output().unwrap());
    wrong.fails(2, &["SX_PERSIST_LOG=a=b=c"]);
}

#[test]
fn every_command_has_a_manual_page() {
    let folder = tempfile::tempdir().unwrap();
    let pages = folder.path().join("man1");
    run(&["man", pages.to_str().unwrap()]).gives("");
    for command in COMMANDS {
        let page = std::fs::read_to_string(pages.join(format!("sx-persist-{command}.1"))).unwrap();
        assert!(page.contains(".SH NAME") && page.contains(".SH OPTIONS"), "{command}");
    }
    let page = std::fs::read_to_string(pages.join("sx-persist-stream-read.1")).unwrap();
    assert!(page.contains("\\-\\-follow") && page.contains("stream read orders"), "{page}");
    assert!(!pages.join("sx-persist-demo-process.1").exists());
    let main = run(&["man"]);
    assert_eq!(
        (main.code, main.stdout),
        (Some(0), std::fs::read_to_string(pages.join("sx-persist.1")).unwrap())
    );
}
