//! JSON to values and back, through `serde_json` (docs/semantics.md V8).

use serde_json::json;
use sx::{Value, limits};

fn from_json(json: &str) -> Result<Value, String> {
    serde_json::from_str(json).map_err(|error| error.to_string())
}

fn there_and_back(text: &str, json: &str) {
    let value = sx::parse(text).unwrap();
    assert_eq!(serde_json::to_string(&value).unwrap(), json);
    assert_eq!(sx::print(&from_json(json).unwrap()).unwrap(), text);
    let tree: serde_json::Value = serde_json::from_str(json).unwrap();
    assert_eq!(serde_json::to_value(&value).unwrap(), tree);
    assert_eq!(serde_json::from_value::<Value>(tree).unwrap(), value);
}

#[test]
fn v8_every_type_has_its_json() {
    there_and_back("nil", "null");
    there_and_back("(list true false)", "[true,false]");
    there_and_back("(list 3 3.0 -0.0 0 1e300)", "[3,3.0,-0.0,0,1e+300]");
    there_and_back(
        "(list 9223372036854775807 -9223372036854775808)",
        "[9223372036854775807,-9223372036854775808]",
    );
    there_and_back("\"\u{0}\\n☃\"", r#""\u0000\n☃""#);
    there_and_back("(list (quote a) :b (list) {})", r#"[{"$symbol":"a"},{"$keyword":"b"},[],{}]"#);
    there_and_back(r#"{"" 1 :a 3 "first name" 2}"#, r#"{"":1,"a":3,"first name":2}"#);
}

#[test]
fn v8_dict_that_looks_like_a_symbol_stays_a_dict() {
    there_and_back(r#"{"$symbol" "a"}"#, r#"{"$$symbol":"a"}"#);
    there_and_back(r#"{"$$symbol" "a"}"#, r#"{"$$$symbol":"a"}"#);
    there_and_back(
        r#"(list {"$keyword" "a"} {"$keyword" :a})"#,
        r#"[{"$$keyword":"a"},{"$keyword":{"$keyword":"a"}}]"#,
    );
}

#[test]
fn v8_every_other_key_is_what_it_is_both_ways() {
    there_and_back(r#"{"$" 1 "$$" 2 "$x" 2 "x$" 3}"#, r#"{"$":1,"$$":2,"$x":2,"x$":3}"#);
    there_and_back(
        r##"{"$defs" {"$id" "x"} "$ref" "#/a" "$schema" "s"}"##,
        r##"{"$defs":{"$id":"x"},"$ref":"#/a","$schema":"s"}"##,
    );
    for (text, json) in [
        (r#"{"$symbol" "a b"}"#, r#"{"$symbol":"a b"}"#),
        (r#"{"$symbol" "nil"}"#, r#"{"$symbol":"nil"}"#),
        (r#"{"$$symbol" "-1"}"#, r#"{"$$symbol":"-1"}"#),
        (r#"{"$keyword" ""}"#, r#"{"$keyword":""}"#),
        (r#"{"$symbol" 1}"#, r#"{"$symbol":1}"#),
        (r#"{"$symbol" "a" :b 1}"#, r#"{"$symbol":"a","b":1}"#),
        (r#"{"$keyword" "a" "$symbol" "a"}"#, r#"{"$keyword":"a","$symbol":"a"}"#),
        (r#"{"$symbols" "a"}"#, r#"{"$symbols":"a"}"#),
    ] {
        there_and_back(text, json);
    }
    assert_eq!(from_json(r#"{"$keyword":"-1"}"#), Ok(Value::Keyword("-1".into())));
}

#[test]
fn v8_other_keys_with_a_single_dollar_are_taken_as_they_are() {
    for (json, text) in [
        (r#"{"$ref":"x"}"#, r#"{"$ref" "x"}"#),
        (r#"{"$symbol":1}"#, r#"{"$symbol" 1}"#),
        (r#"{"$symbol":["a"]}"#, r#"{"$symbol" (list "a")}"#),
        (r#"{"$symbol":{"$symbol":"a"}}"#, r#"{"$symbol" (quote a)}"#),
        (r#"{"$symbol":"a","b":1}"#, r#"{"$symbol" "a" :b 1}"#),
        (r#"{"b":1,"$symbol":"not a name"}"#, r#"{"$symbol" "not a name" :b 1}"#),
    ] {
        assert_eq!(sx::print(&from_json(json).unwrap()).unwrap(), text);
    }
}

#[test]
fn v8_json_that_has_no_value_is_refused() {
    assert!(from_json(r#"{"a":1,"a":2}"#).unwrap_err().starts_with("dict key given twice"));
    assert!(from_json(r#"{"$$symbol":"a","$$symbol":"a"}"#).unwrap_err().starts_with("dict key given twice"));
    assert!(from_json(r#"{"$symbol":"a","$symbol":"a"}"#).unwrap_err().starts_with("dict key given twice"));
    assert!(from_json("9223372036854775808").unwrap_err().starts_with("integer outside 64 bits"));
    assert!(from_json("18446744073709551615").unwrap_err().starts_with("integer outside 64 bits"));
    assert!(from_json("1e999").is_err());
    assert_eq!(from_json("9223372036854775807"), Ok(Value::Int(i64::MAX)));
}

#[test]
fn v8_integer_beyond_64_bits_reaches_us_as_the_float_that_serde_json_makes_of_it() {
    assert_eq!(from_json("18446744073709551616"), Ok(Value::Float(18_446_744_073_709_551_616.0)));
}

#[test]
fn v8_limits_hold_for_json_too() {
    let nested = |depth: usize, atom: serde_json::Value| (1..depth).fold(atom, |json, _| json!([json]));
    for atom in [json!(1), json!([]), json!({}), json!({"$symbol": "a"}), json!({"$keyword": "a"})] {
        let deepest: Value = serde_json::from_value(nested(limits::DEPTH_MAX, atom.clone())).unwrap();
        assert!(sx::print(&deepest).is_ok());
        assert_eq!(serde_json::to_value(&deepest).unwrap(), nested(limits::DEPTH_MAX, atom.clone()));
        let refused = serde_json::from_value::<Value>(nested(limits::DEPTH_MAX + 1, atom)).unwrap_err();
        assert_eq!(refused.to_string(), "nested too deep: 129, at most 128");
    }
    // What only looked like a symbol is one level deeper than one.
    let refused = serde_json::from_value::<Value>(nested(128, json!({"$symbol": 1}))).unwrap_err();
    assert_eq!(refused.to_string(), "nested too deep: 129, at most 128");

    // So it is without a `Value` in between.
    for atom in [json!(1), json!({"$symbol": "a"}), json!({"$keyword": "a"})] {
        let deepest = sx::to_value(&nested(limits::DEPTH_MAX, atom.clone())).unwrap();
        assert_eq!(
            sx::from_value::<serde_json::Value>(deepest).unwrap(),
            nested(limits::DEPTH_MAX, atom.clone())
        );
        let refused = sx::to_value(&nested(limits::DEPTH_MAX + 1, atom)).unwrap_err();
        assert_eq!(refused.kind(), &sx::ErrorKind::TooDeep { limit: 128, actual: 129 });
    }
    for dict in [json!({"$symbol": 1}), json!({"$symbol": "no name"}), json!({"$$symbol": "a"})] {
        let refused = sx::to_value(&nested(128, dict.clone())).unwrap_err();
        assert_eq!(refused.kind(), &sx::ErrorKind::TooDeep { limit: 128, actual: 129 }, "{dict}");
        sx::to_value(&nested(127, dict)).unwrap();
    }

    // A symbol is one node, though its JSON has two.
    let array = |items: usize| format!("[{}]", vec![r#"{"$symbol":"a"}"#; items].join(","));
    let Value::List(mut items) = from_json(&array(limits::NODES_MAX - 1)).unwrap() else { panic!() };
    let too_many = "too many values in one: 1048577, at most 1048576";
    assert!(from_json(&array(limits::NODES_MAX)).unwrap_err().starts_with(too_many));
    items.push(Value::Nil);
    assert_eq!(serde_json::to_string(&Value::List(items)).unwrap_err().to_string(), too_many);
}

#[test]
fn v8_any_type_that_holds_json_reads_the_same_form() {
    let text = r#"{"$ref" :k :list (list (quote s) 1.0 nil)}"#;
    let json: serde_json::Value = sx::from_str(text).unwrap();
    assert_eq!(json, json!({"$ref": {"$keyword": "k"}, "list": [{"$symbol": "s"}, 1.0, null]}));
    assert_eq!(serde_json::from_value::<Value>(json).unwrap(), sx::parse(text).unwrap());
}
