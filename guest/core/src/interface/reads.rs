//! Several reads of one moment: the meaning of `batch.reads` (K6).

use crate::check::{check_at_most, check_batch, check_name};
use crate::engine::{Engine, Opened};
use crate::error::Result;
use crate::interface::batch::Refusal;
use crate::interface::maps;
use crate::keyspace::rules::check_ref_name;
use crate::limits::ANSWER_BYTES_MAX;
use crate::storage::Storage;
use sx_persist_wire::{Found, Moment, Question};

impl<S: Storage> Engine<S> {
    /// `batch.reads.read`.
    ///
    /// # Errors
    /// As in `wit/batch.wit`.
    pub fn read_moment(&mut self, questions: &[Question]) -> Result<Moment, Refusal> {
        check_batch(questions.iter().map(Question::bytes))?;
        let mut refused = None;
        let moment = self.read(|engine| {
            refused = None;
            let (mut found, mut bytes) = (Vec::new(), 0);
            for (index, question) in questions.iter().enumerate() {
                let answer = engine.find(question).inspect_err(|_| refused = Some(index))?;
                bytes += answer.bytes();
                check_at_most(ANSWER_BYTES_MAX, bytes)?;
                found.push(answer);
            }
            Ok(Moment { lsn: engine.lsn_so_far(), found })
        });
        moment.map_err(|reason| Refusal { index: refused, reason })
    }
}

impl<S: Storage> Opened<'_, S> {
    fn find(&mut self, question: &Question) -> Result<Found> {
        Ok(match question {
            Question::Kv { key } => {
                check_name(key)?;
                Found::Text(self.kv_value(key)?)
            }
            Question::Map { table, key } => Found::Entry(self.map_entry(&maps::name(table, key)?)?),
            Question::Ref { name } => {
                check_ref_name(name)?;
                Found::Text(self.ref_hash(name)?)
            }
            Question::LastSeq { stream } => {
                check_name(stream)?;
                Found::Number(self.stream_last_seq(stream.as_bytes())?)
            }
            Question::Count { stream } => {
                check_name(stream)?;
                Found::Number(self.stream_count(stream.as_bytes())?)
            }
            Question::Segment { session, segment } => Found::Number(self.segment_entries(session, segment)?),
        })
    }
}
