//! A value to its canonical text.

use std::fmt::Write as _;

use crate::error::{Error, ErrorKind};
use crate::limits::{Budget, TEXT_BYTES_MAX};
use crate::string::quote;
use crate::token::{is_symbol, is_token};
use crate::value::Value;

/// Prints the canonical text of a value: one line, and the same text for equal values.
///
/// # Shape
///
/// The answer reads back as the same value, bit for bit, and is at most
/// [`limits::TEXT_BYTES_MAX`](crate::limits::TEXT_BYTES_MAX) bytes.
///
/// # Cost
///
/// One walk over the value, at most [`limits::DEPTH_MAX`](crate::limits::DEPTH_MAX) calls deep, and memory
/// for the text.
///
/// # Errors
///
/// What would not read back is refused: `NonFinite` for a NaN or an infinity; `Name` for a symbol or keyword
/// that is no token, and for a symbol such as `true`, `nil` or `-1`; `TooDeep`, `TooLong` and `TooManyNodes`
/// past a limit. These are the only errors, and since there is no text to point into, their offset is 0.
///
/// # Examples
///
/// ```
/// use sx::Value;
///
/// let entries = [("qty".to_owned(), Value::Int(2)), ("first name".to_owned(), Value::from("Ann"))];
/// let order = Value::from_iter(entries);
/// assert_eq!(sx::print(&order)?, r#"{"first name" "Ann" :qty 2}"#);
///
/// // A float stays a float, and a name that would come back as something else is refused.
/// assert_eq!(sx::print(&Value::Float(3.0))?, "3.0");
/// assert_eq!(sx::print(&Value::Symbol("nil".into())).unwrap_err().kind(), &sx::ErrorKind::Name);
/// # Ok::<(), sx::Error>(())
/// ```
///
/// # Source
///
/// docs/semantics.md V2, V3, V4, V6
pub fn print(value: &Value) -> Result<String, Error> {
    let mut printer = Printer { out: String::new(), budget: Budget::default() };
    printer.value(value, 1)?;
    Ok(printer.out)
}

struct Printer {
    out: String,
    budget: Budget,
}

impl Printer {
    /// Recursion ends at the depth limit, which is checked first.
    fn value(&mut self, value: &Value, depth: usize) -> Result<(), ErrorKind> {
        self.budget.admit(depth)?;
        match value {
            Value::Nil => self.out.push_str("nil"),
            Value::Bool(true) => self.out.push_str("true"),
            Value::Bool(false) => self.out.push_str("false"),
            Value::Int(integer) => self.number(format_args!("{integer}")),
            Value::Float(float) if !float.is_finite() => return Err(ErrorKind::NonFinite),
            // `Debug` is the shortest text that reads back to the same bits, and shows `.` or `e`.
            Value::Float(float) => self.number(format_args!("{float:?}")),
            Value::String(text) => self.string(text)?,
            Value::Symbol(name) => self.symbol(name)?,
            Value::Keyword(name) => self.keyword(name)?,
            Value::List(items) => {
                self.out.push_str("(list");
                for item in items {
                    self.out.push(' ');
                    self.value(item, depth + 1)?;
                }
                self.out.push(')');
            }
            Value::Dict(entries) => {
                self.out.push('{');
                let mut before = "";
                for (key, value) in entries {
                    self.out.push_str(before);
                    before = " ";
                    self.key(key)?;
                    self.out.push(' ');
                    self.value(value, depth + 1)?;
                }
                self.out.push('}');
            }
        }
        self.room_for(0)
    }

    fn key(&mut self, key: &str) -> Result<(), ErrorKind> {
        if is_token(key) { self.keyword(key) } else { self.string(key) }
    }

    fn number(&mut self, digits: std::fmt::Arguments<'_>) {
        // Writing to a `String` cannot fail.
        let _ = self.out.write_fmt(digits);
    }

    fn string(&mut self, text: &str) -> Result<(), ErrorKind> {
        self.room_for(text.len())?;
        quote(text, &mut self.out);
        Ok(())
    }

    fn symbol(&mut self, name: &str) -> Result<(), ErrorKind> {
        if !is_symbol(name) {
            return Err(ErrorKind::Name);
        }
        self.room_for(name.len())?;
        self.out.extend(["(quote ", name, ")"]);
        Ok(())
    }

    fn keyword(&mut self, name: &str) -> Result<(), ErrorKind> {
        if !is_token(name) {
            return Err(ErrorKind::Name);
        }
        self.room_for(name.len())?;
        self.out.extend([":", name]);
        Ok(())
    }

    /// Refuses a text that is too long already, or would be with so many bytes more.
    fn room_for(&self, bytes: usize) -> Result<(), ErrorKind> {
        let actual = self.out.len().saturating_add(bytes);
        if actual > TEXT_BYTES_MAX {
            return Err(ErrorKind::TooLong { limit: TEXT_BYTES_MAX, actual });
        }
        Ok(())
    }
}
