//! Rust types to text and back (docs/semantics.md V8).

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Debug;
use std::marker::PhantomData;

use serde::de::{DeserializeOwned, IgnoredAny, Visitor};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use sx::{Error, ErrorKind, Value};

#[derive(Debug, Deserialize, PartialEq, Serialize)]
struct Order {
    sku: String,
    qty: u8,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    note: Option<String>,
}

#[derive(Clone, Debug, Deserialize, Eq, Ord, PartialEq, PartialOrd, Serialize)]
enum Shape {
    Point,
    Circle(i64),
    Line(i64, i64),
    Rectangle { width: i64, height: Option<i64> },
    Empty {},
    Named(String),
}

#[derive(Debug, Deserialize, Eq, Ord, PartialEq, PartialOrd, Serialize)]
struct Meters(i64);

#[derive(Debug, Deserialize, Eq, Ord, PartialEq, PartialOrd, Serialize)]
struct Name(String);

#[derive(Debug, Deserialize, PartialEq, Serialize)]
struct Pair(i64, String);

#[derive(Debug, Deserialize, PartialEq, Serialize)]
struct Unit;

fn there_and_back<T: Serialize + DeserializeOwned + PartialEq + Debug>(data: &T, text: &str) {
    assert_eq!(sx::to_string(data).as_deref(), Ok(text));
    assert_eq!(sx::from_str::<T>(text).as_ref(), Ok(data));
    assert_eq!(sx::from_value::<T>(sx::to_value(data).unwrap()).as_ref(), Ok(data));
}

fn refusal<T>(result: Result<T, Error>) -> (ErrorKind, usize) {
    let error = result.err().unwrap();
    (error.kind().clone(), error.offset())
}

fn offset_of<T: DeserializeOwned>(text: &str) -> usize {
    let (kind, offset) = refusal(sx::from_str::<T>(text));
    assert!(matches!(kind, ErrorKind::Message(_)), "{kind:?}");
    offset
}

