//! N1 to N5.

use crate::{Outcome, State, check_name};
use trace::Answer;
use trace::snapshots::{SnapshotOp, loaded};

impl State {
    pub(super) fn perform_snapshot(&mut self, op: &SnapshotOp) -> Outcome<Answer> {
        if let SnapshotOp::Persist { key, .. }
        | SnapshotOp::PersistMarker { key }
        | SnapshotOp::DeleteMarker { key }
        | SnapshotOp::Load { key }
        | SnapshotOp::Contains { key } = op
        {
            check_name(key)?;
        }
        Ok(match op {
            SnapshotOp::Persist { bytes, .. } if bytes.len() > 16 << 20 => return Err("too-large".into()),
            SnapshotOp::Persist { key, bytes } => {
                self.snapshots.insert(key.clone(), bytes.clone());
                "ok".into()
            }
            SnapshotOp::PersistMarker { key } => {
                self.snapshots.entry(key.clone()).or_default();
                "ok".into()
            }
            SnapshotOp::DeleteMarker { key } => self.snapshots.remove(key).is_some().to_string(),
            SnapshotOp::Load { key } => loaded(self.snapshots.get(key)),
            SnapshotOp::Contains { key } => self.snapshots.contains_key(key).to_string(),
            SnapshotOp::Keys { prefix, after, .. } => {
                let wanted = |key: &&String| {
                    key.starts_with(prefix)
                        && after.as_ref().is_none_or(|after| key.as_bytes() > after.as_bytes())
                };
                format!("{:?}", self.snapshots.keys().filter(wanted).collect::<Vec<_>>())
            }
        })
    }
}
