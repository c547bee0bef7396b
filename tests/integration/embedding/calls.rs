//! Calls of every function that a component exports, drawn from what its types say: a function that is new is called without a
//! word here.

use sim::random::Random;
use std::collections::BTreeMap;
use trace::address;
use wasmtime::component::types::{ComponentFunc, ComponentItem};
use wasmtime::component::{Component, Func, Instance, Type, Val};
use wasmtime::{AsContextMut, Engine};

/// Calls of each function.
const CALLS: usize = 80;

/// A call of a function.
#[derive(Clone, Debug)]
pub(crate) struct Call {
    pub(crate) interface: String,
    pub(crate) function: String,
    pub(crate) arguments: Vec<Val>,
}

impl Call {
    /// `maps.get`
    pub(crate) fn name(&self) -> String {
        let interface = self.interface.rsplit('/').next().unwrap();
        format!("{}.{}", interface.split('@').next().unwrap(), self.function)
    }

    /// The function in an instance.
    pub(crate) fn of(&self, instance: &Instance, mut store: impl AsContextMut) -> Func {
        let interface = instance.get_export_index(&mut store, None, &self.interface).unwrap();
        let function = instance.get_export_index(&mut store, Some(&interface), &self.function).unwrap();
        instance.get_func(store, function).unwrap()
    }
}

/// The methods of a resource of `batch`, by their names, with the types of what they take.
pub(crate) fn methods(
    engine: &Engine,
    component: &Component,
    prefix: &str,
) -> Vec<(String, Vec<(String, Type)>)> {
    let found = all_functions(engine, component).into_iter().filter_map(|((interface, function), ty)| {
        let method = function.strip_prefix(prefix).filter(|_| interface.contains("/batch@"))?;
        let taken = ty.params().skip(1).map(|(name, ty)| (name.to_owned(), ty)).collect();
        Some((method.to_owned(), taken))
    });
    found.collect()
}

/// One of these methods, with drawn arguments; a resource is left to the caller.
pub(crate) fn drawn_method(
    random: &mut Random,
    methods: &[(String, Vec<(String, Type)>)],
) -> (String, Vec<Val>) {
    let (method, taken) = random.pick(methods).clone();
    let argument = |(name, ty): (String, Type)| match ty {
        Type::Own(_) => Val::Bool(false),
        ty => value(random, &name, &ty),
    };
    (method, taken.into_iter().map(argument).collect())
}

/// Functions of a component, its resources' left out, in a drawn order and with drawn arguments.
pub(crate) fn drawn(engine: &Engine, component: &Component) -> Vec<Call> {
    let mut random = Random::new(1);
    let functions: Vec<_> = functions(engine, component).into_iter().collect();
    (0..functions.len() * CALLS)
        .map(|_| {
            let ((interface, function), ty) = random.pick(&functions);
            let arguments = ty.params().map(|(name, ty)| value(&mut random, name, &ty)).collect();
            Call { interface: interface.clone(), function: function.clone(), arguments }
        })
        .collect()
}

/// The functions of a component's interfaces, those of resources and those that take bytes left out.
pub(crate) fn functions(engine: &Engine, component: &Component) -> BTreeMap<(String, String), ComponentFunc> {
    let mut found = all_functions(engine, component);
    found.retain(|(interface, function), _| !function.starts_with('[') && !interface.contains("/wire@"));
    found
}

fn all_functions(engine: &Engine, component: &Component) -> BTreeMap<(String, String), ComponentFunc> {
    let mut found = BTreeMap::new();
    for (interface, item) in component.component_type().exports(engine) {
        let ComponentItem::ComponentInstance(instance) = item.ty else { continue };
        for (function, item) in instance.exports(engine) {
            if let ComponentItem::ComponentFunc(ty) = item.ty {
                found.insert((interface.to_owned(), function.to_owned()), ty);
            }
        }
    }
    found
}

/// A value of a type; `name` is that of the parameter, field or case that it is for.
fn value(random: &mut Random, name: &str, ty: &Type) -> Val {
    match ty {
        Type::Bool => Val::Bool(random.one_in(2)),
        Type::U32 => Val::U32(*random.pick(&[0, 1, 2, 100])),
        // Of what is new.
        Type::U64 if name == "expected" && random.one_in(2) => Val::U64(0),
        Type::U64 => Val::U64(random.below(8)),
        Type::S64 => Val::S64(*random.pick(&[-7, 0, 1, i64::MAX])),
        Type::String => Val::String(text(random, name)),
        Type::List(list) if list.ty() == Type::U8 => {
            let parts: [&[u8]; 5] = [b"", b"k", b"l", b"(\"k\")", b"\xff"];
            Val::List(random.pick(&parts).iter().copied().map(Val::U8).collect())
        }
        Type::List(list) => {
            Val::List((0..random.below(4)).map(|_| value(random, name, &list.ty())).collect())
        }
        Type::Option(option) => {
            Val::Option(random.one_in(2).then(|| value(random, name, &option.ty()).into()))
        }
        Type::Tuple(tuple) => Val::Tuple(
            // The one tuple that there is: a hash, and the bytes of its object.
            tuple.types().zip(["hash", "bytes"]).map(|(ty, name)| value(random, name, &ty)).collect(),
        ),
        Type::Record(record) => Val::Record(
            record
                .fields()
                .map(|field| (field.name.to_owned(), value(random, field.name, &field.ty)))
                .collect(),
        ),
        Type::Variant(variant) => {
            let cases: Vec<_> = variant.cases().collect();
            let case = random.pick(&cases);
            let held = case.ty.as_ref().map(|ty| value(random, case.name, ty).into());
            Val::Variant(case.name.to_owned(), held)
        }
        Type::Enum(names) => {
            let names: Vec<_> = names.names().collect();
            Val::Enum((*random.pick(&names)).to_owned())
        }
        other => panic!("{name}: no value of {other:?} can be drawn yet"),
    }
}

/// A text that a parameter of this name may take, mostly.
fn text(random: &mut Random, name: &str) -> String {
    match name {
        // One that is new, too: what expects a last-seq of 0 finds it.
        "stream" if random.one_in(2) => format!("s{}", random.below(60)),
        "event" | "events" => format!("{{:seq {}}}", 1 + random.below(40)),
        "value" | "expected" | "replacement" | "data" | "entry" | "entries" | "meta" => {
            (*random.pick(&["1", "{:v [2]}", ":said", "("])).to_owned()
        }
        // One that is new, too.
        "segment" if random.one_in(4) => format!("00000000-0000-0000-0000-0000000000{:02}", random.below(60)),
        "session" | "segment" => {
            format!("00000000-0000-0000-0000-00000000000{}", random.below(3))
        }
        // Mostly one that is new.
        "into-session" | "into-segment" => {
            format!("00000000-0000-0000-0000-0000000000{:02}", random.below(60))
        }
        "hash" | "test" | "set" => random.pick(&["a", "b", "g"]).repeat(40),
        "cid" => address(random.pick(&["", "k", "l"]).as_bytes()),
        "op" => (*random.pick(&["persist/kv-put", "persist/kv-get", "blob/put", "other/op"])).to_owned(),
        "args" => (*random.pick(&["(\"k\")", "(\"k\" 1)", "nil"])).to_owned(),
        _ => (*random.pick(&["k", "l", "k/l", ""])).to_owned(),
    }
}