#[test]
fn v8_each_kind_of_type_has_its_text() {
    there_and_back(&true, "true");
    there_and_back(&-128_i8, "-128");
    there_and_back(&i64::MIN, "-9223372036854775808");
    there_and_back(&u64::from(u32::MAX), "4294967295");
    there_and_back(&7_i128, "7");
    there_and_back(&7_u128, "7");
    there_and_back(&2.0_f64, "2.0");
    there_and_back(&0.1_f32, "0.10000000149011612");
    there_and_back(&'"', r#""\"""#);
    there_and_back(&"two\nlines".to_owned(), r#""two\nlines""#);
    there_and_back(&(), "nil");
    there_and_back(&Unit, "nil");
    there_and_back(&PhantomData::<i64>, "nil");
    there_and_back(&None::<i64>, "nil");
    there_and_back(&Some(Some(7)), "7");
    there_and_back(&Meters(7), "7");
    there_and_back(&Pair(7, "x".into()), r#"(list 7 "x")"#);
    there_and_back(&(1, 'c', vec![None, Some(2.5)]), r#"(list 1 "c" (list nil 2.5))"#);
    there_and_back(&[1_u8, 2], "(list 1 2)");
    there_and_back(&BTreeSet::<i64>::new(), "(list)");
    there_and_back(&Order { sku: "A-1".into(), qty: 2, note: None }, r#"{:qty 2 :sku "A-1"}"#);
}

#[test]
fn v8_enums_are_tagged_from_outside() {
    there_and_back(&Shape::Point, r#""Point""#);
    there_and_back(&Shape::Circle(1), "{:Circle 1}");
    there_and_back(&Shape::Line(1, 2), "{:Line (list 1 2)}");
    there_and_back(&Shape::Rectangle { width: 1, height: None }, "{:Rectangle {:height nil :width 1}}");
    there_and_back(&Shape::Empty {}, "{:Empty {}}");
    there_and_back(&vec![Shape::Named("x".into())], r#"(list {:Named "x"})"#);
}

#[test]
fn v8_symbols_and_keywords_are_given_by_name_to_who_asks_for_text() {
    for text in ["\"Point\"", ":Point", "'Point", "Point", "{:Point nil}"] {
        assert_eq!(sx::from_str::<Shape>(text), Ok(Shape::Point), "{text}");
    }
    assert_eq!(sx::from_str::<Vec<String>>("[a :b 'c \"d\"]").unwrap(), ["a", "b", "c", "d"]);
    assert_eq!(sx::from_str::<char>(":x"), Ok('x'));
    assert_eq!(sx::from_str::<Option<String>>("nil"), Ok(None));
    assert_eq!(sx::from_value::<String>(Value::Symbol("a".into())), Ok("a".into()));
}

#[test]
fn v8_maps_have_keys_of_every_textual_type() {
    there_and_back(&BTreeMap::from([(1, "x".to_owned()), (-2, "y".to_owned())]), r#"{:-2 "y" "1" "x"}"#);
    there_and_back(&BTreeMap::from([(true, 1), (false, 0)]), "{:false 0 :true 1}");
    there_and_back(&BTreeMap::from([('a', 1), (' ', 0)]), r#"{" " 0 :a 1}"#);
    there_and_back(&BTreeMap::from([(Meters(3), 1)]), r#"{"3" 1}"#);
    there_and_back(&BTreeMap::from([(Some(3_u8), 1)]), r#"{"3" 1}"#);
    there_and_back(&BTreeMap::from([(Shape::Point, 1)]), "{:Point 1}");
    there_and_back(&BTreeMap::from([(u64::MAX, 1)]), r#"{"18446744073709551615" 1}"#);
    there_and_back(&BTreeMap::from([(i128::MIN, 1)]), "{:-170141183460469231731687303715884105728 1}");
    there_and_back(&BTreeMap::from([(u128::MAX, 1)]), r#"{"340282366920938463463374607431768211455" 1}"#);
    there_and_back(&BTreeMap::from([(Name("$$a".into()), 1)]), r#"{"$$a" 1}"#);
    there_and_back(&BTreeMap::from([("$symbol".to_owned(), 1)]), r#"{"$symbol" 1}"#);
    there_and_back(&BTreeMap::from([("$symbol".to_owned(), "a b".to_owned())]), r#"{"$symbol" "a b"}"#);
    // What a map looks like it is, as in JSON.
    there_and_back(&BTreeMap::from([("$symbol".to_owned(), "x".to_owned())]), "(quote x)");
    there_and_back(&BTreeMap::from([("$$symbol".to_owned(), "x".to_owned())]), r#"{"$symbol" "x"}"#);
    // One number has one text as a key, or two keys could become one.
    assert_eq!(offset_of::<BTreeMap<i64, i64>>(r#"{"1" 1 "01" 2}"#), 7);
    for refused in [sx::to_string(&BTreeMap::from([((), 1)])), sx::to_string(&BTreeMap::from([(vec![1], 1)]))]
    {
        assert_eq!(
            refusal(refused).0.reason(),
            "a dict key must be a string, a character, an integer or a bool"
        );
    }
}

#[test]
fn v8_integers_and_floats_are_not_exchanged() {
    assert_eq!(refusal(sx::to_value(&u64::MAX)).0, ErrorKind::IntegerRange);
    assert_eq!(refusal(sx::to_value(&(1_u64 << 63))).0, ErrorKind::IntegerRange);
    assert_eq!(sx::to_value(&((1_u64 << 63) - 1)), Ok(Value::Int(i64::MAX)));
    assert_eq!(refusal(sx::to_value(&i128::MIN)).0, ErrorKind::IntegerRange);
    assert_eq!(refusal(sx::to_value(&f32::NAN)).0, ErrorKind::NonFinite);
    assert_eq!(sx::from_str::<f64>("3"), Ok(3.0));
    assert_eq!(offset_of::<Vec<i64>>("(list 1 3.0)"), 8);
    assert_eq!(offset_of::<u64>("-1"), 0);
}

#[test]
fn v8_errors_carry_the_offset_of_what_did_not_fit() {
    assert_eq!(offset_of::<Order>(r#"{:sku "A-1" :qty 300}"#), 17);
    assert_eq!(offset_of::<Order>("{:sku (list) :qty 3}"), 6);
    assert_eq!(offset_of::<Order>(" {:qty 2}"), 1);
    assert_eq!(offset_of::<Vec<Order>>(r#"(list {:sku "x" :qty 1} {:sku "x"})"#), 24);
    assert_eq!(offset_of::<Vec<Order>>("[x]"), 1);
    assert_eq!(offset_of::<Shape>(" :Square"), 1);
    assert_eq!(offset_of::<Shape>("{:Square 1}"), 1);
    assert_eq!(offset_of::<Shape>("{:Circle \"x\"}"), 9);
    assert_eq!(offset_of::<Shape>("{:Line [1 2 3]}"), 12);
    assert_eq!(offset_of::<Shape>("{:Line [1]}"), 7);
    assert_eq!(offset_of::<Shape>("{:Rectangle {:width \"x\"}}"), 20);
    assert_eq!(offset_of::<Shape>("{:Circle 1 :Point nil}"), 11);
    assert_eq!(offset_of::<Shape>("{:Point 1}"), 8);
    assert_eq!(offset_of::<Shape>("[ {} ]"), 0);
    assert_eq!(offset_of::<Vec<Shape>>("[ {} ]"), 2);
    assert_eq!(offset_of::<(i64, i64)>("(list 1 2 3)"), 10);
    assert_eq!(offset_of::<BTreeMap<bool, i64>>("{:true 1 :maybe 0}"), 9);
    assert_eq!(offset_of::<Vec<char>>("(list \"ab\")"), 6);
    assert_eq!(offset_of::<Vec<i64>>("(quote (1 a))"), 10);
    assert_eq!(offset_of::<BTreeMap<String, i64>>("'a"), 0);
    assert_eq!(offset_of::<BTreeMap<String, i64>>(r#"{"$symbol" "a b"}"#), 11);
    assert_eq!(offset_of::<std::num::NonZeroU8>("  0"), 2);
    assert_eq!(refusal(sx::from_str::<i64>("1 2")), (ErrorKind::TrailingText, 2));
    assert_eq!(refusal(sx::from_str::<Order>(r#"{:sku "x" :qty"#)), (ErrorKind::UnexpectedEnd, 14));
    let error = sx::from_str::<Order>(r#"{:sku "A-1" :qty 300}"#).unwrap_err();
    assert_eq!(error.to_string(), "invalid value: integer `300`, expected u8 (at byte 17)");
}

#[test]
fn v8_key_given_twice_is_refused_whatever_the_type() {
    assert_eq!(refusal(sx::from_str::<Order>(r#"{:qty 1 :sku "x" :qty 2}"#)), (ErrorKind::DuplicateKey, 17));
    assert_eq!(refusal(sx::from_str::<BTreeMap<String, i64>>("{a 1 :a 2}")), (ErrorKind::DuplicateKey, 5));
    assert_eq!(refusal(sx::from_str::<IgnoredAny>("[{a 1 :a 2}]")), (ErrorKind::DuplicateKey, 6));
    let doubled = Doubled;
    assert_eq!(refusal(sx::to_value(&doubled)).0, ErrorKind::DuplicateKey);
}

struct Doubled;

impl Serialize for Doubled {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map([("a", 1), ("a", 2)])
    }
}

#[derive(Debug, PartialEq)]
struct Bytes(Vec<u8>);

impl Serialize for Bytes {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_bytes(&self.0)
    }
}

impl<'de> Deserialize<'de> for Bytes {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Visit;
        impl Visitor<'_> for Visit {
            type Value = Bytes;
            fn expecting(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                out.write_str("bytes")
            }
            fn visit_bytes<E>(self, bytes: &[u8]) -> Result<Bytes, E> {
                Ok(Bytes(bytes.to_vec()))
            }
        }
        deserializer.deserialize_bytes(Visit)
    }
}

#[test]
fn v8_bytes_are_a_list_of_integers() {
    there_and_back(&Bytes(vec![]), "(list)");
    there_and_back(&Bytes(vec![0, 255]), "(list 0 255)");
    assert_eq!(offset_of::<Bytes>("[0 256]"), 3);
    assert_eq!(offset_of::<Vec<Bytes>>("[:a]"), 1);
}

#[derive(Debug, Deserialize, PartialEq, Serialize)]
struct Event {
    seq: u64,
    data: Value,
    #[serde(flatten)]
    rest: BTreeMap<String, Value>,
}

#[test]
fn v8_values_inside_types_keep_symbols_keywords_and_keys() {
    let text = r#"{"$symbol" (quote b) :data {"$$a" (quote s) "$keyword" :k} :more (list :k {"$symbol" "x"}) :seq 1}"#;
    let event: Event = sx::from_str(text).unwrap();
    assert_eq!(event.rest["$symbol"], Value::Symbol("b".into()));
    assert_eq!(event.data.get("$keyword"), Some(&Value::Keyword("k".into())));
    there_and_back(&event, text);
}

#[derive(Debug, Deserialize, PartialEq, Serialize)]
#[serde(tag = "type", rename_all = "kebab-case")]
enum Internal {
    OrderPlaced { qty: i64, tag: Value },
}

#[derive(Debug, Deserialize, PartialEq, Serialize)]
#[serde(untagged)]
enum Loose {
    Number(i64),
    Text(String),
    Any(Value),
}

#[test]
fn v8_internally_tagged_and_untagged_enums_work() {
    let internal = Internal::OrderPlaced { qty: 1, tag: Value::Symbol("t".into()) };
    there_and_back(&internal, r#"{:qty 1 :tag (quote t) :type "order-placed"}"#);
    assert_eq!(sx::from_str::<Internal>("{:type :order-placed :qty 1 :tag t}").unwrap(), internal);
    let loose = vec![Loose::Number(1), Loose::Text("x".into()), Loose::Any(Value::Symbol("s".into()))];
    there_and_back(&loose, r#"(list 1 "x" (quote s))"#);
}

#[derive(Debug, Deserialize, PartialEq, Serialize)]
#[serde(tag = "kind")]
enum Schema {
    Link {
        #[serde(rename = "$ref")]
        to: String,
    },
    Text {
        #[serde(rename = "$symbol")]
        symbol: String,
    },
}

#[derive(Debug, Deserialize, PartialEq, Serialize)]
#[serde(tag = "$symbol")]
enum Bare {
    On,
    Off { since: u8 },
}

#[derive(Debug, Deserialize, PartialEq, Serialize)]
struct Field {
    #[serde(rename = "$keyword")]
    keyword: String,
}

#[test]
fn v6_keys_that_begin_with_a_dollar_come_back_to_every_type() {
    there_and_back(&Schema::Link { to: "#/a".into() }, r##"{"$ref" "#/a" :kind "Link"}"##);
    there_and_back(&Schema::Text { symbol: "a".into() }, r#"{"$symbol" "a" :kind "Text"}"#);
    there_and_back(&Bare::Off { since: 3 }, r#"{"$symbol" "Off" :since 3}"#);
    there_and_back(&Bare::On, "(quote On)");
    there_and_back(&Field { keyword: "no name".into() }, r#"{"$keyword" "no name"}"#);
    there_and_back(&Field { keyword: "eu".into() }, ":eu");
    there_and_back(&vec![Field { keyword: "a".into() }, Field { keyword: "b".into() }], "(list :a :b)");
}

#[test]
fn v8_symbol_under_the_tag_of_an_enum_is_refused() {
    #[derive(Serialize)]
    #[serde(tag = "type")]
    enum Tagged {
        Value(Value),
    }
    let refused = refusal(sx::to_value(&Tagged::Value(Value::Symbol("s".into()))));
    assert_eq!(refused.0.reason(), "a symbol or keyword cannot carry the tag of an enum");
}

#[derive(Debug, Deserialize, Serialize)]
struct Chain(Option<Box<Chain>>);

#[derive(Debug, Deserialize, Serialize)]
struct Tower(Vec<Tower>);

#[test]
fn v8_types_that_go_on_for_ever_end_at_the_depth_limit() {
    assert!(sx::from_str::<Chain>("nil").is_ok());
    assert_eq!(refusal(sx::from_str::<Chain>("(list)")), (ErrorKind::TooDeep { limit: 128, actual: 129 }, 0));
    let mut chain = Chain(None);
    for _ in 0..1000 {
        chain = Chain(Some(Box::new(chain)));
    }
    assert_eq!(refusal(sx::to_value(&chain)).0, ErrorKind::TooDeep { limit: 128, actual: 129 });

    let tower = |depth: usize| (1..depth).fold(Tower(vec![]), |tower, _| Tower(vec![tower]));
    let text = sx::to_string(&tower(128)).unwrap();
    assert!(sx::from_str::<Tower>(&text).is_ok());
    assert_eq!(refusal(sx::to_string(&tower(129))).0, ErrorKind::TooDeep { limit: 128, actual: 129 });
    let text = format!("(list {text})");
    assert_eq!(refusal(sx::from_str::<Tower>(&text)).0, ErrorKind::TooDeep { limit: 128, actual: 129 });
}

#[test]
fn v8_variants_count_towards_depth_and_nodes_as_their_text_does() {
    #[derive(Debug, Deserialize, PartialEq, Serialize)]
    enum Link {
        End,
        Next(Box<Link>),
        Pair(Box<Link>, i64),
        Field { next: Box<Link> },
    }
    let chain = |depth: usize| (1..depth).fold(Link::End, |link, _| Link::Next(Box::new(link)));
    there_and_back(&chain(128), &sx::to_string(&chain(128)).unwrap());
    assert_eq!(refusal(sx::to_value(&chain(129))).0, ErrorKind::TooDeep { limit: 128, actual: 129 });
    for wrap in [|link| Link::Pair(link, 1), |next| Link::Field { next }] {
        let deepest = wrap(Box::new(chain(126)));
        there_and_back(&deepest, &sx::to_string(&deepest).unwrap());
        let too_deep = wrap(Box::new(chain(127)));
        assert_eq!(refusal(sx::to_value(&too_deep)).0, ErrorKind::TooDeep { limit: 128, actual: 129 });
    }
}

#[test]
fn v8_error_says_what_and_where() {
    let error = sx::parse("[1/3]").unwrap_err();
    assert_eq!(error.to_string(), "rational numbers are not stored (at byte 1)");
    let error = sx::parse(&"[".repeat(200)).unwrap_err();
    assert_eq!(error.to_string(), "nested too deep: 129, at most 128 (at byte 128)");
    assert_eq!(error.reason(), "nested too deep");
    let error = sx::print(&Value::Float(f64::NAN)).unwrap_err();
    assert_eq!((error.to_string().as_str(), error.offset()), ("NaN and infinities are not stored", 0));
}
