//! How wild a trace is, and the names and values that are drawn for it.

use sim::random::Random;

/// How wild a trace is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Taste {
    /// Few names, small values, everything allowed: what interacts most, for crashes.
    Dense,
    /// Names and values of every kind, many of them refused, for comparison with the model.
    Hostile,
}

pub(crate) fn name(random: &mut Random, taste: Taste) -> String {
    if taste == Taste::Dense {
        return match random.below(8) {
            0..=3 => "a".to_owned(),
            4..=6 => "b".to_owned(),
            _ => "long".repeat(40),
        };
    }
    match random.below(16) {
        0 => String::new(),
        1 => "n".repeat(1_025),
        2 => "n".repeat(1_024),
        3 => "n".repeat(usize::try_from(random.below(300)).unwrap_or(1)),
        4 => "path/to a key?*".to_owned(),
        5 => "é ☃ \u{10ffff}".to_owned(),
        6 => "\0\n\"\\".to_owned(),
        7 => "..".to_owned(),
        _ => (*random.pick(&["a", "b", "a.log", "61"])).to_owned(),
    }
}

pub(crate) fn quoted(text: &str) -> String {
    let mut out = String::from("\"");
    for next in text.chars() {
        match next {
            '"' | '\\' => out.extend(['\\', next]),
            '\n' => out.push_str("\\n"),
            _ => out.push(next),
        }
    }
    out.push('"');
    out
}

/// The text of a value, in one of the ways that it can be written, or of none.
pub(crate) fn value(random: &mut Random, taste: Taste, depth: usize) -> String {
    const GOOD: [&str; 12] = [
        "nil",
        "true",
        "1",
        "-7",
        "2.5",
        "1e3",
        "\"text\"",
        ":key",
        "(quote sym)",
        "(list)",
        "{}",
        "9223372036854775807",
    ];
    const BAD: [&str; 16] = [
        "1/3",
        "#\\a",
        "1.",
        "+1",
        "(",
        ")",
        "\"open",
        "{:a}",
        "{:a 1 :a 2}",
        "\"\\x\"",
        "1 2",
        "",
        "1e999",
        "9223372036854775808",
        "(quote)",
        "(quote 1 2)",
    ];
    let hostile = taste == Taste::Hostile;
    match random.below(14) {
        0 if hostile && random.one_in(2) => (*random.pick(&BAD)).to_owned(),
        1 if depth < 4 => {
            format!("(list {} {})", value(random, taste, depth + 1), value(random, taste, depth + 1))
        }
        2 if depth < 4 => format!(
            "{{:k {} \"a key\" {}}}",
            value(random, taste, depth + 1),
            value(random, taste, depth + 1)
        ),
        3 if hostile && depth < 4 => {
            format!("[{} ; comment\n {}]", value(random, taste, depth + 1), value(random, taste, depth + 1))
        }
        4 if hostile => format!("'{}", value(random, taste, depth + 1)),
        5 if hostile => (*random.pick(&["sym", "-", "nan", "+x", "a,b", "..", "-x1", "a#"])).to_owned(),
        6 if hostile => format!("{{{} 1}}", random.pick(&["k", ":k", "\"k\"", "true", "1", "\"\"", ":"])),
        7 if hostile => {
            let depth = *random.pick(&[126, 127, 128, 129, 1_000]);
            format!("{}1{}", "(list ".repeat(depth), ")".repeat(depth))
        }
        8 => quoted(&name(random, taste)),
        9 if !hostile => format!("\"{}\"", "x".repeat(usize::try_from(random.below(900)).unwrap_or(0))),
        _ => (*random.pick(&GOOD)).to_owned(),
    }
}
