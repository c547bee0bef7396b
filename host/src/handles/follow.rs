//! A stream that is read as it grows.

use crate::error::Result;
use crate::handles::tail::Tail;
use serde::de::DeserializeOwned;
use std::fmt;
use std::marker::PhantomData;
use std::thread;
use std::time::Duration;
use std::vec;

/// How often a stream that has nothing new is looked at.
const EVERY: Duration = Duration::from_millis(100);

/// Events of a stream as they come, each once. Returned by [`Stream::follow`](crate::Stream::follow).
///
/// As an iterator it waits for the next event, so only an error of the store ends it. An event of another type is an error in its place,
/// and the next one follows. [`Follow::ready`] does not wait.
pub struct Follow<'a, E> {
    tail: Tail<'a>,
    ready: vec::IntoIter<String>,
    every: Duration,
    is_over: bool,
    types: PhantomData<fn() -> E>,
}

impl<'a, E> Follow<'a, E> {
    pub(crate) fn new(tail: Tail<'a>) -> Self {
        Self { tail, ready: Vec::new().into_iter(), every: EVERY, is_over: false, types: PhantomData }
    }

    /// Sets how often the stream is looked at while it has nothing new: 100 milliseconds by default.
    #[must_use]
    pub fn every(mut self, interval: Duration) -> Self {
        self.every = interval;
        self
    }

    /// Returns what has come since the last event that was given, without waiting: a page of events at most, and an empty list when there is
    /// nothing new. Before an event of another type it ends; the next call is the error of that event, and the one after it goes on behind it.
    ///
    /// # Errors
    /// `InvalidName`; `Corrupt`; [`HostError::Value`](crate::HostError::Value) when an event is of another type.
    pub fn ready(&mut self) -> Result<Vec<E>>
    where
        E: DeserializeOwned,
    {
        if self.ready.len() == 0 {
            self.ready = self.tail.next_events()?.into_iter();
        }
        let mut events = Vec::new();
        while let Some(text) = self.ready.as_slice().first() {
            let event = sx::from_str(text);
            if event.is_err() && !events.is_empty() {
                break;
            }
            self.ready.next();
            events.push(event?);
        }
        Ok(events)
    }
}

impl<E: DeserializeOwned> Iterator for Follow<'_, E> {
    type Item = Result<E>;

    fn next(&mut self) -> Option<Result<E>> {
        if self.is_over {
            return None;
        }
        loop {
            if let Some(event) = self.ready.next() {
                return Some(sx::from_str(&event).map_err(Into::into));
            }
            match self.tail.next_events() {
                // Another process may be the one that writes, and tells nobody.
                Ok(events) if events.is_empty() && self.tail.is_at_end() => thread::sleep(self.every),
                Ok(events) => self.ready = events.into_iter(),
                Err(error) => {
                    self.is_over = true;
                    return Some(Err(error));
                }
            }
        }
    }
}

impl<E> fmt::Debug for Follow<'_, E> {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_struct("Follow")
            .field("tail", &self.tail)
            .field("every", &self.every)
            .finish_non_exhaustive()
    }
}
