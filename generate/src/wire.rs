//! Calls as bytes: the functions that are no operations of a transaction, with their numbers, and the types of all of them.

use crate::contract::{Contract, Fields, Function, Shape, Type};
use crate::rust::{camel, listed, owned, snake};

/// Functions that are calls beside being operations: bytes of a blob that are too many for the journal.
const BOTH: [(&str, &str); 1] = [("blob", "put")];

/// A function that is a call.
pub(crate) struct Call<'a> {
    pub(crate) interface: &'a str,
    pub(crate) function: &'a Function,
    number: usize,
}

impl Call<'_> {
    /// `persist.kv-get`
    fn name(&self) -> String {
        format!("{}.{}", self.interface, self.function.name)
    }

    /// `PersistKvGet`
    pub(crate) fn case(&self) -> String {
        camel(self.interface) + &camel(&self.function.name)
    }

    /// What makes of its error the index and the reason of a refusal.
    pub(crate) fn refused(&self) -> &'static str {
        match self.function.refuses_one() {
            true => "|refusal| (refusal.index, refusal.reason)",
            false => "|error| (None, error)",
        }
    }

    /// What it answers, without its errors.
    fn answer(&self) -> &Type {
        let Type::Result(ok, _) = &self.function.answer else { panic!("{}: no result", self.name()) };
        ok
    }

    fn arguments(&self) -> String {
        let types = self.function.parameters.iter().map(|(_, ty)| owned(ty) + ", ");
        format!("({})", types.collect::<String>())
    }
}

impl Contract {
    /// The functions that are calls, in the order of `wit/`.
    pub(crate) fn calls(&self) -> Vec<Call<'_>> {
        let functions = self.interfaces.iter().flat_map(|interface| {
            interface.functions.iter().map(|function| (interface.name.as_str(), function))
        });
        let calls = functions.filter(|(interface, function)| {
            self.operation(interface, &function.name).is_none()
                || BOTH.contains(&(*interface, function.name.as_str()))
        });
        calls.zip(1..).map(|((interface, function), number)| Call { interface, function, number }).collect()
    }
}

/// `wire/src/function.rs`
pub(crate) fn functions(contract: &Contract) -> String {
    let calls = contract.calls();
    let cases: String =
        calls.iter().map(|call| format!("/// `{}`\n{},\n", call.name(), call.case())).collect();
    let names: String =
        calls.iter().map(|call| format!("Self::{} => \"{}\",\n", call.case(), call.name())).collect();
    let all: String = calls.iter().map(|call| format!("Self::{}, ", call.case())).collect();
    let writes = calls.iter().filter(|call| !call.function.is_read);
    let writes: Vec<_> = writes.map(|call| format!("Self::{}", call.case())).collect();
    format!(
        "//! The functions that are called.

        /// A function of the interfaces that is no operation of a transaction.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum Function {{ {cases} }}

        impl Function {{
            /// All of them, in the order of their numbers, of which the first is 1.
            pub const ALL: [Self; {}] = [{all}];

            /// The function with this number.
            #[must_use]
            pub fn of(number: u8) -> Option<Self> {{
                Self::ALL.get(usize::from(number).checked_sub(1)?).copied()
            }}

            /// Its number.
            #[must_use]
            pub fn number(self) -> u8 {{
                self as u8 + 1
            }}

            /// Its interface and its name.
            #[must_use]
            pub fn name(self) -> &'static str {{
                match self {{ {names} }}
            }}

            /// May it change what is stored?
            #[must_use]
            pub fn writes(self) -> bool {{
                matches!(self, {})
            }}
        }}",
        calls.len(),
        writes.join(" | ")
    )
}

/// `wire/src/parts.rs`
pub(crate) fn parts(contract: &Contract) -> String {
    // As it is to stand there: what is in a macro is not formatted.
    let margin = " ".repeat(12);
    let parts: String =
        contract.types.iter().map(|(name, shape)| format!("{margin}{};\n", part(name, shape))).collect();
    format!(
        "//! The types of the interfaces as parts of messages, for whoever has them.

/// Makes the types of a module parts of messages: those of `types`, as the interfaces have them.
#[macro_export]
macro_rules! parts {{
    ($($module:tt)+) => {{
        const _: () = {{
            use $($module)+::*;
{parts}        }};
    }};
}}"
    )
}

