//! What is answered to operations.

use crate::error::{ACCIDENTS, Error, FAILURES};
use crate::outcome::Outcome;
use crate::part::{Malformed, Part, Put, begin, byte, take_list, whole};

pub(crate) const DONE: u8 = 0;
const REFUSED: u8 = 1;
const ACCIDENT: u8 = 2;

/// Why a commit, or the reads of a moment, were refused; `types.refusal`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    /// The operation or question that was refused, 0 for the first; none for the whole.
    pub index: Option<u32>,
    /// Its error.
    pub reason: Error,
}

impl From<Error> for Refusal {
    fn from(reason: Error) -> Self {
        Self { index: None, reason }
    }
}

/// What a commit answers; `batch.committed`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Committed {
    /// The number of the commit; where nothing was written, that of the last one.
    pub lsn: u64,
    /// One an operation, in their order.
    pub outcomes: Vec<Outcome>,
}

/// What is answered to operations that are one commit, or to each.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answers {
    /// The number of the last commit.
    pub lsn: u64,
    /// One an operation, in their order.
    pub answers: Vec<Result<Outcome, Error>>,
}

impl Answers {
    /// The bytes of answers to each operation.
    #[must_use]
    pub fn into_bytes(self) -> Vec<u8> {
        Self::bytes_of(self.lsn, self.answers.into_iter())
    }

    /// The same of answers that are made one by one.
    #[must_use]
    pub fn bytes_of(lsn: u64, answers: impl ExactSizeIterator<Item = Result<Outcome, Error>>) -> Vec<u8> {
        let mut out = Vec::with_capacity(16 + 4 * answers.len());
        begin(&mut out);
        out.push(DONE);
        lsn.put(&mut out);
        (answers.len() as u64).put(&mut out);
        for answer in answers {
            match answer {
                Ok(outcome) => {
                    out.push(DONE);
                    outcome.put(&mut out);
                }
                Err(error) => {
                    out.push(kind(&error));
                    error.put(&mut out);
                }
            }
        }
        out
    }

    /// Reads what was answered; the refusal is that of all.
    ///
    /// # Errors
    /// The bytes are no answers of this version.
    pub fn read(bytes: &[u8]) -> Result<Result<Self, Refusal>, Malformed> {
        whole(bytes, |from| {
            take_refusal(from, |from| {
                let lsn = u64::take(from)?;
                Ok(Self { lsn, answers: take_list(from, take_answer)? })
            })
        })
    }
}

impl Committed {
    fn outcome(&self, index: u32) -> Option<&Outcome> {
        self.outcomes.get(usize::try_from(index).ok()?)
    }

    /// `batch.committed.number`
    #[must_use]
    pub fn number(&self, index: u32) -> Option<i64> {
        self.outcome(index)?.number()
    }

    /// `batch.committed.flag`
    #[must_use]
    pub fn flag(&self, index: u32) -> Option<bool> {
        self.outcome(index)?.flag()
    }

    /// `batch.committed.text`
    #[must_use]
    pub fn text(&self, index: u32) -> Option<&str> {
        self.outcome(index)?.text()
    }

    /// The bytes of the answer to a commit.
    #[must_use]
    pub fn into_bytes(self) -> Vec<u8> {
        Answers::bytes_of(self.lsn, self.outcomes.into_iter().map(Ok))
    }

    /// Reads the answer to a commit.
    ///
    /// # Errors
    /// The bytes are no answer of this version to a commit.
    pub fn read(bytes: &[u8]) -> Result<Result<Self, Refusal>, Malformed> {
        match Answers::read(bytes)? {
            Ok(answers) => Self::try_from(answers).map(Ok),
            Err(refusal) => Ok(Err(refusal)),
        }
    }
}

/// A commit is performed or refused, never in part.
impl TryFrom<Answers> for Committed {
    type Error = Malformed;

    fn try_from(Answers { lsn, answers }: Answers) -> Result<Self, Malformed> {
        let outcomes = answers.into_iter().collect::<Result<_, _>>();
        Ok(Self { lsn, outcomes: outcomes.map_err(|_| Malformed::Part("answer to a commit"))? })
    }
}

impl Refusal {
    /// The bytes of the refusal of all.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut out = Vec::new();
        begin(&mut out);
        put_refusal(self.index, &self.reason, &mut out);
        out
    }
}

/// Writes a refusal, whichever type its error has.
pub(crate) fn put_refusal(index: Option<u32>, reason: &impl Put, out: &mut Vec<u8>) {
    let at = out.len();
    out.push(REFUSED);
    index.put(out);
    let number = out.len();
    reason.put(out);
    // The first byte of an error says which it is.
    let is_accident = out.get(number).is_some_and(|number| ACCIDENTS.contains(number));
    if let Some(kind) = out.get_mut(at).filter(|_| is_accident) {
        *kind = ACCIDENT;
    }
}

/// What the bytes of an answer say of the one that performed it: did the disk fail it?
///
/// `each` says that they are the answers to operations that were performed each on its own. Bytes that are no answer say nothing.
#[must_use]
pub fn has_failed(answer: &[u8], each: bool) -> bool {
    match answer {
        [crate::VERSION, ACCIDENT, refusal @ ..] => {
            let mut from = refusal;
            <Option<u32> as Part>::take(&mut from).is_ok()
                && from.first().is_some_and(|number| FAILURES.contains(number))
        }
        [crate::VERSION, DONE, ..] if each => match Answers::read(answer) {
            Ok(Ok(done)) => done.answers.iter().any(|answer| answer.as_ref().is_err_and(Error::is_failure)),
            _ => false,
        },
        _ => false,
    }
}

fn kind(error: &Error) -> u8 {
    if error.is_accident() { ACCIDENT } else { REFUSED }
}

fn take_error(kind: u8, from: &mut &[u8]) -> Result<Error, Malformed> {
    let error = Error::take(from)?;
    let is_kind = match kind {
        REFUSED => !error.is_accident(),
        ACCIDENT => error.is_accident(),
        _ => false,
    };
    if is_kind { Ok(error) } else { Err(Malformed::Part("answer")) }
}

fn take_answer(from: &mut &[u8]) -> Result<Result<Outcome, Error>, Malformed> {
    match byte(from)? {
        DONE => Ok(Ok(Outcome::take(from)?)),
        kind => Ok(Err(take_error(kind, from)?)),
    }
}

/// What `done` reads, or the refusal of all.
pub(crate) fn take_refusal<T>(
    from: &mut &[u8],
    done: impl FnOnce(&mut &[u8]) -> Result<T, Malformed>,
) -> Result<Result<T, Refusal>, Malformed> {
    match byte(from)? {
        DONE => Ok(Ok(done(from)?)),
        kind => {
            let index = Part::take(from)?;
            Ok(Err(Refusal { index, reason: take_error(kind, from)? }))
        }
    }
}

pub(crate) fn put_done(out: &mut Vec<u8>) {
    out.push(DONE);
}
