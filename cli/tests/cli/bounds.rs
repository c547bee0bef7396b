//! What a program under `run` may take, and how it ends.

use crate::compose::holds_orders;
use crate::support::{Root, with_memory};
use std::path::Path;
use sx_persist_test_guests::CLIENT_FILE;

/// A program that runs these instructions; they leave 0 for success.
fn program(root: &Root, name: &str, instructions: &str) -> String {
    let text = format!(
        r#"(component
            (core module $program
                (memory 1)
                (func (export "run") (result i32) {instructions}))
            (core instance $program (instantiate $program))
            (func $run (result (result)) (canon lift (core func $program "run")))
            (instance $cli (export "run" (func $run)))
            (export "wasi:cli/run@0.2.0" (instance $cli)))"#
    );
    root.file(name, wat::parse_str(text).unwrap())
}

#[test]
fn a_program_that_never_ends_is_ended() {
    let root = Root::new();
    let endless = program(&root, "endless.wasm", "(loop $again (br $again)) (i32.const 0)");
    let ended = root.run(&["run", &endless, "--timeout", "0.2"]);
    ended.fails(3, &["run took longer than 200ms and was interrupted", "--timeout SECONDS gives it longer"]);
    // It takes longer than a tick, and is never asked.
    let long = "(local $turns i32) (local.set $turns (i32.const 300000000))
        (loop $again (local.set $turns (i32.sub (local.get $turns) (i32.const 1))) (br_if $again (local.get $turns)))
        (i32.const 0)";
    root.run(&["run", &program(&root, "long.wasm", long), "--timeout", "0"]).gives("");
    root.run(&["run", &endless, "--timeout", "never"]).fails(2, &["give seconds, such as 0, 5 or 0.5"]);
}

#[test]
fn a_program_has_the_memory_of_a_store_unless_it_is_given_more_or_less() {
    let root = Root::new();
    // Beside the page that is there, in pages of 64 KiB: it succeeds when it is given them.
    let grow = |pages: u32| {
        let grow = format!("(i32.eq (memory.grow (i32.const {pages})) (i32.const -1))");
        program(&root, &format!("{pages}.wasm"), &grow)
    };
    let (all, more) = (grow(8_191), grow(8_192));
    root.run(&["run", &all]).gives("");
    root.run(&["run", &more]).fails(1, &["8192.wasm reported a failure"]);
    root.run(&["run", &more, "--memory-bytes-max", "1073741824"]).gives("");
    root.run(&["run", &all, "--memory-bytes-max", "1048576"]).fails(1, &["8191.wasm reported a failure"]);
}

#[test]
fn a_program_has_no_more_open_than_it_may() {
    let root = Root::new();
    root.run(&["run", CLIENT_FILE, "--handles-max", "1"]).fails(3, &["resource table has no free keys"]);
    root.run(&["run", CLIENT_FILE]).gives("");
    holds_orders(Path::new(root.path()), 1);
}

#[test]
fn the_files_of_a_program_and_its_store_keep_within_their_room() {
    let root = Root::new();
    root.run(&["run", CLIENT_FILE]).gives("");
    let value = format!("\"{}\"", "x".repeat(500_000));
    root.run_with_input(&["kv", "put", "large", "-"], value).gives("");
    for bound in [["--disk-bytes-max", "500000"], ["--files-max", "5"]] {
        root.run(&["run", CLIENT_FILE, bound[0], bound[1]]).fails(1, &["reported a failure"]);
    }
    root.run(&["verify"]);
    holds_orders(Path::new(root.path()), 1);
    root.run(&["run", CLIENT_FILE, "--disk-bytes-max", "5000000", "--files-max", "100"]).gives("");
    holds_orders(Path::new(root.path()), 2);
}

