//! UniFFI's own generator, of the version that the library is built with: they cannot drift apart.
#![forbid(unsafe_code)]

fn main() {
    uniffi::uniffi_bindgen_main();
}
