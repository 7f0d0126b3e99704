//! placeholder
/// One page of a list.
pub trait Page {
    /// Its element.
    type Item;
    /// The elements, and where the next page starts.
    fn into_parts(self) -> (Vec<Self::Item>, Option<String>);
}

#[cfg(feature = "schema")]
pub(crate) fn open_set_schema(known: &[&str]) -> schemars::Schema {
    schemars::json_schema!({ "type": "string", "examples": known, "x-known-values": known })
}