fn part(name: &str, shape: &Shape) -> String {
    let (what, parts): (_, Vec<_>) = match shape {
        Shape::Record(fields) => ("record", fields.iter().map(|(name, _)| snake(name)).collect()),
        Shape::Variant(cases) => {
            let held = |held: &Option<Type>| if held.is_some() { "(held)" } else { "" };
            let numbered = cases.iter().enumerate();
            let case =
                |(number, (case, of)): (_, &(String, _))| format!("{number} {}{}", camel(case), held(of));
            ("variant", numbered.map(case).collect())
        }
        Shape::Enum(cases) => {
            let numbered = cases.iter().enumerate();
            ("variant", numbered.map(|(number, case)| format!("{number} {}", camel(case))).collect())
        }
    };
    let head = format!("$crate::{what}!({}", camel(name));
    let line = format!("{head} {{ {} }})", parts.join(", "));
    let line = if begins_large(shape) { line.replacen(',', ";", 1) } else { line };
    if line.len() < 90 {
        return line;
    }
    let margin = " ".repeat(12);
    format!("{head} {{\n{margin}    {},\n{margin}}})", parts.join(&format!(",\n{margin}    ")))
}

/// Does a record begin with what may be large, so that an answer is not copied for it?
fn begins_large(shape: &Shape) -> bool {
    let Shape::Record(fields) = shape else { return false };
    matches!(fields.as_slice(), [(_, Type::String | Type::Bytes), _, ..])
}

/// `guest/middleware/kit/src/calls.rs`: performs a call by the functions that are exported.
pub(crate) fn performed(contract: &Contract) -> String {
    let calls = contract.calls();
    let mut modules: Vec<_> = calls.iter().map(|call| snake(call.interface)).collect();
    modules.dedup();
    let bounds: Vec<_> = modules.iter().map(|module| format!("{module}::Guest")).collect();
    let arms: String = calls.iter().map(arm).collect();
    format!(
        "//! Calls that come as bytes: each is performed by the function that is exported under its name.

        use crate::bindings::exports::sx::persist::{{{}}};
        use sx_persist_wire::{{Function, Malformed, answer, arguments, called}};

        #[expect(clippy::too_many_lines, reason = \"an arm a function\")]
        pub(crate) fn perform<C: {}>(call: &[u8]) -> Result<Vec<u8>, Malformed> {{
            let (function, given) = called(call)?;
            Ok(match function {{ {arms} }})
        }}",
        modules.join(", "),
        bounds.join(" + ")
    )
}

fn arm(call: &Call<'_>) -> String {
    let refused = call.refused();
    let names: Vec<_> = call.function.parameters.iter().map(|(name, _)| snake(name)).collect();
    let pattern: String = names.iter().map(|name| format!("{name}, ")).collect();
    format!(
        "Function::{} => {{
            let ({pattern}) = arguments(given)?;
            answer(&<C as {}::Guest>::{}({}).map_err({refused}))
        }}\n",
        call.case(),
        snake(call.interface),
        snake(&call.function.name),
        names.join(", ")
    )
}

/// `wire/tests/contract/mod.rs`: the types without anything that carries them, drawn, and each call there and back.
pub(crate) fn tested(contract: &Contract) -> String {
    let types: String = contract.types.iter().map(|(name, shape)| plain(&camel(name), shape)).collect();
    let checks: String = contract
        .calls()
        .iter()
        .map(|call| {
            format!(
                "Function::{} => {{ check.call::<{}, {}>(function); }}\n",
                call.case(),
                call.arguments(),
                owned(call.answer())
            )
        })
        .collect();
    let names = listed(contract.types.keys().map(String::as_str));
    format!(
        "//! The types of the interfaces as nothing but Rust has them, and what each function takes and answers.

        use super::draw::{{Check, Draw, Random}};
        use sx_persist_wire::Function;
        use types::{{{names}}};

        pub(crate) mod types {{ {types} }}

        sx_persist_wire::parts!(types);

        /// Tells of each function what it takes and what it answers.
        #[expect(clippy::match_same_arms, clippy::too_many_lines, reason = \"an arm a function\")]
        pub(crate) fn each(function: Function, check: &mut impl Check) {{
            match function {{ {checks} }}
        }}

        {}",
        contract.types.iter().map(|(name, shape)| drawn(&camel(name), shape)).collect::<String>()
    )
}

