//! The words behind `--`.

use std::collections::BTreeMap;

/// What the command line asks for.
#[derive(Debug, Default)]
pub(crate) struct Arguments {
    pub(crate) words: Vec<String>,
    pub(crate) settings: BTreeMap<String, String>,
}

impl Arguments {
    pub(crate) fn parse() -> Self {
        let mut arguments = Self::default();
        for word in std::env::args().skip(1).filter(|word| !word.starts_with('-')) {
            match word.split_once('=') {
                Some((name, value)) => {
                    arguments.settings.insert(name.to_owned(), value.to_owned());
                }
                None => arguments.words.push(word),
            }
        }
        arguments
    }

    /// A word of a failure: `seed=7`.
    pub(crate) fn setting(&self, name: &str) -> Option<&str> {
        self.settings.get(name).map(String::as_str)
    }

    pub(crate) fn number(&self, name: &str) -> Option<u64> {
        self.setting(name).map(|text| text.parse().unwrap_or_else(|_| panic!("{name}={text}: no number")))
    }

    /// A run of millions of cases; one without it draws some of them.
    pub(crate) fn is_long(&self) -> bool {
        self.words.iter().any(|word| word == "long")
    }

    pub(crate) fn wants(&self, tier: &str) -> bool {
        let names: Vec<_> = self.words.iter().filter(|word| *word != "long").collect();
        // The words of a failure name its tier by what they set.
        let replayed = match self.settings.keys().next() {
            None => None,
            Some(_) if self.settings.contains_key("fault") => Some("faults"),
            Some(_) if self.settings.contains_key("flip") => Some("flips"),
            Some(_) if self.settings.contains_key("scenario") => Some("scripted"),
            Some(_) if self.settings.contains_key("sequence") => Some("sequences"),
            Some(_) if self.settings.contains_key("reader") => Some("beside"),
            Some(_) if self.settings.contains_key("segments") => Some("segments"),
            Some(_) => Some("random"),
        };
        replayed
            .map_or(names.is_empty() || names.iter().any(|name| *name == tier), |replayed| replayed == tier)
    }
}
