//! What is refused, and the packages themselves.

use crate::host::{Host as _, Library, Spoken};
use crate::install::{component, node, prlimit, project, python, required, with_package, without_rust};
use crate::{KINDS, Kind};
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use std::process::Command;
use support::files;
use sx_persist::Store;

#[test]
fn refusals_have_the_names_of_wit_in_every_host() {
    for kind in KINDS.into_iter().filter(|kind| kind.is_here()) {
        let root = tempfile::tempdir().unwrap();
        let mut host = kind.open(root.path()).unwrap();
        // What the packages are given is no text, so what is no value reaches no store.
        let no_value = match kind {
            Kind::Python | Kind::Node => "of the caller",
            Kind::Library | Kind::CommandLine => "invalid-value",
        };
        for (operation, arguments, refusal) in [
            ("append-expecting", vec![json!("s"), json!(5), json!(["{:seq 6}"])], "stale"),
            ("append", vec![json!(""), json!("{:seq 1}")], "invalid-name"),
            ("append", vec![json!("s"), json!("{}")], "invalid-event"),
            ("kv-put", vec![json!("k"), json!("1/3")], no_value),
            ("get", vec![json!("../x")], "invalid-cid"),
        ] {
            assert_eq!(host.ask(operation, &arguments), Err(refusal.to_owned()), "{kind:?} {operation}");
        }
        host.close();
    }
}

/// The packages, which have more of the interfaces than wasmtime's command line can be asked for.
fn packages() -> impl Iterator<Item = Kind> {
    [Kind::Python, Kind::Node].into_iter().filter(|kind| kind.is_here())
}

#[test]
fn a_transaction_answers_each_operation_or_says_which_was_refused() {
    let put = |key: &str| json!(["kv-put", key, 1]);
    let swap = json!(["kv-swap", "k", 7, 8]);
    let hash = "a".repeat(40);
    for kind in packages() {
        let root = tempfile::tempdir().unwrap();
        let mut host = kind.open(root.path()).unwrap();
        assert_eq!(host.ask("commit", &[json!([put("k"), put("l")])]), Ok(json!([null, null])), "{kind:?}");
        let refused = host.ask("commit", &[json!([put("m"), swap])]);
        assert_eq!(refused, Err("1 conflict".to_owned()), "{kind:?}");
        let ops = json!([["append", "s", { "seq": 3 }], ["kv-delete", "absent"], ["check-count", "s", 1]]);
        assert_eq!(host.ask("commit", &[ops]), Ok(json!([3, false, null])), "{kind:?}");
        let wrong = json!([put("m"), ["check-count", "s", 2]]);
        assert_eq!(host.ask("commit", &[wrong]), Err("1 stale".to_owned()), "{kind:?}");
        let questions = json!([["kv-get", "k"], ["kv-get", "m"], ["last-seq", "s"], ["map-get", "t", [107]]]);
        assert_eq!(host.ask("moment", &[questions]), Ok(json!([1, null, 3, null])), "{kind:?}");
        let wrong = json!([["count", "s"], ["count", ""]]);
        assert_eq!(host.ask("moment", &[wrong]), Err("1 invalid-name".to_owned()), "{kind:?}");
        // What is no operation, by its name or its argument, is none, and takes no place of another.
        for wrong in
            [json!(["kv-putt", "k", 1]), json!(["to-string"]), json!(["constructor"]), json!(["kv-put", "k"])]
        {
            for _ in 0..20 {
                let refused = host.ask("commit", &[json!([put("m"), wrong])]);
                assert_eq!(refused, Err("of the caller".to_owned()), "{kind:?} {wrong}");
            }
        }
        host.ask("write-batch", &[json!([[hash, [1]]])]).unwrap();
        let refused = host.ask("write-batch", &[json!([[hash, [1]], ["no hash", [2]]])]);
        assert_eq!(refused, Err("1 invalid-hash".to_owned()), "{kind:?}");
        host.close();
        let store = Store::open(root.path()).unwrap();
        assert_eq!(store.kv().keys().unwrap(), ["k", "l"], "{kind:?}: nothing of what was refused");
        assert_eq!(store.raw().object_read(&hash).unwrap().as_deref(), Some(&[1][..]), "{kind:?}");
    }
}

/// docs/stdio.md, "A line in".
#[test]
fn lf_alone_ends_an_event() {
    let event = "{:seq 1 :text \"\u{b}\u{c}\u{1c}\u{1d}\u{1e}\u{85}\u{2028}\u{2029}\"}";
    for kind in packages() {
        let root = tempfile::tempdir().unwrap();
        let mut host = kind.open(root.path()).unwrap();
        host.append("s", event);
        host.append("s", "{:seq 2}");
        assert_eq!(host.read("s"), [event, "{:seq 2}"], "{kind:?}");
        assert_eq!(host.ask("pages", &[json!("s")]), Ok(json!([event, "{:seq 2}"])), "{kind:?}");
        host.close();
    }
}

