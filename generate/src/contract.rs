//! What `wit/` says, as the other modules need it.

use anyhow::{Context as _, Result, bail, ensure};
use std::collections::BTreeMap;
use std::path::Path;
use wit_parser::{Handle, Resolve, Stability, TypeDefKind, WorldItem, WorldKey};

/// Functions that change nothing that is stored. All others write: a middleware that refuses writes refuses each of them, so a new
/// function that is missing here is refused, and not let through.
const READS: [(&str, &[&str]); 8] = [
    (
        "persist",
        &[
            "read",
            "last-seq",
            "streams",
            "kv-get",
            "kv-has",
            "kv-keys",
            "read-page",
            "count",
            "kv-list",
            "list-streams",
        ],
    ),
    ("blob", &["get", "has", "size", "read-at", "list"]),
    ("refs", &["get", "list"]),
    ("maps", &["get", "get-many", "has", "list", "scan", "count", "tables"]),
    ("objects", &["read", "exists", "list", "stats"]),
    (
        "sessions",
        &[
            "read",
            "read-page",
            "entry-count",
            "exists",
            "list-sessions",
            "list-segments",
            "session-of",
            "read-trace",
            "read-last",
            "describe",
        ],
    ),
    ("snapshots", &["load", "keys", "contains"]),
    ("admin", &["set-durability", "flush", "verify", "verify-part", "stats", "usage"]),
];

/// Which outcome answers which operations of a transaction. All others answer nothing but that they are done.
const OUTCOMES: [(&str, &[&str]); 9] = [
    (
        "appended",
        &[
            "append",
            "append-expecting",
            "session-append",
            "session-append-expecting",
            "session-append-trace",
            "session-fork",
        ],
    ),
    ("recorded", &["record-event"]),
    ("truncated", &["truncate", "session-truncate"]),
    (
        "deleted",
        &[
            "kv-delete",
            "blob-delete",
            "ref-delete",
            "snapshot-delete-marker",
            "object-delete",
            "session-delete-segment",
            "map-delete",
        ],
    ),
    ("swapped", &["kv-swap", "ref-test-and-set"]),
    ("stored", &["blob-put", "blob-finish"]),
    ("versioned", &["map-put", "map-put-new", "map-swap"]),
    ("incremented", &["map-increment"]),
    ("dropped", &["map-drop-table"]),
];

/// The interface whose functions take bytes: nothing is generated for it.
const IN_BYTES: &str = "wire";

/// A type of WIT.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Type {
    Unit,
    Bool,
    U32,
    U64,
    S64,
    String,
    /// `list<u8>`
    Bytes,
    List(Box<Type>),
    Option(Box<Type>),
    Tuple(Vec<Type>),
    Result(Box<Type>, Box<Type>),
    /// A type of the interface `types`.
    Named(String),
    /// A resource that is handed over.
    Resource(String),
}

/// What a named type is made of.
#[derive(Clone, Debug)]
pub(crate) enum Shape {
    Record(Fields),
    Variant(Vec<(String, Option<Type>)>),
    Enum(Vec<String>),
}

/// Names and types, in order.
pub(crate) type Fields = Vec<(String, Type)>;

/// A function of an interface that belongs to no resource.
#[derive(Debug)]
pub(crate) struct Function {
    pub(crate) name: String,
    pub(crate) parameters: Fields,
    /// What it answers.
    pub(crate) answer: Type,
    pub(crate) is_read: bool,
    /// The first paragraph of its documentation, on one line.
    pub(crate) summary: String,
}

impl Function {
    /// Does it say which of several was refused?
    pub(crate) fn refuses_one(&self) -> bool {
        matches!(&self.answer, Type::Result(_, error) if **error == Type::Named("refusal".to_owned()))
    }
}

/// The functions of one interface, in the order of its file.
#[derive(Debug)]
pub(crate) struct Interface {
    pub(crate) name: String,
    pub(crate) functions: Vec<Function>,
    /// Its resources.
    pub(crate) resources: Vec<String>,
}

/// A method of `batch.transaction` that adds an operation.
#[derive(Debug)]
pub(crate) struct Operation {
    /// The method.
    pub(crate) name: String,
    /// The function that does the same alone: `persist.append`. None of a check, and of the end of a writer.
    pub(crate) function: Option<String>,
    pub(crate) parameters: Fields,
    /// The case of an outcome that answers it, if that holds anything.
    pub(crate) outcome: Option<&'static str>,
}

/// All of it.
#[derive(Debug)]
pub(crate) struct Contract {
    pub(crate) version: String,
    pub(crate) interfaces: Vec<Interface>,
    pub(crate) types: BTreeMap<String, Shape>,
    /// The first paragraphs of their documentation, each on one line.
    pub(crate) summaries: BTreeMap<String, String>,
    pub(crate) operations: Vec<Operation>,
    /// The methods of `batch.reads` that add a question.
    pub(crate) questions: Vec<(String, Fields)>,
}

