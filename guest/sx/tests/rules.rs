//! The rules for values, V1 to V7 of docs/semantics.md, by their numbers. V8 is in `rust_types.rs` and
//! `json.rs`.

use std::collections::BTreeMap;

use sx::limits::{DEPTH_MAX, NODES_MAX, TEXT_BYTES_MAX};
use sx::{Error, ErrorKind, Value};

fn parsed(text: &str) -> String {
    sx::print(&sx::parse(text).unwrap()).unwrap()
}

fn refusal<T>(result: Result<T, Error>) -> (ErrorKind, usize) {
    let error = result.err().unwrap();
    (error.kind().clone(), error.offset())
}

fn refused(text: &str) -> (ErrorKind, usize) {
    let refusal = refusal(sx::parse(text));
    // Every other way in says the same.
    assert_eq!(self::refusal(sx::canonical(text)), refusal, "{text}");
    assert_eq!(self::refusal(sx::from_str::<Value>(text)), refusal, "{text}");
    assert_eq!(self::refusal(sx::from_str::<serde::de::IgnoredAny>(text)), refusal, "{text}");
    refusal
}

fn symbol(name: &str) -> Value {
    Value::Symbol(name.to_owned())
}

fn keyword(name: &str) -> Value {
    Value::Keyword(name.to_owned())
}

#[test]
fn v1_each_type_reads_as_itself() {
    let text = r#"(list nil true -7 2.5 "x" (quote s) :k (list) {:a 1})"#;
    let items = vec![
        Value::Nil,
        Value::Bool(true),
        Value::Int(-7),
        Value::Float(2.5),
        Value::from("x"),
        symbol("s"),
        keyword("k"),
        Value::List(vec![]),
        Value::Dict(BTreeMap::from([("a".to_owned(), Value::Int(1))])),
    ];
    assert_eq!(sx::parse(text).unwrap(), Value::List(items));
}

#[test]
fn v1_rational_is_refused_with_its_offset() {
    assert_eq!(refused("(list 1 1/3)"), (ErrorKind::Rational, 8));
    assert_eq!(refused("-22/7"), (ErrorKind::Rational, 0));
    assert_eq!(refused("{:a 1/3}"), (ErrorKind::Rational, 4));
}

#[test]
fn v1_character_is_refused_with_its_offset() {
    assert_eq!(refused("(list #\\a)"), (ErrorKind::Character, 6));
    assert_eq!(refused("#\\space"), (ErrorKind::Character, 0));
    assert_eq!(refused("{#\\a 1}"), (ErrorKind::Character, 1));
    assert_eq!(refused("#t"), (ErrorKind::UnexpectedText, 0));
}

#[test]
fn v1_integer_past_64_bits_is_refused_and_the_last_within_them_taken() {
    assert_eq!(sx::parse("9223372036854775807"), Ok(Value::Int(i64::MAX)));
    assert_eq!(sx::parse("-9223372036854775808"), Ok(Value::Int(i64::MIN)));
    assert_eq!(sx::parse("00000000000000000000000000001"), Ok(Value::Int(1)));
    assert_eq!(refused("9223372036854775808"), (ErrorKind::IntegerRange, 0));
    assert_eq!(refused("[0 -9223372036854775809]"), (ErrorKind::IntegerRange, 3));
}

#[test]
fn v2_canonical_text_is_one_sorted_line() {
    let wild = "; a comment\n{ :b [1 (2 'x)]\r\n \"first name\" \"two\nlines\" a '(f :k)\t}\x0c";
    let canonical = r#"{:a (list (quote f) :k) :b (list 1 (list 2 (quote x))) "first name" "two\nlines"}"#;
    assert_eq!(parsed(wild), canonical);
    assert_eq!(sx::canonical(wild).unwrap(), canonical);
}

#[test]
fn v2_only_five_escapes_are_printed() {
    let text = "\" \\ \n \r \t \u{0} \u{1b} \u{7f} é ☃";
    assert_eq!(sx::print(&Value::from(text)).unwrap(), "\"\\\" \\\\ \\n \\r \\t \u{0} \u{1b} \u{7f} é ☃\"");
}

