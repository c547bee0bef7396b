//! The model as a specification for the checker.

use model::State;
use std::hash::{Hash, Hasher};
use todc_utils::{Action, History, Specification, WGLChecker};
use trace::{Answer, Op};

/// An operation; in a response, with its answer.
#[derive(Clone, Debug)]
pub(crate) struct Step {
    pub(crate) op: Op,
    pub(crate) answer: Option<Answer>,
}

/// Who asked or was answered, in the order of time.
pub(crate) type Recorded = Vec<(usize, Action<Step>)>;

/// What docs/semantics.md means, one operation at a time.
struct Semantics;

#[derive(Clone, Debug, Default)]
pub(crate) struct Held(State);

impl PartialEq for Held {
    fn eq(&self, other: &Self) -> bool {
        // Answers have shown versions as they are: it is not their order alone that counts.
        let (maps, others) = (&self.0.maps, &other.0.maps);
        self.0 == other.0 && maps.tables == others.tables && maps.commit == others.commit
    }
}

impl Eq for Held {}

impl Hash for Held {
    fn hash<H: Hasher>(&self, hasher: &mut H) {
        for (name, stream) in &self.0.streams {
            (name, &stream.events, stream.last_seq).hash(hasher);
        }
        self.0.kv.hash(hasher);
        self.0.maps.tables.hash(hasher);
    }
}

impl Specification for Semantics {
    type State = Held;
    type Operation = Step;

    fn init() -> Held {
        Held::default()
    }

    fn apply(step: &Step, state: &Held) -> (bool, Held) {
        let mut next = state.clone();
        // The version that a commit got is the store's to say; the model says that it is above all before it.
        if let Some(version) = written(step) {
            if version <= next.0.maps.commit {
                return (false, next);
            }
            next.0.maps.commit = version;
        }
        let answer = next.0.apply_exactly(&step.op);
        (step.answer.as_ref() == Some(&answer), next)
    }
}

/// The version that a write of a map was answered with.
fn written(step: &Step) -> Option<u64> {
    let answer = step.answer.as_deref().filter(|answer| !answer.starts_with("error"))?;
    if step.op.is_write() { version_in(answer) } else { None }
}

/// The last version that an answer shows.
pub(crate) fn version_in(answer: &str) -> Option<u64> {
    let (_, shown) = answer.rsplit_once('#')?;
    let digits = shown.find(|next: char| !next.is_ascii_digit()).unwrap_or(shown.len());
    shown[..digits].parse().ok()
}

/// Is there an order of these operations in which each gets its answer, and none comes before one that had ended when it
/// began?
pub(crate) fn is_linearizable(recorded: &Recorded) -> bool {
    WGLChecker::<Semantics>::is_linearizable(History::from_actions(recorded.clone()))
}

/// A recording as text, for whoever reads of one that was refused.
pub(crate) fn shown(recorded: &Recorded) -> String {
    let line = |(thread, action): &(usize, Action<Step>)| match action {
        Action::Call(step) => format!("  {thread} asks {}", step.op),
        Action::Response(step) => {
            format!("  {thread} is answered {} to {}", step.answer.as_deref().unwrap_or("nothing"), step.op)
        }
    };
    recorded.iter().map(line).collect::<Vec<_>>().join("\n")
}

/// How many operations began while another was going on.
pub(crate) fn overlaps(recorded: &Recorded) -> usize {
    let mut going_on = 0;
    let mut overlaps = 0;
    for (_, action) in recorded {
        match action {
            Action::Call(_) => {
                overlaps += usize::from(going_on > 0);
                going_on += 1;
            }
            Action::Response(_) => going_on -= 1,
        }
    }
    overlaps
}
