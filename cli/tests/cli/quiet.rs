//! `-q`: nothing but errors on standard error.

use crate::support::Root;

/// What a command says on standard error, notes too.
fn said(root: &Root, args: &[&str]) -> String {
    String::from_utf8(root.command(args).output().unwrap().stderr).unwrap()
}

#[test]
fn quiet_silences_notes_and_no_error() {
    let root = Root::new();
    assert!(said(&root, &["kv", "put", "k", "1"]).contains("made a new store in "));
    assert_eq!(said(&Root::new(), &["-q", "kv", "put", "k", "1"]), "");
    assert!(said(&root, &["stream", "read", "s"]).contains("there is no stream s"));
    for args in [["-q", "stream", "read", "s"], ["stream", "read", "s", "--quiet"]] {
        assert_eq!(said(&root, &args), "");
    }
    let refused = said(&root, &["-q", "kv", "put", "", "1"]);
    assert!(refused.starts_with("sx-persist: invalid name"), "{refused}");
}