#[test]
fn v2_keys_are_sorted_by_their_bytes_and_not_by_their_text() {
    // The quote of a quoted key stands before every letter, and the key `é` behind them.
    assert_eq!(parsed("{:b 1 \"é\" 2 \"a b\" 3 :a 4 \"\" 5 :A 6}"), r#"{"" 5 :A 6 :a 4 "a b" 3 :b 1 "é" 2}"#);
}

#[test]
fn v2_texts_of_the_store_before_this_one_are_canonical() {
    for text in [
        r#"(list {:at 0 :data {:qty 2 :sku "A-1"} :seq 1 :stream "orders" :type "placed"})"#,
        r#"{:at 9 :data {:note "quote \" backslash \\ newline \n tab \t return \r end"} :seq 3 :stream "orders"}"#,
        r#"{:at 9 :data {:tags (list :new :eu "x" 1 nil true false (list) {})} :seq 4}"#,
        r#"{:at 0 :data "héllo — ☃" :seq 1 :stream "naïve/ünïcode ☃ name" :type "x"}"#,
        "{:at 9 :data (quote shipped) :seq 5}",
        "(list 1 2.5 -7 \"x\" :kw (quote sym) nil true)",
    ] {
        assert_eq!(sx::canonical(text).unwrap(), text);
        assert_eq!(parsed(text), text);
    }
}

#[test]
fn v3_floats_print_shortest_and_come_back_as_floats() {
    for (float, text) in [
        (3.0, "3.0"),
        (0.0, "0.0"),
        (-0.0, "-0.0"),
        (0.1, "0.1"),
        (1e300, "1e300"),
        (1e15, "1000000000000000.0"),
        (1e16, "1e16"),
        (1e-4, "0.0001"),
        (1e-7, "1e-7"),
        (5e-324, "5e-324"),
        (f64::MAX, "1.7976931348623157e308"),
        (-f64::MIN_POSITIVE, "-2.2250738585072014e-308"),
    ] {
        assert_eq!(sx::print(&Value::Float(float)).unwrap(), text);
        assert_eq!(sx::parse(text).unwrap().as_float().map(f64::to_bits), Some(float.to_bits()));
    }
}

#[test]
fn v3_numbers_follow_their_grammar_as_a_whole() {
    for (text, float) in [("1e3", 1e3), ("1E+3", 1e3), ("-1.5e-3", -1.5e-3), ("0.50", 0.5), ("1e-999", 0.0)] {
        assert_eq!(sx::parse(text), Ok(Value::Float(float)));
    }
    for text in [
        "1.", "1.e3", "1e", "1e+", "1x", "1.2.3", "1/2/3", "1/x", "1/-2", "-1-", "1,000", "+1", "+1.5",
        "0x1f",
    ] {
        assert_eq!(refused(text), (ErrorKind::NumberSyntax, 0), "{text}");
    }
    assert_eq!(sx::parse("-.5"), Ok(symbol("-.5")));
    assert_eq!(parsed("-0"), "0");
    assert_eq!(parsed("007"), "7");
}

#[test]
fn v3_nan_and_infinities_are_refused() {
    for float in [f64::NAN, f64::INFINITY, f64::NEG_INFINITY] {
        assert_eq!(refusal(sx::print(&Value::Float(float))).0, ErrorKind::NonFinite);
        assert_eq!(refusal(sx::to_string(&Value::Float(float))).0, ErrorKind::NonFinite);
    }
    assert_eq!(refused("1e309"), (ErrorKind::NonFinite, 0));
    assert_eq!(refused("[-1e309]"), (ErrorKind::NonFinite, 1));
}

#[test]
fn v4_keys_that_are_tokens_print_as_keywords_and_others_quoted() {
    assert_eq!(parsed(r#"{"first name" 1 "kv-has?" 2 "1st" 3 "true" 4 "-1" 5}"#), {
        r#"{:-1 5 "1st" 3 "first name" 1 :kv-has? 2 :true 4}"#
    });
}

#[test]
fn v4_tokens_have_their_characters() {
    for byte in 0..=127_u8 {
        let character = char::from(byte);
        let starts = "_~*+-></=!?&".contains(character) || character.is_ascii_alphabetic();
        let continues = starts || ".:/#,".contains(character) || character.is_ascii_digit();
        assert_eq!(sx::is_token(&character.to_string()), starts, "{character:?}");
        assert_eq!(sx::is_token(&format!("a{character}")), continues, "{character:?}");
    }
    assert!(!sx::is_token(""));
    assert!(!sx::is_token("aé"));
}

#[test]
fn v4_names_that_would_not_read_back_are_refused() {
    for name in
        ["", "first name", "1a", ":a", "naïve", "a\"", "a)", "true", "false", "nil", "-1", "+1", "-1x"]
    {
        assert_eq!(refusal(sx::print(&symbol(name))).0, ErrorKind::Name, "{name}");
    }
    for name in ["", "first name", "1a", ":a", "naïve", "a)"] {
        assert_eq!(refusal(sx::print(&keyword(name))).0, ErrorKind::Name, "{name}");
    }
    for text in [":true", ":-1", "(quote -)", "(quote list)", "(quote +x)", "(quote -.5)", ":a:b,c#d.e/f"] {
        assert_eq!(parsed(text), text);
    }
    assert_eq!(refused("[1 :]"), (ErrorKind::Name, 3));
    assert_eq!(refused("::a"), (ErrorKind::Name, 0));
    assert_eq!(refused(":1"), (ErrorKind::Name, 0));
}

#[test]
fn v4_key_given_twice_is_refused_with_its_offset() {
    assert_eq!(refused("{:a 1 :b 2 :a 3}"), (ErrorKind::DuplicateKey, 11));
    assert_eq!(refused("{:a 1 \"a\" 2}"), (ErrorKind::DuplicateKey, 6));
    assert_eq!(refused("{\"a\\n\" 1 \"a\n\" 2}"), (ErrorKind::DuplicateKey, 9));
    assert_eq!(parsed("{:a {:a 1} :b {:a 1}}"), "{:a {:a 1} :b {:a 1}}");
}

#[test]
fn v5_brackets_of_both_kinds_are_lists() {
    for text in ["(list 1 2)", "(1 2)", "[1 2]", "( list\n1 2 )", "(;c\nlist 1;c\n2)", "\t[ 1 2 ]"] {
        assert_eq!(parsed(text), "(list 1 2)", "{text}");
    }
    for text in ["()", "[]", "(list)", "( list )", "'()"] {
        assert_eq!(parsed(text), "(list)", "{text}");
    }
    assert_eq!(parsed("(list\"a\"[])"), r#"(list "a" (list))"#);
    assert_eq!(refused("(1]"), (ErrorKind::UnexpectedText, 2));
    assert_eq!(refused("[1)"), (ErrorKind::UnexpectedText, 2));
    assert_eq!(refused(")"), (ErrorKind::UnexpectedText, 0));
}

#[test]
fn v5_words_are_special_only_bare_and_first_in_round_brackets() {
    assert_eq!(parsed("[list 1]"), "(list (quote list) 1)");
    assert_eq!(parsed("('list 1)"), "(list (quote list) 1)");
    assert_eq!(parsed("(1 list)"), "(list 1 (quote list))");
    assert_eq!(parsed("(listen 1)"), "(list (quote listen) 1)");
    assert_eq!(parsed("[quote a]"), "(list (quote quote) (quote a))");
    assert_eq!(parsed("(list list)"), "(list (quote list))");
}

#[test]
fn v5_quote_takes_one_value_and_leaves_it_unevaluated() {
    for text in ["'x", "(quote x)", "( quote ;c\n x ;c\n )", "x", "' x"] {
        assert_eq!(parsed(text), "(quote x)", "{text}");
    }
    for text in ["'(a 1)", "(quote (a 1))", "'[a 1]", "(a 1)"] {
        assert_eq!(parsed(text), "(list (quote a) 1)", "{text}");
    }
    assert_eq!(parsed("'(list 1)"), "(list (quote list) 1)");
    assert_eq!(parsed("'(quote x)"), "(list (quote quote) (quote x))");
    assert_eq!(parsed("'(quote)"), "(list (quote quote))");
    assert_eq!(parsed("''x"), "(list (quote quote) (quote x))");
    assert_eq!(parsed("'(a 'b)"), "(list (quote a) (list (quote quote) (quote b)))");
    assert_eq!(parsed("'{a (list 'b)}"), "{:a (list (quote list) (list (quote quote) (quote b)))}");
    for text in ["'nil", "(quote nil)"] {
        assert_eq!(parsed(text), "nil");
    }
    assert_eq!(parsed("'-1"), "-1");
    assert_eq!(refused("(quote)"), (ErrorKind::UnexpectedText, 6));
    assert_eq!(refused("(quote a b)"), (ErrorKind::UnexpectedText, 9));
    assert_eq!(refused("(quote [a] b)"), (ErrorKind::UnexpectedText, 11));
    assert_eq!(refused("[']"), (ErrorKind::UnexpectedText, 2));
    assert_eq!(refused("'"), (ErrorKind::UnexpectedEnd, 1));
    assert_eq!(refused("(quote a"), (ErrorKind::UnexpectedEnd, 8));
}

#[test]
fn v5_dict_keys_are_strings_keywords_and_bare_symbols() {
    assert_eq!(parsed("{a 1 \"b\" 2 :c 3}"), "{:a 1 :b 2 :c 3}");
    assert_eq!(refused("{:a}"), (ErrorKind::UnexpectedText, 3));
    assert_eq!(refused("{:a 1 :b}"), (ErrorKind::UnexpectedText, 8));
    assert_eq!(refused("{:a"), (ErrorKind::UnexpectedEnd, 3));
    for text in ["{true 1}", "{nil 1}", "{-1 1}", "{1 1}", "{+1 1}", "{'a 1}", "{(quote a) 1}", "{{} 1}"] {
        assert_eq!(refused(text), (ErrorKind::UnexpectedText, 1), "{text}");
    }
}

#[test]
fn v5_white_space_and_comments_stand_anywhere_between() {
    assert_eq!(parsed(" \t\r\n\x0c;one\n;two\n7;three"), "7");
    assert_eq!(refused("\x0b7"), (ErrorKind::UnexpectedText, 0));
    assert_eq!(refused("\u{a0}7"), (ErrorKind::UnexpectedText, 0));
    assert_eq!(refused("[1 ,2]"), (ErrorKind::UnexpectedText, 3));
    assert_eq!(refused(" ; nothing"), (ErrorKind::UnexpectedEnd, 10));
    assert_eq!(refused(""), (ErrorKind::UnexpectedEnd, 0));
}

#[test]
fn v5_other_escapes_are_refused() {
    assert_eq!(sx::parse(r#""\"\\\n\r\t""#), Ok(Value::from("\"\\\n\r\t")));
    for text in [r#""a\b""#, r#""a\u0041""#, r#""a\0""#, r#""a\/""#, "\"a\\é\"", "\"a\\\n\""] {
        assert_eq!(refused(text), (ErrorKind::Escape, 2), "{text}");
    }
    assert_eq!(refused("\"a\\"), (ErrorKind::UnexpectedEnd, 3));
    assert_eq!(refused("\"a"), (ErrorKind::UnexpectedEnd, 2));
}

#[test]
fn v5_text_behind_the_value_is_refused_in_a_whole_text_only() {
    assert_eq!(refused("1 ;c\n 2"), (ErrorKind::TrailingText, 6));
    assert_eq!(refused("{})"), (ErrorKind::TrailingText, 2));
    assert_eq!(sx::parse_prefix(" 1 \\"), Ok((Value::Int(1), 2)));
    assert_eq!(sx::parse_prefix("(quote x)y"), Ok((symbol("x"), 9)));
    assert_eq!(sx::parse_prefix("'x y"), Ok((symbol("x"), 2)));
    assert_eq!(refusal(sx::parse_prefix("(list 1")), (ErrorKind::UnexpectedEnd, 7));
}

#[test]
fn v6_printed_text_reads_back_and_is_printed_again() {
    // `properties.rs` holds the rule for every value; these are the ones that look like something else.
    for text in
        ["-0.0", "(quote nil?)", ":nil", "(quote --1)", r#"{"$" 2 :true 1}"#, r#"{"a\\" "\\\"" "é" :e}"#]
    {
        assert_eq!(parsed(text), text);
        assert_eq!(sx::parse(&parsed(text)), sx::parse(text));
    }
}

fn nested(depth: usize, open: &str, atom: &str, close: &str) -> String {
    format!("{}{atom}{}", open.repeat(depth - 1), close.repeat(depth - 1))
}

#[test]
fn v7_depth_128_passes_and_129_is_refused_in_every_form() {
    for (open, atom, close) in [
        ("(list ", "nil", ")"),
        ("(list ", "(list)", ")"),
        ("(list ", "{}", ")"),
        ("(list ", "(quote a)", ")"),
        ("(", "a", ")"),
        ("[", "[]", "]"),
        ("{:a ", ":b", "}"),
        ("{:a ", "{}", "}"),
    ] {
        let deepest = nested(DEPTH_MAX, open, atom, close);
        let too_deep = nested(DEPTH_MAX + 1, open, atom, close);
        let value = sx::parse(&deepest).unwrap();
        let text = sx::print(&value).unwrap();
        assert_eq!(sx::canonical(&deepest).unwrap(), text);
        assert_eq!(sx::from_str::<Value>(&deepest).unwrap(), value);
        assert_eq!(sx::to_value(&value).unwrap(), value);
        assert_eq!(sx::from_value::<Value>(value.clone()).unwrap(), value);
        assert_eq!(refused(&too_deep).0, ErrorKind::TooDeep { limit: 128, actual: 129 }, "{too_deep}");
    }
}

#[test]
fn v7_ticks_count_towards_depth() {
    assert!(sx::parse(&format!("{}a", "'".repeat(128))).is_ok());
    assert_eq!(refused(&format!("{}a", "'".repeat(129))).0, ErrorKind::TooDeep { limit: 128, actual: 129 });
    assert!(sx::parse(&"'".repeat(1_000_000)).is_err());
}

#[test]
fn v7_deep_value_is_refused_by_the_printer_and_serde() {
    let refusal_of = ErrorKind::TooDeep { limit: 128, actual: 129 };
    for leaf in [Value::Nil, Value::List(vec![]), Value::Dict(BTreeMap::new())] {
        let mut value = leaf;
        for _ in 1..128 {
            value = Value::List(vec![value]);
        }
        assert!(sx::print(&value).is_ok());
        value = Value::List(vec![value]);
        assert_eq!(refusal(sx::print(&value)), (refusal_of.clone(), 0));
        assert_eq!(refusal(sx::to_value(&value)), (refusal_of.clone(), 0));
        assert_eq!(refusal(sx::from_value::<Value>(value.clone())), (refusal_of.clone(), 0));
        assert_eq!(
            serde_json::to_value(&value).unwrap_err().to_string(),
            "nested too deep: 129, at most 128"
        );
    }
}

#[test]
fn v7_no_text_exhausts_the_stack() {
    for piece in ["(", "[", "{", "'", "(list ", "(quote ", "{:a ", "((list", "'(quote "] {
        let text = piece.repeat(1_000_000);
        assert!(sx::parse(&text).is_err());
        assert!(sx::canonical(&text).is_err());
        assert!(sx::from_str::<Value>(&text).is_err());
        assert_eq!(sx::field(&text, "a"), None);
    }
}

#[test]
fn v7_text_of_16_mib_passes_and_one_byte_more_is_refused() {
    let limit = TEXT_BYTES_MAX;
    let text = format!("\"{}\"", "x".repeat(limit - 2));
    let value = sx::parse(&text).unwrap();
    assert_eq!(sx::print(&value).unwrap().len(), limit);
    assert_eq!(sx::canonical(&text).unwrap(), text);

    let canonical_but_longer = format!("\"{}\"", "x".repeat(limit - 1));
    assert_eq!(refused(&canonical_but_longer).0, ErrorKind::TooLong { limit, actual: limit + 1 });
    let longer = format!("{text} ");
    let too_long = ErrorKind::TooLong { limit, actual: limit + 1 };
    assert_eq!(refused(&longer), (too_long.clone(), limit));
    assert_eq!(sx::parse_prefix(&longer), Ok((value, limit)));
    assert_eq!(refusal(sx::parse_prefix(&format!(" {text}"))), (too_long.clone(), limit));
    assert_eq!(refusal(sx::print(&Value::from("x".repeat(limit - 1)))).0, too_long);
    assert_eq!(refusal(sx::print(&Value::from("\n".repeat(limit / 2)))).0, {
        ErrorKind::TooLong { limit, actual: limit + 2 }
    });
}

#[test]
fn v7_short_text_whose_canonical_text_is_too_long_is_refused() {
    let text = format!("[{}]", "abcdefgh ".repeat(1_040_000));
    assert!(sx::parse(&text).is_ok());
    let (kind, offset) = refusal(sx::canonical(&text));
    assert_eq!(offset, 0);
    let ErrorKind::TooLong { limit, actual } = kind else { panic!("{kind:?}") };
    assert!(limit == TEXT_BYTES_MAX && actual > limit);
}

#[test]
fn v7_a_million_nodes_pass_and_one_more_is_refused() {
    let most = format!("(list{})", " 1".repeat(NODES_MAX - 1));
    let value = sx::parse(&most).unwrap();
    assert_eq!(sx::print(&value).unwrap(), most);
    assert_eq!(sx::canonical(&most).unwrap(), most);
    assert_eq!(sx::from_str::<Value>(&most).unwrap(), value);
    assert_eq!(sx::to_value(&value).unwrap(), value);

    let too_many = ErrorKind::TooManyNodes { limit: NODES_MAX, actual: NODES_MAX + 1 };
    assert_eq!(
        refused(&format!("(list{})", " 1".repeat(NODES_MAX))),
        (too_many.clone(), 5 + 2 * NODES_MAX - 1)
    );
    let Value::List(mut items) = value else { panic!() };
    items.push(Value::Nil);
    let value = Value::List(items);
    assert_eq!(refusal(sx::print(&value)).0, too_many);
    assert_eq!(refusal(sx::to_value(&value)).0, too_many);
    assert_eq!(refusal(sx::from_value::<Value>(value)).0, too_many);
}