/// A program that opens `file` in its directory and makes it 8 TiB long. It succeeds when that is refused as on a full disk.
const LARGE: &str = r#"(component
    (import "wasi:filesystem/types@0.2.0" (instance $types
        (export "descriptor" (type $descriptor (sub resource)))
        (type $error' (enum "access" "would-block" "already" "bad-descriptor" "busy" "deadlock" "quota" "exist"
            "file-too-large" "illegal-byte-sequence" "in-progress" "interrupted" "invalid" "io" "is-directory" "loop"
            "too-many-links" "message-size" "name-too-long" "no-device" "no-entry" "no-lock" "insufficient-memory"
            "insufficient-space" "not-directory" "not-empty" "not-recoverable" "unsupported" "no-tty"
            "no-such-device" "overflow" "not-permitted" "pipe" "read-only" "invalid-seek" "text-file-busy"
            "cross-device"))
        (export "error-code" (type $error (eq $error')))
        (type $path-flags' (flags "symlink-follow"))
        (export "path-flags" (type $path-flags (eq $path-flags')))
        (type $open-flags' (flags "create" "directory" "exclusive" "truncate"))
        (export "open-flags" (type $open-flags (eq $open-flags')))
        (type $flags' (flags "read" "write" "file-integrity-sync" "data-integrity-sync" "requested-write-sync"
            "mutate-directory"))
        (export "descriptor-flags" (type $flags (eq $flags')))
        (export "[method]descriptor.set-size" (func (param "self" (borrow $descriptor)) (param "size" u64)
            (result (result (error $error)))))
        (export "[method]descriptor.open-at" (func (param "self" (borrow $descriptor))
            (param "path-flags" $path-flags) (param "path" string) (param "open-flags" $open-flags)
            (param "flags" $flags) (result (result (own $descriptor) (error $error)))))))
    (alias export $types "descriptor" (type $descriptor))
    (import "wasi:filesystem/preopens@0.2.0" (instance $preopens
        (alias outer 1 $descriptor (type $descriptor'))
        (export "descriptor" (type $descriptor (eq $descriptor')))
        (export "get-directories" (func (result (list (tuple (own $descriptor) string)))))))
    MEMORY
    (core func $folders (canon lower (func $preopens "get-directories")
        (memory $bytes) (realloc (func $memory "realloc"))))
    (core func $open (canon lower (func $types "[method]descriptor.open-at") (memory $bytes)))
    (core func $set-size (canon lower (func $types "[method]descriptor.set-size") (memory $bytes)))
    (core module $program
        (import "given" "memory" (memory 1))
        (import "given" "folders" (func $folders (param i32)))
        (import "given" "open" (func $open (param i32 i32 i32 i32 i32 i32 i32)))
        (import "given" "set-size" (func $set-size (param i32 i64 i32)))
        (func (export "run") (result i32)
            (call $folders (i32.const 0))
            (call $open (i32.load (i32.load (i32.const 0))) (i32.const 0) (i32.const 32) (i32.const 4)
                (i32.const 1) (i32.const 3) (i32.const 8))
            (if (i32.load8_u (i32.const 8)) (then (unreachable)))
            (call $set-size (i32.load (i32.const 12)) (i64.const 0x80000000000) (i32.const 16))
            ;; An error, and the one of that number.
            (i32.ne (i32.load16_u (i32.const 16)) (i32.const 0x1701))))
    (core instance $program (instantiate $program (with "given" (instance
        (export "memory" (memory $bytes))
        (export "folders" (func $folders))
        (export "open" (func $open))
        (export "set-size" (func $set-size))))))
    (func $run (result (result)) (canon lift (core func $program "run")))
    (instance $cli (export "run" (func $run)))
    (export "wasi:cli/run@0.2.0" (instance $cli)))"#;

#[test]
fn a_program_that_makes_a_file_of_its_own_too_large_is_told_that_the_disk_is_full() {
    let root = Root::new();
    let large = root.file("large.wasm", with_memory(LARGE));
    root.run(&["run", &large, "--disk-bytes-max", "1000000"]).gives("");
    let file = Path::new(root.path()).join("file");
    assert_eq!(std::fs::metadata(file).unwrap().len(), 0);
    // A file more than there may be: with the lock there is one.
    std::fs::remove_file(Path::new(root.path()).join("file")).unwrap();
    root.run(&["run", &large, "--files-max", "1"]).fails(3, &["unreachable"]);
}

/// A program that calls `exit` with 0 for its success, or 1.
pub(crate) fn exiting(root: &Root, status: u8) -> String {
    let text = format!(
        r#"(component
            (import "wasi:cli/exit@0.2.0" (instance $exit (export "exit" (func (param "status" (result))))))
            (core func $exit (canon lower (func $exit "exit")))
            (core module $program
                (import "given" "exit" (func $exit (param i32)))
                (func (export "run") (result i32) (call $exit (i32.const {status})) (i32.const 1)))
            (core instance $program (instantiate $program (with "given" (instance (export "exit" (func $exit))))))
            (func $run (result (result)) (canon lift (core func $program "run")))
            (instance $cli (export "run" (func $run)))
            (export "wasi:cli/run@0.2.0" (instance $cli)))"#
    );
    root.file(&format!("exit-{status}.wasm"), wat::parse_str(text).unwrap())
}

#[test]
fn how_a_program_ends_is_said_unless_it_says_so_itself() {
    let root = Root::new();
    root.run(&["run", &exiting(&root, 0)]).gives("");
    root.run(&["run", &exiting(&root, 1)]).gives_no("");
    let failed = program(&root, "failed.wasm", "(i32.const 1)");
    root.run(&["run", &failed]).fails(1, &["failed.wasm reported a failure"]);
    let said: serde_json::Value =
        serde_json::from_str(&root.run(&["--json", "run", &failed]).stderr).unwrap();
    assert_eq!((&said["error"]["code"], &said["error"]["exit"]), (&"program".into(), &1.into()), "{said}");
    let trapped = root.run(&["run", &program(&root, "trapped.wasm", "unreachable")]);
    trapped.fails(3, &["trapped in run", "the program panicked or trapped itself"]);
    assert!(!trapped.stderr.contains("run it again"), "{trapped:?}");
}
