//! The gateway in a box.
