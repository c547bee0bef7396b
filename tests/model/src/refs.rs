//! R1 to R5.

use crate::{Outcome, State};
use trace::Answer;
use trace::refs::RefOp;

/// R1, a rule a line, in the order of git check-ref-format.
pub(super) fn check_ref(name: &str) -> Outcome<()> {
    let is_control = |letter: char| (letter as u32) < 0x20 || letter as u32 == 0x7f;
    let is_valid = name.len() <= 1_024
        && !name.split('/').any(|part| part.is_empty() || part.starts_with('.') || part.ends_with(".lock"))
        && !name.contains("..")
        && !name.chars().any(is_control)
        && !name.contains([' ', '~', '^', ':'])
        && !name.contains(['?', '*', '['])
        && !name.ends_with('.')
        && !name.contains("@{")
        && name != "@"
        && !name.contains('\\');
    if is_valid { Ok(()) } else { Err("invalid-name".into()) }
}

/// R2.
pub(super) fn check_hash(hash: &str) -> Outcome<()> {
    let is_valid =
        [40, 64].contains(&hash.len()) && hash.chars().all(|digit| "0123456789abcdef".contains(digit));
    if is_valid { Ok(()) } else { Err("invalid-hash".into()) }
}

impl State {
    /// R3 to R5.
    pub(super) fn perform_ref(&mut self, op: &RefOp) -> Outcome<Answer> {
        if let RefOp::Set { name, .. }
        | RefOp::TestAndSet { name, .. }
        | RefOp::Delete { name }
        | RefOp::Get { name } = op
        {
            check_ref(name)?;
        }
        Ok(match op {
            RefOp::Set { name, hash } => {
                check_hash(hash)?;
                self.refs.insert(name.clone(), hash.clone());
                "ok".into()
            }
            RefOp::TestAndSet { name, test, set } => {
                [test, set].into_iter().flatten().try_for_each(|hash| check_hash(hash))?;
                let matches = self.refs.get(name) == test.as_ref();
                match set {
                    _ if !matches => {}
                    Some(hash) => drop(self.refs.insert(name.clone(), hash.clone())),
                    None => drop(self.refs.remove(name)),
                }
                matches.to_string()
            }
            RefOp::Delete { name } => self.refs.remove(name).is_some().to_string(),
            RefOp::Get { name } => self.refs.get(name).cloned().unwrap_or_else(|| "none".into()),
            RefOp::List { prefix, after, .. } => {
                let wanted = |name: &String| {
                    name.starts_with(prefix)
                        && after.as_ref().is_none_or(|after| name.as_bytes() > after.as_bytes())
                };
                let refs = self.refs.iter().filter(|(name, _)| wanted(name));
                refs.map(|(name, hash)| format!("{name:?} {hash}")).collect::<Vec<_>>().join(" ")
            }
        })
    }
}