/// docs/format.md, "What is a store".
#[test]
fn a_directory_that_is_no_store_is_refused_by_the_packages_too() {
    for kind in packages() {
        let root = tempfile::tempdir().unwrap();
        let draft = root.path().join("tmp/draft");
        fs::create_dir(root.path().join("tmp")).unwrap();
        fs::write(&draft, "mine").unwrap();
        let refused = kind.command(root.path()).output().unwrap();
        let said: Value = serde_json::from_slice(&refused.stdout).unwrap();
        assert_eq!(said, json!({ "foreign": "tmp" }), "{kind:?}");
        assert_eq!(fs::read_to_string(&draft).unwrap(), "mine");
        assert!(!root.path().join("lock").exists(), "{kind:?}");
        let mut init = kind.command(root.path());
        init.arg("init");
        let mut host = Spoken::open(init).unwrap();
        host.append("s", "{:seq 1}");
        Box::new(host).kill();
        // From its first write on it is a store.
        let mut host = kind.spoken(root.path()).unwrap();
        assert_eq!(host.read("s"), ["{:seq 1}"], "{kind:?}");
        Box::new(host).kill();
    }
}

#[test]
fn a_write_that_the_disk_refuses_is_an_answer_and_nothing_is_lost() {
    let Some(prlimit) = required(prlimit()) else { return };
    for kind in packages() {
        let root = tempfile::tempdir().unwrap();
        let mut host = kind.spoken(root.path()).unwrap();
        host.append("s", "{:seq 1}");
        // From now on none of its files may grow past 64 KiB.
        succeeds(Command::new(prlimit).args(["--fsize=65536", "--pid", &host.pid().to_string()]));
        let large = format!("\"{}\"", "x".repeat(200_000));
        assert_eq!(host.ask("kv-put", &[json!("k"), json!(large)]), Err("no-space".to_owned()), "{kind:?}");
        assert_eq!(host.read("s"), ["{:seq 1}"]);
        Box::new(host).kill();
        let mut library = Library::open(root.path(), false).unwrap();
        assert_eq!(library.read("s"), ["{:seq 1}"]);
        assert_eq!(library.damaged(), 0);
    }
}

/// A blob that takes a while to verify, and more memory than 4 MiB to be handed out.
const LARGE_BYTES: usize = 8 << 20;

#[test]
fn python_bounds_the_memory_and_the_time_of_a_call() {
    let Some(python) = required(python()) else { return };
    let root = tempfile::tempdir().unwrap();
    let store = Store::open(root.path()).unwrap();
    let cid = store.raw().blob_put(&vec![7; LARGE_BYTES]).unwrap();
    store.close().unwrap();
    succeeds(
        with_package(python)
            .arg(project("tests/integration/hosts/bounds.py"))
            .arg(root.path())
            .arg(component())
            .arg(&cid),
    );
}

#[test]
fn the_python_package_and_what_uses_it_are_typed() {
    let Some(python) = required(python()) else { return };
    let cache = Path::new(env!("CARGO_TARGET_TMPDIR")).join("hosts/mypy");
    succeeds(
        Command::new(python)
            .args(["-m", "mypy", "--strict", "--cache-dir"])
            .arg(cache)
            .arg("--config-file")
            .arg(project("examples/python/pyproject.toml"))
            .arg(project("examples/python"))
            .arg(project("tests/integration/hosts")),
    );
}

#[test]
fn the_node_package_carries_this_component() {
    let Some(node) = required(node()) else { return };
    let (carried, built) = (files(&project("examples/node/component")), files(&node.transpiled));
    let names: BTreeSet<_> = carried.keys().chain(built.keys()).collect();
    let stale: Vec<_> = names.into_iter().filter(|name| carried.get(*name) != built.get(*name)).collect();
    assert!(stale.is_empty(), "{stale:?} in examples/node/component: BLESS=1 cargo test --test hosts");
}

#[test]
fn the_examples_say_what_their_readmes_show() {
    let refused = "stale: expected 7, actual 2\n";
    if let Some(python) = required(python()) {
        let root = tempfile::tempdir().unwrap();
        let example = project("examples/python/orders.py");
        let said = succeeds(with_package(python).arg(example).arg(root.path()).arg(component()));
        assert_eq!(said, format!("{{'seq': 2, 'sku': 'B-9'}}\n{refused}"));
    }
    if let Some(node) = required(node()) {
        let root = tempfile::tempdir().unwrap();
        let example = node.package.join("orders.mjs");
        let said = succeeds(without_rust("node").arg(example).arg(root.path()));
        assert_eq!(said, format!("{{ seq: 2, sku: 'B-9' }}\n{refused}"));
    }
}

/// Runs a program to its end; answers what it said.
pub(crate) fn succeeds(command: &mut Command) -> String {
    let output = command.output().unwrap();
    let said = String::from_utf8(output.stdout).unwrap();
    assert!(output.status.success(), "{command:?}\n{said}\n{}", String::from_utf8_lossy(&output.stderr));
    said
}
