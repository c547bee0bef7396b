//! A page of a list.

use crate::types::{
    Entry, EntryPage, KeyPage, LinePage, MapItem, MapPage, NamePage, RefEntry, RefPage, Usage, UsagePage,
};

/// Some items, and where the next page begins.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Page<T> {
    /// The items.
    pub items: Vec<T>,
    /// The cursor behind them: also at the end, where more may come.
    pub through: String,
    /// `true` at the end of what was there.
    pub done: bool,
}

impl<T> Page<T> {
    /// The cursor of the next page; none when this one was the last.
    #[must_use]
    pub fn next(&self) -> Option<&str> {
        (!self.done).then_some(self.through.as_str())
    }

    /// The same page of other items.
    pub(crate) fn map<U>(self, map: impl FnMut(T) -> U) -> Page<U> {
        let items = self.items.into_iter().map(map).collect();
        Page { items, through: self.through, done: self.done }
    }
}

macro_rules! pages {
    ($($page:ident { $items:ident: $item:ty }, $list:expr;)*) => {$(
        impl From<$page> for Page<$item> {
            fn from($page { $items, through, done }: $page) -> Self {
                Self { items: $list, through, done }
            }
        }

        impl $page {
            /// The cursor of the next page; none when this one was the last.
            #[must_use]
            pub fn next(&self) -> Option<&str> {
                (!self.done).then_some(self.through.as_str())
            }
        }
    )*};
}

pages! {
    EntryPage { entries: Entry }, entries;
    KeyPage { keys: Vec<u8> }, keys;
    LinePage { lines: String }, lines.lines().map(str::to_owned).collect();
    MapPage { items: MapItem }, items;
    NamePage { names: String }, names;
    RefPage { refs: RefEntry }, refs;
    UsagePage { items: Usage }, items;
}
