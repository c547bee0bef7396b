//! `blob.writer`.

use crate::bindings::exports::sx::persist::blob;
use crate::bindings::exports::sx::persist::types::Error;
use crate::engine::engine;
use sx_persist_core::Engine;

/// A writer's number in the engine.
pub(crate) struct Writer(pub(crate) u32);

impl blob::GuestWriter for Writer {
    fn new() -> Result<Self, Error> {
        Ok(Self(engine(Engine::writer_open)?))
    }

    fn write(&self, bytes: Vec<u8>) -> Result<(), Error> {
        Ok(engine(|engine| engine.writer_write(self.0, &bytes))?)
    }

    fn finish(this: blob::Writer) -> Result<String, Error> {
        Ok(engine(|engine| engine.writer_finish(this.get::<Self>().0))?)
    }
}

impl Drop for Writer {
    fn drop(&mut self) {
        engine(|engine| engine.writer_drop(self.0));
    }
}
