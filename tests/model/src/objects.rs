//! G1 to G7.

use crate::refs::check_hash;
use crate::{Outcome, State};
use trace::objects::{Object, ObjectOp};
use trace::{Answer, address};

impl State {
    /// G1 to G7.
    pub(super) fn perform_object(&mut self, op: &ObjectOp) -> Outcome<Answer> {
        if let ObjectOp::Delete { hash } | ObjectOp::Read { hash } | ObjectOp::Exists { hash } = op {
            check_hash(hash)?;
        }
        Ok(match op {
            ObjectOp::Write(object) => {
                check_hash(&object.hash)?;
                self.keep(object);
                "ok".into()
            }
            ObjectOp::WriteBatch(objects) => {
                for (index, object) in objects.iter().enumerate() {
                    check_hash(&object.hash).map_err(|error| format!("at {index} {error}"))?;
                }
                objects.iter().for_each(|object| self.keep(object));
                "ok".into()
            }
            ObjectOp::Delete { hash } => self.objects.remove(hash).is_some().to_string(),
            ObjectOp::Read { hash } => {
                self.objects.get(hash).map_or_else(|| "none".into(), |bytes| address(bytes))
            }
            ObjectOp::Exists { hash } => self.objects.contains_key(hash).to_string(),
            ObjectOp::List { after, .. } => {
                let after = after.as_ref().filter(|after| !after.is_empty());
                after.iter().try_for_each(|after| check_hash(after))?;
                let hashes = self.objects.keys().filter(|hash| after.is_none_or(|after| *hash > after));
                hashes.cloned().collect::<Vec<_>>().join(" ")
            }
        })
    }

    /// G2: the first bytes stay.
    fn keep(&mut self, object: &Object) {
        self.objects.entry(object.hash.clone()).or_insert_with(|| object.bytes());
    }
}
