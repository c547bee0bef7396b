//! The operations as data, for the command line, and as a table for docs/stdio.md.

use crate::contract::{Contract, Fields, Shape, Type};
use crate::kind::{Kind, Named};
use crate::rust::snake;

/// The name of a parameter, and what it is.
type Parameter = (&'static str, Kind);

/// The operations of the bridge itself: `blob.writer`, which belongs to a session.
const BRIDGE: [(&str, &[Parameter], Kind); 4] = [
    ("blob/writer/open", &[], Kind::Number),
    ("blob/writer/write", &[("writer", Kind::Number), ("bytes", Kind::Bytes)], Kind::Nothing),
    ("blob/writer/finish", &[("writer", Kind::Number)], Kind::Text),
    ("blob/writer/drop", &[("writer", Kind::Number)], Kind::Nothing),
];

/// `cli/src/operations/table.rs`
pub(crate) fn table(contract: &Contract) -> String {
    let operations: String = contract
        .named()
        .map(|operation| {
            format!(
                "Operation {{ name: \"{}\", writes: {}, parameters: &[{}], answer: {} }},\n",
                operation.name,
                !operation.function.is_read,
                as_the_seed_has_them(operation.name.as_str(), parameters(&parameters_of(&operation))),
                kind(&operation.answer)
            )
        })
        .collect();
    let bridge: String = BRIDGE
        .iter()
        .map(|(name, parameters, answer)| {
            let parameters: String =
                parameters.iter().map(|(name, of)| format!("(\"{name}\", {}), ", kind(of))).collect();
            let answer = kind(answer);
            format!(
                "Operation {{ name: \"{name}\", writes: true, parameters: &[{parameters}], answer: {answer} }},\n"
            )
        })
        .collect();
    let transaction: String = contract.gathered().map(|it| method(&it.name, &it.parameters, None)).collect();
    let reads: String =
        contract.all_questions().map(|it| method(it.name, it.parameters, Some(&it.answer))).collect();
    format!(
        "//! The operations, their arguments and their answers.

        use super::{{Kind, Method, Operation}};

        pub(super) const OPERATIONS: &[Operation] = &[
            {operations}
            Operation {{
                name: \"persist/batch/commit\",
                writes: true,
                parameters: &[(\"operations\", Kind::Gathered(TRANSACTION))],
                answer: Kind::Answers,
            }},
            Operation {{
                name: \"persist/batch/read\",
                writes: false,
                parameters: &[(\"questions\", Kind::Gathered(READS))],
                answer: Kind::Answers,
            }},
            {bridge}
        ];

        /// What a transaction gathers.
        const TRANSACTION: &[Method] = &[{transaction}];

        /// What is asked of one moment.
        const READS: &[Method] = &[{reads}];

        {}",
        types(contract)
    )
}

/// The parameters of an operation: those of its function, and what the seed's callers give besides.
fn parameters_of(operation: &Named<'_>) -> Fields {
    let mut parameters = operation.function.parameters.clone();
    if operation.name == "blob/put" {
        parameters.push(("mime".to_owned(), Type::Option(Type::String.into())));
    }
    parameters
}

/// The seed truncates up to a number below 0, too, which drops nothing.
fn as_the_seed_has_them(name: &str, parameters: String) -> String {
    match name {
        "persist/truncate" => parameters.replace("Kind::Number", "Kind::NumberOrBelow"),
        _ => parameters,
    }
}

/// An operation of a transaction is answered with what is a value as it stands.
fn method(name: &str, fields: &Fields, answer: Option<&Kind>) -> String {
    let answer = kind(answer.unwrap_or(&Kind::Value));
    format!("Method {{ name: \"{name}\", parameters: &[{}], answer: {answer} }},\n", parameters(fields))
}

fn parameters(fields: &Fields) -> String {
    fields.iter().map(|(name, ty)| format!("(\"{name}\", {}), ", kind(&Kind::of(name, ty)))).collect()
}

fn kind(of: &Kind) -> String {
    match of {
        Kind::Nothing => "Kind::Nothing".to_owned(),
        Kind::Flag => "Kind::Flag".to_owned(),
        Kind::Number => "Kind::Number".to_owned(),
        Kind::Small => "Kind::Small".to_owned(),
        Kind::Signed => "Kind::Signed".to_owned(),
        Kind::Text => "Kind::Text".to_owned(),
        Kind::Value => "Kind::Value".to_owned(),
        Kind::Lines => "Kind::List(&Kind::Value)".to_owned(),
        Kind::Bytes => "Kind::Bytes".to_owned(),
        Kind::List(item) => format!("Kind::List(&{})", kind(item)),
        Kind::OptionalValue => "Kind::OptionalValue".to_owned(),
        Kind::Optional(item) => format!("Kind::Optional(&{})", kind(item)),
        Kind::Tuple(items) => {
            format!("Kind::Tuple(&[{}])", items.iter().map(kind).collect::<Vec<_>>().join(", "))
        }
        Kind::Named(name) => snake(name).to_uppercase(),
    }
}

fn types(contract: &Contract) -> String {
    let names = [contract.named_given(), contract.named_answered()].concat();
    names
        .iter()
        .map(|name| {
            let parts = match &contract.types[*name] {
                Shape::Record(fields) => format!("Kind::Record(&[{}])", parameters(fields)),
                Shape::Variant(cases) => {
                    let cases = cases.iter().map(|(case, held)| {
                        let held = held.as_ref().map(|held| format!("Some({})", kind(&Kind::of(case, held))));
                        format!("(\"{case}\", {}), ", held.unwrap_or_else(|| "None".to_owned()))
                    });
                    format!("Kind::Cases(&[{}])", cases.collect::<String>())
                }
                Shape::Enum(cases) => {
                    let cases: String = cases.iter().map(|case| format!("(\"{case}\", None), ")).collect();
                    format!("Kind::Cases(&[{cases}])")
                }
            };
            format!("const {}: Kind = {parts};\n", snake(name).to_uppercase())
        })
        .collect()
}

/// What stands around the table in docs/stdio.md.
const BEGIN: &str = "<!-- begin: generated from wit/ by `cargo run -p sx-persist-generate` -->\n";
const END: &str = "<!-- end -->\n";

/// docs/stdio.md with the table of this contract.
pub(crate) fn document(contract: &Contract, text: &str) -> Option<String> {
    let (before, rest) = text.split_once(BEGIN)?;
    let (_, behind) = rest.split_once(END)?;
    let rows: String = contract
        .named()
        .map(|operation| {
            row(&operation.name, &shown_all(&parameters_of(&operation)), &shown(&operation.answer))
        })
        .collect();
    let gathered: String = contract
        .gathered()
        .map(|it| format!("| `{}` | {} |\n", it.name, shown_all(&it.parameters)))
        .collect();
    let questions: String = contract
        .all_questions()
        .map(|it| row(it.name, &shown_all(it.parameters), &shown(&it.answer)))
        .collect();
    let bridge: String = BRIDGE
        .iter()
        .map(|(name, parameters, answer)| {
            let parameters = parameters.iter().map(|(name, kind)| format!("{name}: {}", shown(kind)));
            row(name, &parameters.collect::<Vec<_>>().join(", "), &shown(answer))
        })
        .collect();
    let commit = row("persist/batch/commit", "operations: list of *operation*", "`answers`, `lsn`");
    let read = row("persist/batch/read", "questions: list of *question*", "`answers`, `lsn`");
    Some(format!(
        "{before}{BEGIN}
| operation | arguments | answer |
|---|---|---|
{rows}{commit}{read}{bridge}
| *operation* of `persist/batch/commit` | its arguments |
|---|---|
{gathered}
| *question* of `persist/batch/read` | its arguments | its answer |
|---|---|---|
{questions}
| dict | its keys |
|---|---|
{}
{END}{behind}",
        dicts(contract)
    ))
}

fn row(name: &str, arguments: &str, answer: &str) -> String {
    format!("| `{name}` | {arguments} | {answer} |\n")
}

fn shown_all(fields: &Fields) -> String {
    let shown = fields.iter().map(|(name, ty)| format!("{name}: {}", shown(&Kind::of(name, ty))));
    shown.collect::<Vec<_>>().join(", ")
}

/// What an argument or an answer is, in the words of the document.
fn shown(kind: &Kind) -> String {
    match kind {
        Kind::Nothing => "nil".to_owned(),
        Kind::Flag => "true or false".to_owned(),
        Kind::Number | Kind::Small => "number".to_owned(),
        Kind::Signed => "integer".to_owned(),
        Kind::Text => "string".to_owned(),
        Kind::Value => "value".to_owned(),
        Kind::Lines => "list of value".to_owned(),
        Kind::Bytes => "bytes".to_owned(),
        Kind::List(item) => format!("list of {}", shown(item)),
        Kind::OptionalValue => "list of one value or none".to_owned(),
        Kind::Optional(item) => format!("{} or nil", shown(item)),
        Kind::Tuple(items) => format!("list ({})", items.iter().map(shown).collect::<Vec<_>>().join(", ")),
        Kind::Named(name) => format!("*{name}*"),
    }
}

fn dicts(contract: &Contract) -> String {
    let mut names = [contract.named_given(), contract.named_answered()].concat();
    names.sort_unstable();
    names
        .iter()
        .map(|name| {
            let parts = match &contract.types[*name] {
                Shape::Record(fields) => shown_all(fields),
                Shape::Variant(cases) => {
                    let cases = cases.iter().map(|(case, held)| match held {
                        None => format!("`\"{case}\"`"),
                        Some(held) => format!("a dict with {case}: {}", shown(&Kind::of(case, held))),
                    });
                    cases.collect::<Vec<_>>().join(", or ")
                }
                Shape::Enum(cases) => {
                    cases.iter().map(|case| format!("`\"{case}\"`")).collect::<Vec<_>>().join(" or ")
                }
            };
            format!("| *{name}* | {parts} |\n")
        })
        .collect()
}
