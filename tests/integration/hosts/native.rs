//! What is native to Python and to Node: values of their own, a method for each function, and errors for all else.

use crate::Kind;
use crate::install::{component, node, project, python, with_package, without_rust};
use crate::refusals::succeeds;
use serde_json::Value;
use std::fs;
use std::path::Path;
use std::process::Command;
use support::files;
use sx_persist::Store;

/// A file that both languages are given.
fn shared(name: &str) -> (std::path::PathBuf, Value) {
    let path = project(&format!("tests/integration/hosts/{name}"));
    let read = serde_json::from_str(&fs::read_to_string(&path).unwrap()).unwrap();
    (path, read)
}

/// A program of this folder in either language, with its package and, for a root, what opens it.
fn program(kind: Kind, name: &str, root: Option<&Path>) -> Command {
    let mut command = match kind {
        Kind::Python => with_package(python().as_ref().unwrap()),
        _ => without_rust("node"),
    };
    let extension = if kind == Kind::Python { "py" } else { "mjs" };
    command.arg(project(&format!("tests/integration/hosts/{name}.{extension}")));
    if kind == Kind::Node {
        command.arg(&node().as_ref().unwrap().package);
    }
    if let Some(root) = root {
        command.arg(root);
        if kind == Kind::Python {
            command.arg(component());
        }
    }
    command
}

fn packages() -> Vec<Kind> {
    [Kind::Python, Kind::Node].into_iter().filter(|kind| kind.is_here()).collect()
}

/// docs/semantics.md, V.
#[test]
fn values_have_the_same_text_in_every_language() {
    let (path, vectors) = shared("values.json");
    for vector in vectors["values"].as_array().unwrap() {
        let text = vector[0].as_str().unwrap();
        let value = sx::parse(text).unwrap();
        assert_eq!(sx::print(&value).unwrap(), text);
        assert_eq!(serde_json::to_value(&value).unwrap(), vector[1], "{text}");
        assert_eq!(serde_json::from_value::<sx::Value>(vector[1].clone()).unwrap(), value, "{text}");
    }
    for text in vectors["whole_floats"].as_array().unwrap().iter().map(|text| text.as_str().unwrap()) {
        assert_eq!(sx::parse(text).unwrap(), sx::Value::Float(text.parse().unwrap()));
        assert_eq!(sx::print(&sx::parse(text).unwrap()).unwrap(), text);
    }
    // Between two numbers of one length that are equally near, the store and these languages decide otherwise.
    for text in vectors["tied_floats"].as_array().unwrap().iter().map(|text| text.as_str().unwrap()) {
        assert_eq!(sx::print(&sx::parse(text).unwrap()).unwrap(), text);
    }
    for text in vectors["no_texts"].as_array().unwrap().iter().map(|text| text.as_str().unwrap()) {
        // The reader of the store takes some of them, and the store answers none.
        let printed = sx::parse(text).and_then(|value| sx::print(&value));
        assert_ne!(printed.as_deref().ok(), Some(text));
    }
    for kind in packages() {
        succeeds(program(kind, "values", None).arg(&path));
    }
}

/// A part of an answer that is `*` is any: a cursor, or a number that depends on how the store writes.
fn is_as_wanted(wanted: &Value, answer: &Value) -> bool {
    match (wanted, answer) {
        (Value::String(any), _) if any == "*" => true,
        (Value::Object(wanted), Value::Object(answer)) => {
            let is_part = |(name, part)| answer.get(name).is_some_and(|answer| is_as_wanted(part, answer));
            wanted.len() == answer.len() && wanted.iter().all(is_part)
        }
        _ => wanted == answer,
    }
}

/// The programs fail where a method is not called, and where an argument of another type is taken, or writes anything.
#[test]
fn every_method_answers_the_same_in_every_language_and_takes_nothing_of_another_type() {
    let (path, calls) = shared("calls.json");
    let folder = tempfile::tempdir().unwrap();
    let written: Vec<_> = packages()
        .into_iter()
        .map(|kind| {
            let root = folder.path().join(format!("{kind:?}"));
            let said = succeeds(program(kind, "calls", Some(&root)).arg(&path));
            let answers: Vec<Value> = serde_json::from_str(&said).unwrap();
            let calls = calls.as_array().unwrap();
            assert_eq!(answers.len(), calls.len());
            for (call, answer) in calls.iter().zip(&answers) {
                assert!(is_as_wanted(&call[2], answer), "{kind:?} {call}: {answer}");
            }
            fs::remove_file(root.join("lock")).unwrap();
            let files = files(&root);
            let store = Store::open(&root).unwrap();
            assert_eq!(store.raw().kv_get("nil").unwrap().as_deref(), Some("(list 1 \"two\")"), "{kind:?}");
            assert!(store.admin().verify().unwrap().findings.is_empty(), "{kind:?}");
            files
        })
        .collect();
    // Byte for byte: values and bytes reached the store as the same ones.
    assert!(written.windows(2).all(|two| two[0] == two[1]));
}

#[test]
fn roots_absences_writers_and_batches_are_what_each_language_has_for_them() {
    let folder = tempfile::tempdir().unwrap();
    for kind in packages() {
        succeeds(&mut program(kind, "rest", Some(&folder.path().join(format!("{kind:?}")))));
    }
}
