//! `wire`: operations, questions and calls as bytes.

use crate::bindings::exports::sx::persist::types::Error;
use crate::bindings::exports::sx::persist::{blob, wire};
use crate::calls;
use crate::engine::{Component, engine};
use crate::writer::Writer;

sx_persist_wire::parts!(crate::bindings::exports::sx::persist::types);

impl wire::Guest for Component {
    fn run(operations: Vec<u8>, whole: bool) -> Result<Vec<u8>, Error> {
        Ok(engine(|engine| engine.wire_run(&operations, &[], whole))?)
    }

    fn run_finishing(operations: Vec<u8>, writers: Vec<blob::Writer>, whole: bool) -> Result<Vec<u8>, Error> {
        let numbers: Vec<_> = writers.iter().map(|writer| writer.get::<Writer>().0).collect();
        Ok(engine(|engine| engine.wire_run(&operations, &numbers, whole))?)
    }

    fn read(questions: Vec<u8>) -> Result<Vec<u8>, Error> {
        Ok(engine(|engine| engine.wire_read(&questions))?)
    }

    fn call(call: Vec<u8>) -> Result<Vec<u8>, Error> {
        Ok(calls::perform(&call).map_err(sx_persist_core::Error::from)?)
    }
}