impl Contract {
    /// Reads the folder `wit`.
    pub(crate) fn read(folder: &Path) -> Result<Self> {
        let mut resolve = Resolve::default();
        let (package, _) = resolve.push_dir(folder)?;
        let version = resolve.packages[package].name.version.as_ref().context("a version")?.to_string();
        let world = &resolve.worlds[resolve.packages[package].worlds["durable-store"]];
        let (mut types, mut summaries, mut interfaces) = (BTreeMap::new(), BTreeMap::new(), Vec::new());
        for (key, item) in &world.exports {
            let (WorldKey::Interface(_), WorldItem::Interface { id, .. }) = (key, item) else { continue };
            let interface = &resolve.interfaces[*id];
            let name = interface.name.clone().context("an interface without a name")?;
            if name == IN_BYTES {
                continue;
            }
            if name == "types" {
                for (name, id) in &interface.types {
                    check_since(&resolve.types[*id].stability, name)?;
                    types.insert(name.clone(), shape(&resolve, &resolve.types[*id].kind)?);
                    summaries.insert(name.clone(), summary(&resolve.types[*id].docs));
                }
            } else {
                interfaces.push(read_interface(&resolve, interface, name)?);
            }
        }
        check_reads(&interfaces)?;
        let batch = resolve.packages[package].interfaces["batch"];
        let operations = operations(&resolve, &resolve.interfaces[batch], &interfaces)?;
        let questions = questions(&resolve, &resolve.interfaces[batch])?;
        Ok(Self { version, interfaces, types, summaries, operations, questions })
    }

    /// The operation that a function is in a batch, if it may be one.
    pub(crate) fn operation(&self, interface: &str, function: &str) -> Option<&Operation> {
        let function = format!("{interface}.{function}");
        self.operations.iter().find(|operation| operation.function.as_ref() == Some(&function))
    }
}

fn read_interface(resolve: &Resolve, interface: &wit_parser::Interface, name: String) -> Result<Interface> {
    let reads = READS.iter().find(|(of, _)| *of == name).map_or(&[][..], |(_, reads)| reads);
    let mut functions = Vec::new();
    for function in interface.functions.values() {
        check_since(&function.stability, &format!("{name}.{}", function.name))?;
        if function.kind.resource().is_some() {
            continue;
        }
        let parameters = function.parameters(resolve)?;
        let answer = function.result.as_ref().map_or(Ok(Type::Unit), |answer| read_type(resolve, answer))?;
        let is_read = reads.contains(&function.name.as_str());
        let summary = summary(&function.docs);
        functions.push(Function { name: function.name.clone(), parameters, answer, is_read, summary });
    }
    let is_resource = |id: &wit_parser::TypeId| matches!(resolve.types[*id].kind, TypeDefKind::Resource);
    let resources =
        interface.types.iter().filter(|(_, id)| is_resource(id)).map(|(name, _)| name.clone()).collect();
    Ok(Interface { name, functions, resources })
}

fn summary(docs: &wit_parser::Docs) -> String {
    let paragraph = docs.contents.as_deref().and_then(|text| text.split("\n\n").next());
    paragraph.unwrap_or_default().split_whitespace().collect::<Vec<_>>().join(" ")
}

/// What does not say since when it is there could be left out of no version.
fn check_since(stability: &Stability, name: &str) -> Result<()> {
    ensure!(matches!(stability, Stability::Stable { .. }), "{name}: no @since");
    Ok(())
}

trait Parameters {
    fn parameters(&self, resolve: &Resolve) -> Result<Fields>;
}

impl Parameters for wit_parser::Function {
    fn parameters(&self, resolve: &Resolve) -> Result<Fields> {
        self.params
            .iter()
            .map(|parameter| Ok((parameter.name.clone(), read_type(resolve, &parameter.ty)?)))
            .collect()
    }
}

/// Each name of [`READS`] is that of a function: one that was renamed would become a write in silence.
fn check_reads(interfaces: &[Interface]) -> Result<()> {
    for (name, reads) in READS {
        let interface = interfaces.iter().find(|interface| interface.name == name);
        let functions = &interface.with_context(|| format!("READS: no interface {name}"))?.functions;
        for read in reads {
            ensure!(functions.iter().any(|function| function.name == *read), "READS: no {name}.{read}");
        }
    }
    Ok(())
}

