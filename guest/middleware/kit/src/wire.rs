//! `wire` of a middleware: operations, questions and calls as bytes, each performed as the middleware has it.

use crate::batch::Batch;
use crate::bindings::exports::sx::persist::{blob as exports_blob, wire as exports};
use crate::dispatch::All;
use crate::export::Export;
use crate::types::Error;
use crate::writer::Writer;
use crate::{Ran, Writers, calls};
use sx_persist_wire::{Answers, Operations, Questions};

impl<M: All> exports::Guest for Export<M> {
    fn run(operations: Vec<u8>, whole: bool) -> Result<Vec<u8>, Error> {
        performed::<M>(&operations, Writers::default(), whole)
    }

    fn run_finishing(
        operations: Vec<u8>,
        writers: Vec<exports_blob::Writer>,
        whole: bool,
    ) -> Result<Vec<u8>, Error> {
        let writers = Writers::new(writers.into_iter().map(Writer::<M>::into_below));
        performed::<M>(&operations, writers, whole)
    }

    fn read(questions: Vec<u8>) -> Result<Vec<u8>, Error> {
        let Questions(questions) = Questions::read(&questions)?;
        Ok(match <M as Batch>::read(questions) {
            Ok(moment) => moment.to_bytes(),
            Err(refusal) => sx_persist_wire::Refusal::from(refusal).to_bytes(),
        })
    }

    fn call(call: Vec<u8>) -> Result<Vec<u8>, Error> {
        Ok(calls::perform::<Self>(&call)?)
    }
}

fn performed<M: Batch>(operations: &[u8], mut writers: Writers, whole: bool) -> Result<Vec<u8>, Error> {
    let Operations(ops) = Operations::read(operations)?;
    if whole {
        return Ok(match M::commit(ops, &mut writers) {
            Ok(committed) => committed.into_bytes(),
            Err(refusal) => sx_persist_wire::Refusal::from(refusal).to_bytes(),
        });
    }
    let Ran { lsn, answers } = M::run(ops, &mut writers);
    let answers = answers.into_iter().map(|answer| answer.map_err(Into::into));
    Ok(Answers::bytes_of(lsn, answers))
}
