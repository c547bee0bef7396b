//! What the packages in other languages have in common: methods that take and give what is native to the language.

use crate::contract::{Contract, Fields, Function, Interface, Shape, Type, in_batch};
use crate::kind::Kind;

/// A line has no more characters, where it can be broken.
const WIDTH: usize = 128;

/// Reads that sync, or change when answers are durable: only who holds the lock may ask for them.
const FOR_WRITERS: [(&str, &str); 2] = [("admin", "flush"), ("admin", "set-durability")];

/// A function as a method.
pub(crate) struct Method<'a> {
    /// `map-get`
    pub(crate) name: String,
    pub(crate) interface: &'a str,
    pub(crate) function: &'a Function,
    /// Does it neither write nor sync?
    pub(crate) asks: bool,
    pub(crate) answer: Kind,
}

/// An operation of a transaction, or a question of reads.
pub(crate) struct Gathered<'a> {
    pub(crate) name: &'a str,
    pub(crate) parameters: &'a Fields,
    pub(crate) answer: Kind,
}

/// What an argument is that is left out.
pub(crate) enum Default {
    Nothing,
    Empty,
    /// As many as a page may have.
    Page,
    Word(&'static str),
    /// A record without anything.
    Record,
}

/// A variant by what its cases hold.
pub(crate) struct Cases<'a> {
    pub(crate) words: Vec<&'a str>,
    pub(crate) holding: Vec<(&'a str, &'a Type)>,
}

impl<'a> Cases<'a> {
    pub(crate) fn of(cases: &'a [(String, Option<Type>)]) -> Self {
        let words = cases.iter().filter(|(_, held)| held.is_none()).map(|(case, _)| &case[..]).collect();
        let holding = cases.iter().filter_map(|(case, held)| Some((&case[..], held.as_ref()?))).collect();
        Self { words, holding }
    }
}

impl<'a> Method<'a> {
    /// Those of an interface.
    pub(crate) fn all(interface: &'a Interface) -> impl Iterator<Item = Self> {
        interface.functions.iter().map(|function| Self {
            name: in_batch(&interface.name, &function.name),
            interface: &interface.name,
            function,
            asks: function.is_read && !FOR_WRITERS.contains(&(&interface.name, &function.name)),
            answer: Kind::of_answer(&interface.name, function),
        })
    }

    /// How many arguments, the last ones, may be left out.
    pub(crate) fn defaults(&self) -> usize {
        let parameters = self.function.parameters.iter().rev();
        parameters.take_while(|(name, ty)| default(name, &Kind::of(name, ty)).is_some()).count()
    }
}

impl Contract {
    /// Interfaces that have functions of their own.
    pub(crate) fn called(&self) -> impl Iterator<Item = &Interface> {
        self.interfaces.iter().filter(|interface| !interface.functions.is_empty())
    }

    fn answer_of(&self, name: &str) -> Option<Kind> {
        let mut methods = self.called().flat_map(Method::all);
        methods.find(|method| method.name == name).map(|method| method.answer)
    }

    pub(crate) fn all_operations(&self) -> impl Iterator<Item = Gathered<'_>> {
        self.operations.iter().map(|operation| {
            let answer = self.answer_of(&operation.name).unwrap_or(match operation.outcome {
                Some("stored") => Kind::Text,
                _ => Kind::Nothing,
            });
            Gathered { name: &operation.name, parameters: &operation.parameters, answer }
        })
    }

    pub(crate) fn all_questions(&self) -> impl Iterator<Item = Gathered<'_>> {
        self.questions.iter().map(|(name, parameters)| {
            // That of a segment counts, and is no function.
            let answer = self.answer_of(name).unwrap_or(Kind::Number);
            Gathered { name, parameters, answer }
        })
    }

    /// Does it hold values, which answers give as text?
    pub(crate) fn holds_values(&self, kind: &Kind) -> bool {
        match kind {
            Kind::Value | Kind::OptionalValue | Kind::Lines => true,
            Kind::List(item) | Kind::Optional(item) => self.holds_values(item),
            Kind::Named(name) => match &self.types[name] {
                Shape::Record(fields) => {
                    fields.iter().any(|(name, ty)| self.holds_values(&Kind::of(name, ty)))
                }
                _ => false,
            },
            _ => false,
        }
    }
}

