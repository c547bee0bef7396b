//! The model as a specification for the checker.

use std::hash::{Hash, Hasher};
use support::model::State;
use support::trace::{Answer, Op};
use todc_utils::{Action, History, Specification, WGLChecker};

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

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Held(State);

impl Hash for Held {
    fn hash<H: Hasher>(&self, hasher: &mut H) {
        for (name, stream) in &self.0.streams {
            (name, &stream.events, stream.last_seq).hash(hasher);
        }
        self.0.kv.hash(hasher);
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
        let answer = next.0.apply(&step.op);
        (step.answer.as_ref() == Some(&answer), next)
    }
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
