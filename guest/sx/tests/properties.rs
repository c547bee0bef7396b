//! What holds for every value and every text (docs/semantics.md V6).

mod support;

use std::borrow::Cow;

use proptest::prelude::*;
use support::{
    any_hostile_value, any_number_like, any_source, any_text, any_value, carelessly_written, is_same,
    nearly_canonical,
};
use sx::bytes::{Parts, parts};
use sx::{Error, ErrorKind, Value};

fn any_input() -> impl Strategy<Value = String> {
    prop_oneof![
        3 => nearly_canonical(),
        3 => carelessly_written(),
        1 => any_source(),
        1 => any_text(),
        1 => any_number_like(),
    ]
}

/// JSON that SX can say, with the keys that symbols and keywords travel under among others.
fn any_json() -> impl Strategy<Value = serde_json::Value> {
    use serde_json::Value as Json;
    let text =
        || proptest::sample::select(vec!["a", "nil", "a b", "", "-1", "$ref", "#/a"]).prop_map(str::to_owned);
    let key = || {
        let words = ["symbol", "keyword", "ref", "schema", "", "symbols"];
        let word = proptest::sample::select(words.to_vec());
        (0..4_usize, word).prop_map(|(dollars, word)| format!("{}{word}", "$".repeat(dollars)))
    };
    let leaf = prop_oneof![
        Just(Json::Null),
        any::<bool>().prop_map(Json::from),
        any::<i64>().prop_map(Json::from),
        (-1e9..1e9_f64).prop_map(Json::from),
        text().prop_map(Json::from),
    ];
    leaf.prop_recursive(4, 24, 3, move |inner| {
        prop_oneof![
            proptest::collection::vec(inner.clone(), 0..3).prop_map(Json::from),
            proptest::collection::btree_map(key(), inner, 0..3)
                .prop_map(|entries| Json::Object(entries.into_iter().collect())),
            (key(), text()).prop_map(|(key, text)| serde_json::json!({ key: text })),
        ]
    })
}

/// Four times the usual cases; `PROPTEST_CASES` asks for more.
fn config() -> ProptestConfig {
    let usual = ProptestConfig { failure_persistence: None, ..ProptestConfig::default() };
    ProptestConfig { cases: usual.cases * 4, ..usual }
}

fn canonical_the_long_way(text: &str) -> Result<String, Error> {
    sx::print(&sx::parse(text)?)
}