impl Gathered<'_> {
    /// The method that answers it: one of `committed`, or of `moment`.
    pub(crate) fn accessor(&self) -> Option<&'static str> {
        let answer = if let Kind::Optional(item) = &self.answer { item } else { &self.answer };
        match answer {
            Kind::Nothing => None,
            Kind::Flag => Some("flag"),
            Kind::Number | Kind::Signed => Some("number"),
            Kind::Text | Kind::Value | Kind::OptionalValue => Some("text"),
            Kind::Named(_) => Some("entry"),
            other => panic!("{}: {other:?} is no answer in a batch yet", self.name),
        }
    }
}

/// What a parameter of this name is where it is left out, if it may be.
pub(crate) fn default(name: &str, kind: &Kind) -> Option<Default> {
    Some(match (name, kind) {
        ("after", Kind::Optional(_)) => Default::Nothing,
        ("prefix", _) => Default::Empty,
        ("limit", Kind::Small) => Default::Page,
        ("at", Kind::Named(_)) => Default::Word("start"),
        ("direction", Kind::Named(_)) => Default::Word("forward"),
        ("expected", Kind::Named(_)) => Default::Word("any"),
        ("range", Kind::Named(_)) => Default::Record,
        _ => return None,
    })
}

/// A function that makes of a name and what is given for it what the component takes. `named` is that of a named type.
pub(crate) fn takes(kind: &Kind, optional_value: &str, named: fn(&str) -> String) -> String {
    let of = |kind| takes(kind, optional_value, named);
    match kind {
        Kind::Number => "given.number".to_owned(),
        Kind::Small => "given.small".to_owned(),
        Kind::Signed => "given.signed".to_owned(),
        Kind::Text => "given.text".to_owned(),
        Kind::Value => "given.value".to_owned(),
        Kind::OptionalValue => optional_value.to_owned(),
        Kind::Bytes => "given.data".to_owned(),
        Kind::List(item) => format!("given.items({})", of(item)),
        Kind::Optional(item) => format!("given.optional({})", of(item)),
        Kind::Tuple(items) => {
            format!("given.together({})", items.iter().map(of).collect::<Vec<_>>().join(", "))
        }
        Kind::Named(name) => named(name),
        other => panic!("{other:?} is no argument yet"),
    }
}

/// Are these numbers with names, which other languages have as a dictionary?
pub(crate) fn is_counters(kind: &Kind) -> bool {
    matches!(kind, Kind::List(item) if **item == Kind::Named("counter".to_owned()))
}

/// Parts between brackets, on one line where they fit on it, else with a line each. What is within is indented by a step more.
pub(crate) fn bracketed(head: &str, parts: &[String], tail: &str, indent: usize, step: usize) -> String {
    let line = format!("{head}{}{tail}", parts.join(", "));
    let margin = " ".repeat(indent);
    if indent + line.len() <= WIDTH || parts.is_empty() {
        return format!("{margin}{line}\n");
    }
    let within = " ".repeat(indent + step);
    let parts: String = parts.iter().map(|part| format!("{within}{part},\n")).collect();
    format!("{margin}{}\n{parts}{margin}{}\n", head.trim_end(), tail.trim_start())
}

/// A text in lines that are not too long.
pub(crate) fn lines(text: &str, indent: usize) -> Vec<String> {
    let mut lines = vec![String::new()];
    for word in text.split(' ') {
        if lines.last().is_some_and(|line| !line.is_empty() && indent + line.len() + word.len() >= WIDTH) {
            lines.push(String::new());
        }
        if let Some(line) = lines.last_mut() {
            if !line.is_empty() {
                line.push(' ');
            }
            line.push_str(word);
        }
    }
    lines
}