fn plain(ty: &str, shape: &Shape) -> String {
    let (kind, parts) = match shape {
        Shape::Record(fields) => {
            let fields =
                fields.iter().map(|(name, ty)| format!("pub(crate) {}: {},", snake(name), owned(ty)));
            ("struct", fields.collect::<String>())
        }
        Shape::Variant(cases) => {
            let held =
                |held: &Option<Type>| held.as_ref().map_or(String::new(), |ty| format!("({})", owned(ty)));
            ("enum", cases.iter().map(|(case, of)| camel(case) + &held(of) + ",").collect())
        }
        Shape::Enum(cases) => ("enum", cases.iter().map(|case| camel(case) + ",").collect()),
    };
    format!("#[derive(Clone, Debug, PartialEq, Eq)] pub(crate) {kind} {ty} {{ {parts} }}\n\n")
}

fn drawn(ty: &str, shape: &Shape) -> String {
    let drawn = match shape {
        Shape::Record(fields) => {
            let fields = fields.iter().map(|(name, _)| format!("{}: Draw::draw(random),", snake(name)));
            format!("Self {{ {} }}", fields.collect::<String>())
        }
        Shape::Variant(cases) => one_of(cases.iter().map(|(case, held)| (case, held.is_some()))),
        Shape::Enum(cases) => one_of(cases.iter().map(|case| (case, false))),
    };
    format!("impl Draw for {ty} {{ fn draw(random: &mut Random) -> Self {{ {drawn} }} }}\n\n")
}

fn one_of<'a>(cases: impl ExactSizeIterator<Item = (&'a String, bool)>) -> String {
    let last = cases.len() - 1;
    let arms = cases.enumerate().map(|(number, (case, holds))| {
        let number = if number == last { "_".to_owned() } else { number.to_string() };
        let held = if holds { "(Draw::draw(random))" } else { "" };
        format!("{number} => Self::{}{held},", camel(case))
    });
    let arms: String = arms.collect();
    format!("match random.below({}) {{ {arms} }}", last + 1)
}

/// What stands around the tables in docs/wire.md.
const BEGIN: &str = "<!-- begin: generated from wit/ by `cargo run -p sx-persist-generate` -->\n";
const END: &str = "<!-- end -->\n";

/// docs/wire.md with the tables of this contract.
pub(crate) fn document(contract: &Contract, text: &str) -> Option<String> {
    let (before, rest) = text.split_once(BEGIN)?;
    let (_, behind) = rest.split_once(END)?;
    let calls: String = contract
        .calls()
        .iter()
        .map(|call| {
            let given = shown_all(&call.function.parameters);
            let answer = shown(call.answer());
            format!("| {} | `{}` | {given} | {answer} |\n", call.number, call.name())
        })
        .collect();
    let types: String = contract
        .types
        .iter()
        .map(|(name, shape)| {
            let parts = match shape {
                Shape::Record(fields) => shown_all(fields),
                Shape::Variant(cases) => shown_cases(cases),
                Shape::Enum(cases) => {
                    shown_cases(&cases.iter().map(|case| (case.clone(), None)).collect::<Vec<_>>())
                }
            };
            format!("| *{name}* | {parts} |\n")
        })
        .collect();
    Some(format!(
        "{before}{BEGIN}| byte | call | arguments | answer |\n|---|---|---|---|\n{calls}\n\
         | type | parts |\n|---|---|\n{types}{END}{behind}"
    ))
}

fn shown_all(fields: &Fields) -> String {
    let shown = fields.iter().map(|(name, ty)| format!("{name} {}", shown(ty)));
    shown.collect::<Vec<_>>().join(", ")
}

fn shown_cases(cases: &[(String, Option<Type>)]) -> String {
    let cases = cases.iter().enumerate().map(|(number, (case, held))| match held {
        None => format!("{number} {case}"),
        Some(held) => format!("{number} {case} and {}", shown(held)),
    });
    cases.collect::<Vec<_>>().join("; ")
}

/// A type in the words of the document.
fn shown(ty: &Type) -> String {
    match ty {
        Type::Unit => String::new(),
        Type::Bool => "`flag`".to_owned(),
        Type::U32 | Type::U64 => "`number`".to_owned(),
        Type::S64 => "`signed`".to_owned(),
        Type::String => "`text`".to_owned(),
        Type::Bytes => "`bytes`".to_owned(),
        Type::List(item) => format!("`list` of {}", shown(item)),
        Type::Option(item) => format!("`option` of {}", shown(item)),
        Type::Tuple(items) => items.iter().map(shown).collect::<Vec<_>>().join(" and "),
        Type::Named(name) => format!("*{name}*"),
        Type::Result(..) | Type::Resource(_) => panic!("{ty:?} is no part of a call"),
    }
}
