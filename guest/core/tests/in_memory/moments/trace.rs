//! A trace: operations with numbers, and between them the moments that no answer may tell of. As text it is a line each, and can be
//! read back.

use crate::any_disk::{Engine, engine_on};
use std::collections::BTreeMap;
use sx::Value;
use sx_persist_core::dispatch::{self, Answer, Arguments, Operations};
use sx_persist_core::memory::Memory;
use sx_persist_core::{Durability, Op, Refusal};

/// What happens between two operations.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Moment {
    /// From here on nothing is synced before it is answered.
    Relaxed,
    /// A whole checkpoint.
    Checkpoint,
    /// A part of one.
    Part,
    /// The instance ends, and another one begins on what it left.
    Restart,
}

const MOMENTS: [(Moment, &str); 4] = [
    (Moment::Relaxed, "relaxed"),
    (Moment::Checkpoint, "checkpoint"),
    (Moment::Part, "part"),
    (Moment::Restart, "restart"),
];

/// An operation. Where an argument is a symbol such as `&through/3`, that field of the answer of step 3 stands there, `&answer/3` is
/// the whole answer, and `&text/70000/2` a text of 70,000 bytes, the second of its kind.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Step {
    pub(super) label: usize,
    pub(super) op: String,
    pub(super) args: Vec<Value>,
}

/// A line of a trace.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Line {
    Moment(Moment),
    Step(Step),
}

/// What an operation answered: the text of its answer, or of its error.
pub(super) type Told = Result<String, String>;

pub(super) fn print(lines: &[Line]) -> String {
    let print_line = |line: &Line| match line {
        Line::Moment(moment) => MOMENTS.iter().find(|(known, _)| known == moment).unwrap().1.to_owned(),
        Line::Step(Step { label, op, args }) => {
            let args = args.iter().map(|arg| format!(" {}", sx::print(arg).unwrap()));
            format!("{label} {op}{}", args.collect::<String>())
        }
    };
    lines.iter().map(|line| print_line(line) + "\n").collect()
}

pub(super) fn parse(text: &str) -> Vec<Line> {
    let parse_line = |line: &str| {
        if let Some((moment, _)) = MOMENTS.iter().find(|(_, word)| *word == line) {
            return Line::Moment(*moment);
        }
        let mut words = line.splitn(3, ' ');
        let label = words.next().unwrap().parse().unwrap();
        let op = words.next().unwrap().to_owned();
        let args = sx::parse(&format!("[{}]", words.next().unwrap_or_default())).unwrap();
        Line::Step(Step { label, op, args: args.as_list().unwrap().to_vec() })
    };
    text.lines().map(str::trim).filter(|line| !line.is_empty()).map(parse_line).collect()
}

/// A text that is the same whenever it is asked for.
fn filler(length: usize, kind: usize) -> String {
    const LETTERS: &[u8; 26] = b"abcdefghijklmnopqrstuvwxyz";
    let letter = |at: usize| char::from(LETTERS[(at / 26 + at * (kind + 1) + kind) % 26]);
    let mut text = (0..26 * 26).map(letter).collect::<String>().repeat(length / (26 * 26) + 1);
    text.truncate(length);
    text
}

/// The value with what its symbols stand for.
fn resolved(value: &Value, told: &BTreeMap<usize, Told>) -> Value {
    match value {
        Value::Symbol(name) if name.starts_with('&') => {
            let mut parts = name[1..].split('/');
            let field = parts.next().unwrap();
            let mut number = || parts.next().unwrap().parse::<usize>().unwrap();
            if field == "text" {
                return Value::String(filler(number(), number()));
            }
            let answer = told.get(&number()).and_then(|told| told.as_deref().ok());
            let text = match field {
                "answer" => answer,
                field => answer.filter(|text| text.starts_with('{')).and_then(|text| sx::field(text, field)),
            };
            // What a shorter trace does not have any more is a place or a number all the same.
            let missing = if field == "through" { Value::String(String::new()) } else { Value::Int(0) };
            text.map_or(missing, |text| sx::parse(text).unwrap())
        }
        Value::List(items) => Value::List(items.iter().map(|item| resolved(item, told)).collect()),
        Value::Dict(entries) => {
            let resolved = |(key, value): (&String, &Value)| (key.clone(), resolved(value, told));
            Value::Dict(entries.iter().map(resolved).collect())
        }
        other => other.clone(),
    }
}

/// Takes the operations of a transaction, and performs none.
#[derive(Default)]
struct Taken(Vec<Op>);

impl Operations for Taken {
    type Refusal = Refusal;

