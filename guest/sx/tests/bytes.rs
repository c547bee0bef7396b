//! Text whose strings hold any bytes (docs/semantics.md O3).

use sx::ErrorKind;
use sx::bytes::{Parts, parts, quote, unquote};

fn items(text: &[u8]) -> Vec<Vec<u8>> {
    match parts(text).unwrap() {
        Parts::List(items) => items,
        other => panic!("{other:?}"),
    }
}

#[test]
fn every_byte_passes_a_string_and_comes_back() {
    let all: Vec<u8> = (0..=255).collect();
    let quoted = quote(&all);
    assert_eq!(unquote(&quoted), Some(all));
    assert_eq!(quoted.len(), 256 + 2 + 5);
    for text in [
        [b"(", &quoted[..], b")"].concat(),
        [b"(list ; \xff\n", &quoted[..], b" )"].concat(),
        [b"['", &quoted[..], b"]"].concat(),
        [b"'(", &quoted[..], b")"].concat(),
        [b"((quote ; \"\n", &quoted[..], b"))"].concat(),
    ] {
        assert_eq!(items(&text), [&quoted[..]]);
    }
}

#[test]
fn parts_are_canonical_but_for_the_bytes_of_strings() {
    assert_eq!(
        items(b"[\"a\nb\xff\" {:seq 1 \"\xfe\" ['x \"\xc3\\t\"] \"b\" 1.50} 'x :k nil]"),
        [
            &b"\"a\\nb\xff\""[..],
            b"{:b 1.5 :seq 1 \"\xfe\" (list (quote x) \"\xc3\\t\")}",
            b"(quote x)",
            b":k",
            b"nil"
        ]
    );
    let Parts::Dict(entries) = parts(b"{:op \"x\" :args (\"\xff\")}").unwrap() else { panic!("no dict") };
    assert_eq!(entries[&b"args"[..]], b"(list \"\xff\")");
    assert_eq!(parts(b" \"\xff\" ; \xff"), Ok(Parts::Atom(b"\"\xff\"".to_vec())));
}

#[test]
fn a_byte_that_is_no_text_stands_in_strings_and_comments_alone() {
    for (text, kind, offset) in [
        (&b"(\xff)"[..], ErrorKind::UnexpectedText, 1),
        (b"(\"a\" x\xff)", ErrorKind::UnexpectedText, 6),
        (b"(\"a\\\xff\")", ErrorKind::Escape, 3),
        (b"{\"\xff\" 1 \"\xff\" 2}", ErrorKind::DuplicateKey, 7),
        (b"(\"\xff\") \xff", ErrorKind::TrailingText, 6),
        (b"(\"\xff", ErrorKind::UnexpectedEnd, 3),
    ] {
        let error = parts(text).unwrap_err();
        assert_eq!((error.kind(), error.offset()), (&kind, offset), "{text:?}");
    }
    for no_string in [&b"5"[..], b"\"", b"\"a", b"\"a\"b\"", b"\"\\q\"", b"\"a\\\""] {
        assert_eq!(unquote(no_string), None, "{no_string:?}");
    }
}

#[test]
fn a_string_of_bytes_has_the_limit_of_a_text() {
    let most = sx::limits::TEXT_BYTES_MAX;
    assert_eq!(items(&[b"(\"", &vec![0xff; most - 4][..], b"\")"].concat())[0].len(), most - 2);
    let error = parts(&[b"(\"", &vec![0xff; most - 3][..], b"\")"].concat()).unwrap_err();
    assert_eq!(error.kind(), &ErrorKind::TooLong { limit: most, actual: most + 1 });
}
