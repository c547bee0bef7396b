//! Help, completions, colours and tracing.

use crate::support::{Ended, Root, program};

const COMMANDS: [&str; 27] = [
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
    "compose",
    "run",
    "wit",
    "components",
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

/// What a command says on standard error with these words before it.
fn traced(root: &Root, how: &[&str], args: &[&str], input: &str) -> String {
    let ended = root.run_with_input(&[how, args].concat(), input);
    assert_eq!(ended.code, Some(0), "{ended:?}");
    ended.stderr
}

/// Each operation with what it concerns, how much it is given and how long it takes.
#[test]
fn operations_are_told_by_their_names_and_what_they_concern() {
    let root = Root::new();
    for (args, told) in [
        (&["kv", "put", "k", "1"][..], r#"{function="persist.kv-put" of="k" bytes=2}"#),
        (&["kv", "get", "k"], r#"{function="persist.kv-get" of="k" bytes=1}"#),
        (&["stream", "append", "orders", "{:seq 1}"], r#"{function="persist.append" of="orders" bytes=14}"#),
        (&["map", "put", "carts", "7", "open"], r#"{function="maps.put" of="carts" "7" bytes=10}"#),
        (&["blob", "put", "-"], r#"{function="blob.writer" of=- bytes=0}"#),
        (
            &["op", "persist/streams"],
            r#"{function="dispatch.handle-op-bytes" of="persist/streams" bytes=18}"#,
        ),
        (&["verify"], r#"{function="admin.verify" of=- bytes=0}"#),
    ] {
        let said = traced(&root, &["-v"], args, "");
        let line = said.lines().find(|line| line.contains(told)).unwrap_or_else(|| panic!("{told}: {said}"));
        assert!(line.contains("DEBUG sx_persist{") && line.contains("time.busy="), "{line}");
        let inner = ["batch.run", "wire.run", "sx_persist_call", "sx_persist_group"];
        assert!(inner.iter().all(|inner| !said.contains(inner)), "{said}");
    }
    // What is one commit of several is told as one.
    let said = traced(&root, &["-v"], &["import", "-", "--stream", "events"], "{\"seq\":1}\n{\"seq\":2}\n");
    assert!(said.contains(r#"sx_persist{function="batch.commit" operations=2 bytes=28}"#), "{said}");
    assert!(!said.contains("persist.append"), "{said}");
}

/// The second level has what goes to the component, and which writes went together.
#[test]
fn calls_of_the_component_and_groups_of_writes_are_told_at_the_second_level() {
    let root = Root::new();
    let said = traced(&root, &["-vv"], &["kv", "put", "k", "1"], "");
    let within = "sx_persist{function=\"persist.kv-put\" of=\"k\" bytes=2}:sx_persist_group{operations=1}:";
    let call = format!("{within}sx_persist_call{{function=\"wire.run\"}}");
    let ended = said.lines().find(|line| line.contains(&call) && line.contains("time.busy="));
    assert!(ended.unwrap_or_else(|| panic!("{call}: {said}")).contains("TRACE"), "{ended:?}");
    let said = traced(&root, &["-vv"], &["import", "-", "--stream", "events"], "{\"seq\":1}\n{\"seq\":2}\n");
    let each = said.lines().filter(|line| line.contains(r#"function="persist.append" of="events" bytes=14"#));
    assert_eq!(each.filter(|line| line.contains("in the commit")).count(), 2, "{said}");
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
