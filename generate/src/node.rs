//! The methods of the package in JavaScript, in TypeScript.

use crate::contract::{Contract, Fields, Shape, Type};
use crate::kind::Kind;
use crate::native::{self, Cases, Default, Gathered, Method, default, is_counters, lines};
use crate::rust::{camel, snake};

const HEAD: &str = r#"/** A method for each function of `wit/`, which says more of each: its shape, its cost and its errors. */

import type * as wit from "../component/interfaces/sx-persist-types.js";
import * as answered from "./answered.js";
import { gathered, type Gathered } from "./gathered.js";
import * as given from "./given.js";
import type { Answer, Component, Given } from "./guest.js";
import { parse, type Value } from "./sx.js";
import { writer, type BlobWriter } from "./writer.js";
"#;

const CLASS: &str = r"
/** The functions of `wit/`, with what is native to JavaScript on both sides. What is of the wrong type reaches no component. */
export abstract class Operations {
  /** Calls a function that neither writes nor syncs. */
  protected abstract ask<I extends keyof Component, F extends keyof Component[I]>(of: I, name: F, ...given: Given<I, F>): Answer<I, F>;

  /** Calls any other. */
  protected abstract tell<I extends keyof Component, F extends keyof Component[I]>(of: I, name: F, ...given: Given<I, F>): Answer<I, F>;
";

/// `examples/node/src/operations.ts`
pub(crate) fn operations(contract: &Contract) -> String {
    let (taken, put) = (contract.named_given(), contract.named_answered());
    let types: String = contract
        .types
        .keys()
        .map(String::as_str)
        .filter(|name| taken.contains(name) || (put.contains(name) && *name != "counter"))
        .map(|name| ty(contract, name, taken.contains(&name)))
        .collect();
    let takers: String = taken.iter().map(|name| taker(contract, name)).collect();
    let holds_values = |name: &str| contract.holds_values(&Kind::Named(name.to_owned()));
    let putters: String =
        put.iter().filter(|name| holds_values(name)).map(|name| putter(contract, name)).collect();
    let methods: String = contract
        .called()
        .map(|interface| {
            let methods: String = Method::all(interface)
                .map(|method| format!("\n{}", self::method(contract, &method)))
                .collect();
            format!("\n  // {}.\n{methods}", camel(&interface.name))
        })
        .collect();
    let gathered = |name, summary, rows: Vec<_>| table(contract, name, summary, &rows);
    format!(
        "{HEAD}{types}{}{}{takers}{putters}{CLASS}{methods}}}\n",
        gathered("operation", "An operation of a transaction", contract.all_operations().collect()),
        gathered("question", "A question of reads", contract.all_questions().collect()),
    )
}

/// `kv-put` as `kvPut`.
fn lower_camel(name: &str) -> String {
    let name = camel(name);
    name[..1].to_lowercase() + &name[1..]
}

/// An operation by each of its names: `kvPut`, `kv-put` and `kv_put`.
fn spellings(name: &str) -> Vec<String> {
    let mut names = vec![lower_camel(name)];
    if name.contains('-') {
        names.extend([name.to_owned(), snake(name)]);
    }
    names
}

/// The type of what is given.
fn given(kind: &Kind) -> String {
    match kind {
        Kind::Number | Kind::Signed => "number | bigint".to_owned(),
        Kind::List(item) => format!("Iterable<{}>", given(item)),
        Kind::Optional(item) => format!("{} | undefined", given(item)),
        Kind::Tuple(items) => {
            format!("readonly [{}]", items.iter().map(given).collect::<Vec<_>>().join(", "))
        }
        other => answered(other),
    }
}

/// The type of what is answered.
fn answered(kind: &Kind) -> String {
    match kind {
        Kind::Nothing => "void".to_owned(),
        Kind::Flag => "boolean".to_owned(),
        Kind::Small => "number".to_owned(),
        Kind::Number | Kind::Signed => "bigint".to_owned(),
        Kind::Text => "string".to_owned(),
        Kind::Value => "Value".to_owned(),
        Kind::Lines => "Value[]".to_owned(),
        Kind::Bytes => "Uint8Array".to_owned(),
        kind if is_counters(kind) => "Map<string, bigint>".to_owned(),
        Kind::List(item) => match &**item {
            Kind::Optional(_) | Kind::OptionalValue => format!("({})[]", answered(item)),
            item => format!("{}[]", answered(item)),
        },
        Kind::OptionalValue => "Value | undefined".to_owned(),
        Kind::Optional(item) => format!("{} | undefined", answered(item)),
        Kind::Tuple(_) => panic!("a tuple is no answer yet"),
        Kind::Named(name) => camel(name),
    }
}

/// A function that makes of a name and what is given for it what the component takes.
fn takes(kind: &Kind) -> String {
    native::takes(kind, "given.optional(given.value)", |name| format!("take{}", camel(name)))
}

/// A function that makes of what the component answers what the caller gets; none where they are the same.
fn puts(contract: &Contract, kind: &Kind) -> Option<String> {
    if is_counters(kind) {
        return Some("answered.counters".to_owned());
    }
    contract.holds_values(kind).then(|| match kind {
        Kind::Value => "parse".to_owned(),
        Kind::Lines => "answered.lines".to_owned(),
        Kind::Named(name) => format!("put{}", camel(name)),
        Kind::List(item) => format!("answered.items({})", puts(contract, item).unwrap_or_default()),
        Kind::OptionalValue => "answered.optional(parse)".to_owned(),
        Kind::Optional(item) => format!("answered.optional({})", puts(contract, item).unwrap_or_default()),
        other => panic!("{other:?} holds no values"),
    })
}

fn taken(name: &str, ty: &Type) -> String {
    let own = lower_camel(name);
    format!("{}(\"{own}\", {own})", takes(&Kind::of(name, ty)))
}

fn documented(text: &str, indent: usize) -> String {
    let margin = " ".repeat(indent);
    match &lines(text, indent + 7)[..] {
        [line] => format!("{margin}/** {line} */\n"),
        lines => format!("{margin}/**\n{margin} * {}\n{margin} */\n", lines.join(&format!("\n{margin} * "))),
    }
}

fn ty(contract: &Contract, name: &str, is_given: bool) -> String {
    let export = format!("\n{}export", documented(&contract.summaries[name], 0));
    match &contract.types[name] {
        Shape::Record(fields) => {
            let fields: String = fields
                .iter()
                .map(|(part, ty)| {
                    let kind = Kind::of(part, ty);
                    let ty = if is_given { given(&kind) } else { answered(&kind) };
                    let may_be_left_out = if is_left_out(part, &kind) { "?" } else { "" };
                    format!("  readonly {}{may_be_left_out}: {ty};\n", lower_camel(part))
                })
                .collect();
            format!("{export} interface {} {{\n{fields}}}\n", camel(name))
        }
        Shape::Enum(cases) => format!("{export} type {} = {};\n", camel(name), words(cases, " | ")),
        Shape::Variant(cases) => {
            let Cases { words: plain, holding } = Cases::of(cases);
            let held: Vec<_> = holding
                .iter()
                .map(|(case, ty)| match holding.len() {
                    1 => given(&Kind::of(case, ty)),
                    _ => format!("{{ readonly {}: {} }}", lower_camel(case), given(&Kind::of(case, ty))),
                })
                .collect();
            format!("{export} type {} = {} | {};\n", camel(name), words(&plain, " | "), held.join(" | "))
        }
    }
}

fn is_left_out(name: &str, kind: &Kind) -> bool {
    matches!(kind, Kind::Optional(_) | Kind::OptionalValue) || default(name, kind).is_some()
}

fn words(words: &[impl AsRef<str>], between: &str) -> String {
    words.iter().map(|word| format!("\"{}\"", word.as_ref())).collect::<Vec<_>>().join(between)
}

fn taker(contract: &Contract, name: &str) -> String {
    let ty = camel(name);
    let body = match &contract.types[name] {
        Shape::Record(fields) => take_record(name, fields),
        Shape::Enum(cases) => format!("  return given.word(name, native, {});\n", words(cases, ", ")),
        Shape::Variant(cases) => take_variant(Cases::of(cases)),
    };
    format!("\nfunction take{ty}(name: string, native: unknown): wit.{ty} {{\n{body}}}\n")
}

fn take_record(name: &str, fields: &Fields) -> String {
    let own: Vec<_> = fields.iter().map(|(part, _)| lower_camel(part)).collect();
    let taken: String = fields
        .iter()
        .map(|(part, ty)| {
            let (own, kind) = (lower_camel(part), Kind::of(part, ty));
            let (takes, otherwise) = match default(part, &kind) {
                Some(Default::Empty) => (format!("given.optional({})", takes(&kind)), " ?? new Uint8Array()"),
                _ => (takes(&kind), ""),
            };
            format!("    {own}: {takes}(`${{name}}.{own}`, record.{own}){otherwise},\n")
        })
        .collect();
    format!(
        "  const record = given.record(name, native, {});
  return {{
{taken}  }} as wit.{};\n",
        words(&own, ", "),
        camel(name)
    )
}

fn take_variant(Cases { words: plain, holding }: Cases<'_>) -> String {
    let word = format!("return {{ tag: given.word(name, native, {}) }};", words(&plain, ", "));
    if let [(case, ty)] = &holding[..] {
        return format!(
            "  if (typeof native === \"string\") {word}
  return {{ tag: \"{case}\", val: {}(name, native) }};\n",
            takes(&Kind::of(case, ty))
        );
    }
    let cases: String = holding
        .iter()
        .map(|(case, ty)| {
            format!(
                "    case \"{case}\":
      return {{ tag: \"{case}\", val: {}(`${{name}}.{case}`, held) }};\n",
                takes(&Kind::of(case, ty))
            )
        })
        .collect();
    let names: Vec<_> = holding.iter().map(|(case, _)| *case).collect();
    format!(
        "  if (typeof native === \"string\") {word}
  const [tag, held] = given.one(name, native, {});
  switch (tag) {{
{cases}  }}\n",
        words(&names, ", ")
    )
}

fn putter(contract: &Contract, name: &str) -> String {
    let Shape::Record(fields) = &contract.types[name] else { panic!("{name} is no answer yet") };
    let parts: Vec<_> = fields
        .iter()
        .map(|(part, ty)| {
            let from = format!("record.{}", lower_camel(part));
            let put = puts(contract, &Kind::of(part, ty));
            format!("{}: {}", lower_camel(part), put.map_or(from.clone(), |put| format!("{put}({from})")))
        })
        .collect();
    format!(
        "\nfunction put{0}(record: wit.{0}): {0} {{\n{1}}}\n",
        camel(name),
        bracketed("return { ", &parts, " };", 2)
    )
}

fn method(contract: &Contract, method: &Method<'_>) -> String {
    let parameters = &method.function.parameters;
    let required = parameters.len() - method.defaults();
    let declared: Vec<_> = parameters
        .iter()
        .enumerate()
        .map(|(index, (name, ty))| {
            let (own, kind) = (lower_camel(name), Kind::of(name, ty));
            let ty = given(&kind);
            match default(name, &kind).filter(|_| index >= required) {
                None => format!("{own}: {ty}"),
                Some(Default::Nothing) => format!("{own}?: {ty}"),
                Some(Default::Empty) => format!("{own} = \"\""),
                Some(Default::Page) => format!("{own} = 65_536"),
                Some(Default::Word(word)) => format!("{own}: {ty} = \"{word}\""),
                Some(Default::Record) => format!("{own}: {ty} = {{}}"),
            }
        })
        .collect();
    let names = [method.interface.to_owned(), lower_camel(&method.function.name)];
    let arguments: Vec<_> = names
        .iter()
        .map(|name| format!("\"{name}\""))
        .chain(parameters.iter().map(|(name, ty)| taken(name, ty)))
        .collect();
    let call = if method.asks { "this.ask(" } else { "this.tell(" };
    let body = match (&method.answer, puts(contract, &method.answer)) {
        (Kind::Nothing, _) => bracketed(call, &arguments, ");", 4),
        (_, Some(put)) => bracketed(&format!("return {put}({call}"), &arguments, "));", 4),
        (_, None) => bracketed(&format!("return {call}"), &arguments, ");", 4),
    };
    let name = lower_camel(&method.name);
    let own = parameters.iter().map(|(name, _)| lower_camel(name)).collect::<Vec<_>>();
    let counted: Vec<_> = [format!("\"{name}\""), "arguments".to_owned(), required.to_string()]
        .into_iter()
        .chain(own.iter().map(|name| format!("\"{name}\"")))
        .collect();
    format!(
        "{}{}{}{body}  }}\n",
        documented(&method.function.summary, 2),
        bracketed(&format!("{name}("), &declared, &format!("): {} {{", answered(&method.answer)), 2),
        bracketed("given.count(", &counted, ");", 4)
    )
}

/// The type of an operation or a question, and how each is made.
fn table(contract: &Contract, name: &str, summary: &str, rows: &[Gathered<'_>]) -> String {
    let types: String = rows
        .iter()
        .map(|row| {
            let parameters: String = row
                .parameters
                .iter()
                .map(|(name, ty)| {
                    let given = match ty {
                        Type::Resource(_) => "BlobWriter".to_owned(),
                        _ => given(&Kind::of(name, ty)),
                    };
                    format!(", {}: {given}", lower_camel(name))
                })
                .collect();
            format!("  | readonly [method: {}{parameters}]\n", words(&spellings(row.name), " | "))
        })
        .collect();
    let rows: String = rows
        .iter()
        .map(|row| {
            let own = row.parameters.iter().map(|(name, ty)| {
                let takes = match ty {
                    Type::Resource(_) => "writer".to_owned(),
                    _ => takes(&Kind::of(name, ty)),
                };
                format!("[\"{}\", {takes}]", lower_camel(name))
            });
            let accessor = row.accessor().map_or("undefined".to_owned(), |name| format!("\"{name}\""));
            let put = puts(contract, &row.answer).unwrap_or_else(|| "answered.same".to_owned());
            let parts: Vec<_> = [accessor, put].into_iter().chain(own).collect();
            bracketed(&format!("[\"{}\", gathered(", lower_camel(row.name)), &parts, ")],", 2)
        })
        .collect();
    format!(
        "\n/** {summary}: its name, as a method or as `wit/batch.wit` spells it, and its arguments. */
export type {} =\n{};\n
export const {}S: ReadonlyMap<string, Gathered> = new Map([\n{rows}]);\n",
        camel(name),
        types.trim_end(),
        name.to_uppercase()
    )
}

fn bracketed(head: &str, parts: &[String], tail: &str, indent: usize) -> String {
    native::bracketed(head, parts, tail, indent, 2)
}