/// The parts of a text by the way of values.
fn parts_by_value(text: &str) -> Result<Parts, Error> {
    let text = sx::canonical(text)?;
    let owned = |text: &str| text.as_bytes().to_vec();
    Ok(match sx::parse(&text)? {
        Value::Dict(entries) => Parts::Dict(
            entries.iter().map(|(key, value)| (owned(key), owned(&sx::print(value).unwrap()))).collect(),
        ),
        _ => match sx::items(&text) {
            Some(items) => Parts::List(items.map(owned).collect()),
            None => Parts::Atom(owned(&text)),
        },
    })
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn printed_value_reads_back_bit_for_bit(value in any_value()) {
        let text = sx::print(&value).unwrap();
        prop_assert!(is_same(&sx::parse(&text).unwrap(), &value), "{}", text);
        prop_assert!(!text.contains(['\n', '\r', '\t']));
    }

    #[test]
    fn value_that_would_not_read_back_is_refused(value in any_hostile_value()) {
        match sx::print(&value) {
            Ok(text) => prop_assert!(is_same(&sx::parse(&text).unwrap(), &value), "{}", text),
            Err(error) => prop_assert!([ErrorKind::Name, ErrorKind::NonFinite].contains(error.kind())),
        }
    }

    #[test]
    fn printing_what_was_read_is_idempotent(text in any_input()) {
        if let Ok(once) = canonical_the_long_way(&text) {
            prop_assert_eq!(canonical_the_long_way(&once).unwrap(), once);
        }
    }

    #[test]
    fn parts_in_bytes_are_those_of_the_value(text in any_input()) {
        prop_assert_eq!(parts(text.as_bytes()), parts_by_value(&text));
    }

    #[test]
    fn canonical_equals_reading_and_printing(text in any_input()) {
        let checked = sx::canonical(&text);
        prop_assert_eq!(checked.clone().map(Cow::into_owned), canonical_the_long_way(&text));
        if let Ok(checked) = checked {
            let is_borrowed = matches!(checked, Cow::Borrowed(_));
            prop_assert_eq!(is_borrowed, checked == text);
        }
    }

    #[test]
    fn canonical_text_is_borrowed(value in any_value()) {
        let text = sx::print(&value).unwrap();
        match sx::canonical(&text).unwrap() {
            Cow::Borrowed(same) => prop_assert_eq!(same, &text),
            Cow::Owned(other) => prop_assert!(false, "{} became {}", text, other),
        }
    }

    #[test]
    fn field_and_items_find_what_reading_finds(value in any_value(), absent in any_text()) {
        let text = sx::print(&value).unwrap();
        let read = |part: Option<&str>| part.map(|part| sx::print(&sx::parse(part).unwrap()).unwrap());
        let printed = |part: Option<&Value>| part.map(|part| sx::print(part).unwrap());
        for key in value.as_dict().into_iter().flat_map(|entries| entries.keys()).chain([&absent]) {
            prop_assert_eq!(read(sx::field(&text, key)), printed(value.get(key)));
            prop_assert_eq!(sx::field(&text, key).map(str::to_owned), printed(value.get(key)));
        }
        let items = sx::items(&text).map(|items| items.map(str::to_owned).collect::<Vec<_>>());
        let wanted = value.as_list().map(|items| items.iter().map(|item| sx::print(item).unwrap()).collect());
        prop_assert_eq!(items, wanted);
    }

    #[test]
    fn any_text_is_answered_without_a_panic(text in any_input(), key in any_text()) {
        let _ = sx::field(&text, &key);
        let _ = sx::items(&text).map(Iterator::count);
        let _ = sx::from_str::<Vec<u8>>(&text);
        let _ = sx::from_str::<std::collections::BTreeMap<i64, Option<f32>>>(&text);
        if let Err(error) = sx::parse(&text) {
            prop_assert!(error.offset() <= text.len());
            prop_assert_eq!(*error.kind() == ErrorKind::UnexpectedEnd, error.offset() == text.len());
        }
    }

    #[test]
    fn text_cut_inside_brackets_or_quotes_ends_too_early(value in any_value()) {
        let text = sx::print(&Value::List(vec![value])).unwrap();
        for (cut, _) in text.char_indices() {
            let error = sx::parse(&text[..cut]).unwrap_err();
            prop_assert_eq!((error.kind(), error.offset()), (&ErrorKind::UnexpectedEnd, cut), "{}", &text[..cut]);
        }
    }

    #[test]
    fn first_value_ends_where_it_was_printed_to(value in any_value(), after in any_source()) {
        let text = sx::print(&value).unwrap();
        let (read, end) = sx::parse_prefix(&format!("{text} {after}")).unwrap();
        prop_assert!(is_same(&read, &value));
        prop_assert_eq!(end, text.len());
    }

    #[test]
    fn prefix_and_whole_agree(text in any_input()) {
        let first = sx::parse_prefix(&text);
        match sx::parse(&text) {
            Ok(value) => {
                let (read, end) = first.unwrap();
                prop_assert!(is_same(&read, &value));
                prop_assert!(is_same(&sx::parse(&text[..end]).unwrap(), &value));
            }
            Err(error) if *error.kind() == ErrorKind::TrailingText => prop_assert!(first.unwrap().1 <= error.offset()),
            Err(error) => prop_assert_eq!(first, Err(error)),
        }
    }

    #[test]
    fn reading_a_value_through_serde_equals_reading_it(text in any_input()) {
        prop_assert_eq!(sx::from_str::<Value>(&text), sx::parse(&text));
    }

    #[test]
    fn printing_a_value_through_serde_equals_printing_it(value in any_hostile_value()) {
        prop_assert_eq!(sx::to_string(&value), sx::print(&value));
    }

    #[test]
    fn value_survives_serde_both_ways(value in any_value()) {
        prop_assert!(is_same(&sx::to_value(&value).unwrap(), &value));
        prop_assert!(is_same(&sx::from_value::<Value>(value.clone()).unwrap(), &value));
    }

    #[test]
    fn value_survives_json(value in any_value()) {
        let json = serde_json::to_string(&value).unwrap();
        prop_assert!(is_same(&serde_json::from_str::<Value>(&json).unwrap(), &value), "{}", json);
        let tree = serde_json::to_value(&value).unwrap();
        prop_assert!(is_same(&serde_json::from_value::<Value>(tree.clone()).unwrap(), &value), "{}", json);
        // A type that holds anything sees the same form without a `Value` in between.
        let text = sx::print(&value).unwrap();
        prop_assert_eq!(sx::from_str::<serde_json::Value>(&text).unwrap(), tree);
    }

    #[test]
    fn json_survives_being_a_value(json in any_json()) {
        let value = serde_json::from_value::<Value>(json.clone()).unwrap();
        prop_assert_eq!(serde_json::to_value(&value).unwrap(), json.clone());
        // The same without a `Value` in between, and both ways are one.
        let text = sx::to_string(&json).unwrap();
        prop_assert_eq!(&text, &sx::print(&value).unwrap());
        prop_assert_eq!(sx::from_str::<serde_json::Value>(&text).unwrap(), json.clone());
        prop_assert_eq!(sx::from_value::<serde_json::Value>(value).unwrap(), json);
    }

    #[test]
    fn json_refuses_what_text_refuses(value in any_hostile_value()) {
        let text = sx::print(&value).map_err(|error| error.reason().to_owned());
        let json = serde_json::to_string(&value).map_err(|error| error.to_string());
        prop_assert_eq!(text.as_ref().err(), json.as_ref().err());
    }
}
