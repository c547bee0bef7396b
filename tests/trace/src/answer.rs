//! Answers as text.

/// What an operation answers.
pub type Answer = String;
