//! The reader and the printer of values agree, whatever the text (V1 to V8).

use sx::{ErrorKind, Value};

/// One input: a text, if it is UTF-8.
pub fn check(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else { return };
    let _ = sx::field(text, "seq");
    let _ = sx::items(text).map(Iterator::count);
    let parsed = sx::parse(text);
    assert_eq!(sx::from_str::<Value>(text), parsed, "serde reads what the reader reads");
    assert_eq!(
        sx::canonical(text).map(std::borrow::Cow::into_owned),
        parsed.clone().and_then(|value| sx::print(&value)),
        "`canonical` is reading and printing"
    );
    match &parsed {
        Ok(value) => {
            check_value(value);
            let (first, end) = sx::parse_prefix(text).unwrap();
            assert_eq!(printed(&first), printed(value));
            assert_eq!(sx::parse(&text[..end]).map(|value| printed(&value)), Ok(printed(value)));
        }
        Err(error) => {
            assert!(error.offset() <= text.len());
            assert_eq!(*error.kind() == ErrorKind::UnexpectedEnd, error.offset() == text.len());
        }
    }
    if let Ok(value) = serde_json::from_str::<Value>(text) {
        check_value(&value);
    }
}

fn printed(value: &Value) -> String {
    sx::print(value).unwrap()
}

/// What holds of each value. The text stands for the value, as `NaN` apart, `==` does not tell `0.0` from `-0.0`.
fn check_value(value: &Value) {
    let text = printed(value);
    assert!(!text.contains(['\n', '\r', '\t']), "one line");
    let again = sx::parse(&text).unwrap();
    assert_eq!((&again, &printed(&again)), (value, &text), "printed and read: the same value, the same text");
    assert!(matches!(sx::canonical(&text), Ok(std::borrow::Cow::Borrowed(_))));
    if let Some(items) = sx::items(&text) {
        assert_eq!(items.count(), value.as_list().map_or(0, <[Value]>::len));
    }
    for (key, inner) in value.as_dict().into_iter().flatten() {
        assert_eq!(sx::field(&text, key), Some(printed(inner).as_str()));
    }
    assert_eq!(sx::to_value(value).map(|value| printed(&value)).as_ref(), Ok(&text));
    let json = serde_json::to_string(value).unwrap();
    match serde_json::from_str::<Value>(&json) {
        Ok(back) => assert_eq!(printed(&back), text, "{json}"),
        // It reads 127 brackets deep, where a symbol is one; we write 128 and more.
        Err(error) => assert!(error.to_string().starts_with("recursion limit exceeded"), "{error}: {json}"),
    }
}
