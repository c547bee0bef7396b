//! Parts of a canonical text, found without reading all of it.

fn items(text: &str) -> Option<Vec<&str>> {
    Some(sx::items(text)?.collect())
}

#[test]
fn field_finds_keys_of_every_kind_at_the_top_only() {
    let text = r#"{"" nil :a (list ")" {:b 1}) "a\"b\\" "x}" :b {:c "\\"} "é\n" (quote b) "é\nx" 2}"#;
    assert_eq!(sx::canonical(text).unwrap(), text);
    for (key, value) in [
        ("", Some("nil")),
        ("a\"b\\", Some(r#""x}""#)),
        ("a", Some(r#"(list ")" {:b 1})"#)),
        ("b", Some(r#"{:c "\\"}"#)),
        ("é\n", Some("(quote b)")),
        ("é\nx", Some("2")),
        ("é\nxy", None),
        ("é", None),
        ("c", None),
        (":a", None),
        ("a\\\"b", None),
    ] {
        assert_eq!(sx::field(text, key), value, "{key:?}");
    }
    assert_eq!(sx::field("{}", ""), None);
}

#[test]
fn items_are_found_with_what_they_hold() {
    assert_eq!(items("(list)"), Some(vec![]));
    assert_eq!(
        items(r#"(list "(" (list (list) "\")") {:a ")"} :k -1)"#),
        Some(vec![r#""(""#, r#"(list (list) "\")")"#, r#"{:a ")"}"#, ":k", "-1"])
    );
}

#[test]
fn text_that_is_no_dict_or_list_has_no_parts() {
    for text in [
        "",
        "nil",
        "{",
        "}",
        "(list",
        "(listen)",
        "(list",
        "(quote a)",
        "\"{:a 1}\"",
        "[1]",
        "({:a 1})",
        "{)",
    ] {
        assert_eq!(sx::field(text, "a"), None, "{text}");
        assert_eq!(items(text), None, "{text}");
    }
}

#[test]
fn broken_text_is_answered_with_a_part_of_it_or_nothing() {
    for text in ["{:a}", "{:a }", "{:a \"}", "{:a (1}", "{\"a}", "{\"a\\}", "{ :a 1}", "{:a 1", "{a 1}"] {
        assert_eq!(sx::field(text, "a"), None, "{text}");
    }
    for text in ["(list \"a)", "(list (1)", "(list  1)", "(list ))"] {
        assert_eq!(items(text), Some(vec![]), "{text}");
    }
    assert_eq!(items("(list 1 {2)"), Some(vec!["1"]));
}
