//! What is native to Python and to Node: values of their own.

use crate::Kind;
use crate::install::{node, project, python, with_package, without_rust};
use crate::refusals::succeeds;
use serde_json::Value;
use std::fs;
use std::process::Command;

/// A file that both languages are given.
fn shared(name: &str) -> (std::path::PathBuf, Value) {
    let path = project(&format!("tests/integration/hosts/{name}"));
    let read = serde_json::from_str(&fs::read_to_string(&path).unwrap()).unwrap();
    (path, read)
}

/// A program of this folder in either language, with its package.
fn program(kind: Kind, name: &str) -> Command {
    let mut command = match kind {
        Kind::Python => with_package(python().as_ref().unwrap()),
        _ => without_rust("node"),
    };
    let extension = if kind == Kind::Python { "py" } else { "mjs" };
    command.arg(project(&format!("tests/integration/hosts/{name}.{extension}")));
    if kind == Kind::Node {
        command.arg(&node().as_ref().unwrap().package);
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
    for text in vectors["no_texts"].as_array().unwrap().iter().map(|text| text.as_str().unwrap()) {
        // The reader of the store takes some of them, and the store answers none.
        let printed = sx::parse(text).and_then(|value| sx::print(&value));
        assert_ne!(printed.as_deref().ok(), Some(text));
    }
    for kind in packages() {
        succeeds(program(kind, "values").arg(&path));
    }
}
