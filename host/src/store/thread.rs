//! An end to which nothing but bytes goes: a store in a thread of its own, at the other side of two channels. Hidden: the suites run the
//! handles over it, so that none of them knows more of what is below than the seam says.

use crate::error::{Error, HostError, Result};
use crate::store::Store;
use crate::store::end::{End, Request};
use crate::types;
use std::path::Path;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Mutex, PoisonError};
use std::thread::{self, JoinHandle};
use sx_persist_wire::{Malformed, Part, Put, byte};

/// What a request begins with.
mod kind {
    pub(super) const CALL: u8 = 0;
    pub(super) const EACH: u8 = 1;
    pub(super) const WHOLE: u8 = 2;
    pub(super) const QUESTIONS: u8 = 3;
    pub(super) const BEGIN: u8 = 4;
    pub(super) const ADD: u8 = 5;
    pub(super) const FINISH: u8 = 6;
    pub(super) const DROP: u8 = 7;
    pub(super) const SETTLE: u8 = 8;
}

/// What an answer begins with: what was asked for, a refusal, or what else went wrong, in words.
const DONE: u8 = 0;
const REFUSED: u8 = 1;
const FAILED: u8 = 2;

impl Store {
    /// Returns a store whose handles reach this one by bytes alone.
    #[doc(hidden)]
    #[must_use]
    pub fn behind_a_thread(self) -> Self {
        let bytes_max = self.end().bytes_max();
        let (requests, asked) = channel::<Vec<u8>>();
        let (answered, answers) = channel();
        let other_side = Some(thread::spawn(move || {
            while let Ok(request) = asked.recv() {
                if answered.send(answer(self.end(), &request)).is_err() {
                    return;
                }
            }
        }));
        let line = Some(Mutex::new((requests, answers)));
        Self::over(Box::new(Thread { line, other_side, bytes_max }))
    }
}

#[derive(Debug)]
struct Thread {
    /// Who holds it has asked, and waits for the answer.
    line: Option<Mutex<Line>>,
    other_side: Option<JoinHandle<()>>,
    bytes_max: usize,
}

type Line = (Sender<Vec<u8>>, Receiver<Vec<u8>>);

impl Thread {
    fn ask(&self, kind: u8, write: impl FnOnce(&mut Vec<u8>)) -> Result<Vec<u8>> {
        let mut request = vec![kind];
        write(&mut request);
        let line = self.line.as_ref().ok_or(HostError::Lost)?.lock().unwrap_or_else(PoisonError::into_inner);
        let (requests, answers) = &*line;
        requests.send(request).map_err(|_| HostError::Lost)?;
        let mut answer = answers.recv().map_err(|_| HostError::Lost)?;
        match answer.first() {
            Some(&DONE) => {
                answer.remove(0);
                Ok(answer)
            }
            Some(&REFUSED) => Err(read::<types::Error>(&answer)?.into()),
            _ => Err(failed(read::<String>(&answer)?)),
        }
    }
}

impl End for Thread {
    fn perform(&self, request: Request<'_>) -> Result<Vec<u8>> {
        match request {
            Request::Call(call) => self.ask(kind::CALL, |out| out.extend_from_slice(call)),
            Request::Operations { bytes, writers, whole } => {
                self.ask(if whole { kind::WHOLE } else { kind::EACH }, |out| {
                    writers.put(out);
                    out.extend_from_slice(bytes);
                })
            }
            Request::Questions(questions) => {
                self.ask(kind::QUESTIONS, |out| out.extend_from_slice(questions))
            }
        }
    }

    fn begin_blob(&self) -> Result<u64> {
        let answer = self.ask(kind::BEGIN, |_| {})?;
        u64::take(&mut &answer[..]).map_err(|malformed| failed(malformed.to_string()))
    }

    fn add_to_blob(&self, blob: u64, bytes: &[u8]) -> Result<()> {
        let added = self.ask(kind::ADD, |out| {
            blob.put(out);
            out.extend_from_slice(bytes);
        });
        added.map(drop)
    }

    fn finish_blob(&self, blob: u64) -> Result<String> {
        let answer = self.ask(kind::FINISH, |out| blob.put(out))?;
        String::take(&mut &answer[..]).map_err(|malformed| failed(malformed.to_string()))
    }

    fn drop_blob(&self, blob: u64) {
        let _ = self.ask(kind::DROP, |out| blob.put(out));
    }

    fn bytes_max(&self) -> usize {
        self.bytes_max
    }

    fn settle(&self) -> Result<()> {
        self.ask(kind::SETTLE, |_| {}).map(drop)
    }

    /// The directory is the other side's.
    fn root(&self) -> Option<&Path> {
        None
    }
}

impl Drop for Thread {
    fn drop(&mut self) {
        // It ends, and with it the store there, when nobody can ask any more.
        drop(self.line.take());
        if let Some(other_side) = self.other_side.take() {
            let _ = other_side.join();
        }
    }
}

/// What a request is answered, on the other side.
fn answer(end: &dyn End, request: &[u8]) -> Vec<u8> {
    let mut out = Vec::new();
    match perform(end, request) {
        Ok(answer) => {
            out.push(DONE);
            out.extend_from_slice(&answer);
        }
        Err(Error::Refused(refusal)) => {
            out.push(REFUSED);
            refusal.put(&mut out);
        }
        Err(error) => {
            out.push(FAILED);
            error.to_string().put(&mut out);
        }
    }
    out
}

fn perform(end: &dyn End, mut request: &[u8]) -> Result<Vec<u8>> {
    let unreadable = |malformed: Malformed| failed(malformed.to_string());
    let from = &mut request;
    let kind = byte(from).map_err(unreadable)?;
    let mut blob = || u64::take(from).map_err(unreadable);
    let mut out = Vec::new();
    match kind {
        kind::CALL => return end.perform(Request::Call(from)),
        kind::QUESTIONS => return end.perform(Request::Questions(from)),
        kind::EACH | kind::WHOLE => {
            let writers = Vec::<u64>::take(from).map_err(unreadable)?;
            let whole = kind == kind::WHOLE;
            return end.perform(Request::Operations { bytes: from, writers: &writers, whole });
        }
        kind::BEGIN => end.begin_blob()?.put(&mut out),
        kind::ADD => {
            let number = blob()?;
            end.add_to_blob(number, from)?;
        }
        kind::FINISH => end.finish_blob(blob()?)?.put(&mut out),
        kind::DROP => end.drop_blob(blob()?),
        kind::SETTLE => end.settle()?,
        other => return Err(failed(format!("no request {other}"))),
    }
    Ok(out)
}

/// What stands behind the first byte of an answer.
fn read<T: Part>(answer: &[u8]) -> Result<T> {
    let mut from = answer.get(1..).unwrap_or_default();
    T::take(&mut from).map_err(|malformed| failed(malformed.to_string()))
}

fn failed(what: String) -> Error {
    HostError::Component(wasmtime::Error::msg(what)).into()
}
