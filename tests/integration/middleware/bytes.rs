//! What the original stored as bytes that are no UTF-8 (docs/semantics.md O3): every layer carries text, and says so.

use crate::places::refusal;
use std::fs;
use sx_persist::types::Error as Refusal;
use sx_persist::{CORE_COMPONENT, Component, MEMORY_COMPONENT, Store, middleware};

#[test]
fn bytes_of_the_original_are_corrupt_behind_every_layer_and_names_that_are_no_text_invalid() {
    let layers =
        [middleware::READONLY, middleware::CACHED].map(|layer| support::composed(&[layer], CORE_COMPONENT));
    let layered = support::joined(middleware::LAYERED, CORE_COMPONENT, MEMORY_COMPONENT);
    let root = tempfile::tempdir().unwrap();
    Store::open(root.path()).unwrap().close().unwrap();
    for folder in ["streams", "kv"] {
        fs::create_dir_all(root.path().join(folder)).unwrap();
    }
    fs::write(root.path().join("streams/73.log"), b"{:seq 1 :b \"\xff\"}\n").unwrap();
    fs::write(root.path().join("streams/73.seq"), "1").unwrap();
    fs::write(root.path().join("kv/6b"), b"\"\xfe\"").unwrap();
    let of_the_original = |component: &Component| {
        let store = Store::builder().component(component).open(root.path()).unwrap();
        for (op, args) in [("persist/read", &b"(\"s\")"[..]), ("persist/kv-get", b"(\"k\")")] {
            let refused = refusal(store.raw().handle_op_bytes(op, args));
            assert!(
                matches!(&refused, Refusal::Corrupt(damage) if damage.reason.contains("original")),
                "{op}: {refused:?}"
            );
        }
        let refused = refusal(store.raw().handle_op_bytes("persist/read", b"(\"\xffs\")"));
        assert!(matches!(refused, Refusal::InvalidValue(_)), "{refused:?}");
    };
    layers.iter().chain([&layered]).for_each(of_the_original);
}
