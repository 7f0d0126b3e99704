//! [`Seen`]: which texts have come before.

use std::collections::BTreeMap;

/// Texts that have come. A map and no set, for the facts of a request are such a map, and so it takes no code of its own.
#[derive(Default)]
pub(super) struct Seen(BTreeMap<String, String>);

impl Seen {
    /// Takes a text, and tells whether it comes for the first time.
    pub(super) fn is_first(&mut self, text: &str) -> bool {
        self.0.insert(text.to_owned(), String::new()).is_none()
    }
}