    fn perform(&mut self, _: &str, arguments: &Arguments<'_>, _: &mut Answer) -> Result<bool, Refusal> {
        self.0 = dispatch::operations(arguments)?;
        Ok(true)
    }
}

fn taken(ops: &[Value]) -> Result<Vec<Op>, String> {
    let mut taken = Taken::default();
    let args = sx::print(&Value::List(vec![Value::List(ops.to_vec())])).unwrap();
    match dispatch::handle_op(&mut taken, "persist/batch/commit", &args) {
        Ok(_) => Ok(taken.0),
        Err(refusal) => Err(format!("{refusal:?}")),
    }
}

fn handled(engine: &mut Engine, op: &str, args: Vec<Value>) -> Told {
    let args = sx::print(&Value::List(args)).unwrap();
    match engine.handle_op(op, &args) {
        Ok(answer) => Ok(answer.unwrap()),
        Err(refusal) => Err(format!("{refusal:?}")),
    }
}

/// Asks a question, or performs a write that needs no writer.
pub(super) fn asked(engine: &mut Engine, step: &Step, told: &BTreeMap<usize, Told>) -> Told {
    let args: Vec<_> = step.args.iter().map(|arg| resolved(arg, told)).collect();
    match &*step.op {
        "run" => Ok(format!("{:?}", engine.run(&taken(&args)?))),
        "commit" => handled(engine, "persist/batch/commit", vec![Value::List(args)]),
        "moment" => handled(engine, "persist/batch/read", vec![Value::List(args)]),
        op => handled(engine, op, args),
    }
}

/// A store on which a trace is performed.
pub(super) struct Course {
    pub(super) memory: Memory,
    pub(super) engine: Engine,
    pub(super) told: BTreeMap<usize, Told>,
    level: Durability,
    /// The open writers, by the labels of the steps that opened them.
    writers: BTreeMap<i64, u32>,
}

impl Course {
    pub(super) fn new() -> Self {
        let memory = Memory::new();
        Self {
            engine: engine_on(memory.clone()),
            memory,
            told: BTreeMap::new(),
            level: Durability::Always,
            writers: BTreeMap::new(),
        }
    }

    pub(super) fn pass(&mut self, moment: Moment) -> Result<(), String> {
        let passed = match moment {
            Moment::Relaxed => {
                self.level = Durability::Relaxed;
                self.engine.set_durability(self.level)
            }
            Moment::Checkpoint => self.engine.checkpoint(),
            Moment::Part => self.engine.checkpoint_step().map(drop),
            // A writer ends with its instance.
            Moment::Restart if !self.writers.is_empty() => Ok(()),
            Moment::Restart => {
                self.engine = engine_on(self.memory.clone());
                self.engine.set_durability(self.level)
            }
        };
        passed.map_err(|error| format!("{moment:?}: {error:?}"))
    }

    pub(super) fn perform(&mut self, step: &Step) -> &Told {
        let told = match step.op.strip_prefix("writer-") {
            Some(what) => self.write(step, what),
            None => asked(&mut self.engine, step, &self.told),
        };
        self.told.insert(step.label, told);
        &self.told[&step.label]
    }

    /// Of a writer: the first argument is the label of the step that opened it.
    fn write(&mut self, step: &Step, what: &str) -> Told {
        let args: Vec<_> = step.args.iter().map(|arg| resolved(arg, &self.told)).collect();
        let engine = &mut self.engine;
        let label = args.first().and_then(Value::as_int).unwrap_or_default();
        // What is not open has a number that is never given out.
        let writer = self.writers.get(&label).copied().unwrap_or(u32::MAX);
        let told = match what {
            "open" => engine.writer_open().map(|writer| {
                self.writers.insert(i64::try_from(step.label).unwrap(), writer);
                "nil".to_owned()
            }),
            "write" => {
                engine.writer_write(writer, args[1].as_str().unwrap().as_bytes()).map(|()| "nil".to_owned())
            }
            "finish" => engine.writer_finish(writer).map(|cid| format!("{cid:?}")),
            "commit" => {
                let ops = [vec![Op::BlobFinish { writer }], taken(&args[1..])?].concat();
                let committed = engine.commit(&ops).map_err(|refusal| format!("{refusal:?}"));
                self.engine.writer_drop(writer);
                self.writers.remove(&label);
                return committed.map(|committed| format!("{committed:?}"));
            }
            _ => {
                engine.writer_drop(writer);
                Ok("nil".to_owned())
            }
        };
        if matches!(what, "finish" | "drop") {
            self.writers.remove(&label);
        }
        told.map_err(|error| format!("{error:?}"))
    }
}