fn shape(resolve: &Resolve, kind: &TypeDefKind) -> Result<Shape> {
    let of = |ty| read_type(resolve, ty);
    Ok(match kind {
        TypeDefKind::Record(record) => {
            let fields = record.fields.iter().map(|field| Ok((field.name.clone(), of(&field.ty)?)));
            Shape::Record(fields.collect::<Result<_>>()?)
        }
        TypeDefKind::Variant(variant) => {
            let cases = variant
                .cases
                .iter()
                .map(|case| Ok((case.name.clone(), case.ty.as_ref().map(of).transpose()?)));
            Shape::Variant(cases.collect::<Result<_>>()?)
        }
        TypeDefKind::Enum(cases) => Shape::Enum(cases.cases.iter().map(|case| case.name.clone()).collect()),
        other => bail!("types: {} is not known here", other.as_str()),
    })
}

fn read_type(resolve: &Resolve, ty: &wit_parser::Type) -> Result<Type> {
    let of = |ty: &wit_parser::Type| read_type(resolve, ty);
    Ok(match ty {
        wit_parser::Type::Bool => Type::Bool,
        wit_parser::Type::U32 => Type::U32,
        wit_parser::Type::U64 => Type::U64,
        wit_parser::Type::S64 => Type::S64,
        wit_parser::Type::String => Type::String,
        wit_parser::Type::Id(id) => match &resolve.types[*id].kind {
            TypeDefKind::List(wit_parser::Type::U8) => Type::Bytes,
            TypeDefKind::List(item) => Type::List(of(item)?.into()),
            TypeDefKind::Option(item) => Type::Option(of(item)?.into()),
            TypeDefKind::Tuple(tuple) => Type::Tuple(tuple.types.iter().map(of).collect::<Result<_>>()?),
            TypeDefKind::Result(result) => {
                let part = |ty: &Option<wit_parser::Type>| ty.as_ref().map_or(Ok(Type::Unit), of);
                Type::Result(part(&result.ok)?.into(), part(&result.err)?.into())
            }
            TypeDefKind::Handle(Handle::Own(resource) | Handle::Borrow(resource)) => {
                Type::Resource(resolve.types[*resource].name.clone().context("a resource without a name")?)
            }
            _ => Type::Named(resolve.types[*id].name.clone().context("a type without a name")?),
        },
        other => bail!("{other:?} is not known here"),
    })
}

/// The operations: `kv-put` is `persist.kv-put`, and `ref-set` is `refs.set`.
fn operations(
    resolve: &Resolve,
    batch: &wit_parser::Interface,
    interfaces: &[Interface],
) -> Result<Vec<Operation>> {
    let operations = methods(resolve, batch, "transaction").map(|method| {
        let (name, parameters) = method?;
        let of_method = interfaces.iter().find_map(|interface| {
            let functions = &interface.functions;
            let function =
                functions.iter().find(|function| in_batch(&interface.name, &function.name) == name);
            Some((interface, function?))
        });
        match of_method {
            Some((_, function)) => ensure!(
                function.parameters == parameters,
                "transaction.{name} has other parameters than its function"
            ),
            None => ensure!(
                name.starts_with("check-") || name == "blob-finish",
                "transaction.{name}: no function that does so alone"
            ),
        }
        let function = of_method.map(|(interface, function)| format!("{}.{}", interface.name, function.name));
        let outcome = OUTCOMES.iter().find(|(_, names)| names.contains(&name.as_str()));
        let outcome = outcome.map(|(outcome, _)| *outcome);
        Ok(Operation { name, function, parameters, outcome })
    });
    let operations: Vec<_> = operations.collect::<Result<_>>()?;
    for name in OUTCOMES.iter().flat_map(|(_, names)| *names) {
        ensure!(operations.iter().any(|operation| operation.name == *name), "OUTCOMES: no {name}");
    }
    Ok(operations)
}

fn questions(resolve: &Resolve, batch: &wit_parser::Interface) -> Result<Vec<(String, Fields)>> {
    methods(resolve, batch, "reads").collect()
}

/// The methods of a resource, and what each takes.
fn methods<'a>(
    resolve: &'a Resolve,
    interface: &'a wit_parser::Interface,
    resource: &str,
) -> impl Iterator<Item = Result<(String, Fields)>> + use<'a> {
    let prefix = format!("[method]{resource}.");
    interface.functions.values().filter_map(move |function| {
        let name = function.name.strip_prefix(&prefix)?.to_owned();
        // The first parameter is the resource.
        let parameters = function.parameters(resolve);
        Some(parameters.map(|parameters| (name, parameters.into_iter().skip(1).collect())))
    })
}

/// What a function is called among all others: `ref-set` for `refs.set`. Those of `persist` have no more to their name.
pub(crate) fn in_batch(interface: &str, function: &str) -> String {
    match interface {
        "persist" | "batch" | "dispatch" | "admin" => function.to_owned(),
        other => format!("{}-{function}", other.trim_end_matches('s')),
    }
}
