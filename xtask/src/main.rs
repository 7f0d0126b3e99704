//! Placeholder of the workspace until its code lands.
fn main() {}
