//! What a page loads when it asks for it: the fee engine is a wasm file of its own, cut off the checkout's after linking.
//!
//! It is what one function alone leads to. Here that function is declared twice, as an import and as an export, under names of the form
//! that `wasm_split_cli_support` looks for (`__wasm_split_00PART00_import_ID_…`): whatever only the export leads to is moved into a second
//! file, and both are joined over the table of functions. `ts/load-checkout.ts` loads that file before anybody calls. The server's library is
//! whole, and calls at once.

use crate::errors::Told;
use crate::fees::{Schedule, Source};

/// Loads a schedule by way of the engine, wherever that is.
pub(crate) fn load_schedule(source: &Source<'_>) -> Result<Box<dyn Schedule>, Told> {
    #[cfg(feature = "secret")]
    return crate::fees::load_schedule(source);
    #[cfg(not(feature = "secret"))]
    return split::load_schedule(source);
}

#[cfg(not(feature = "secret"))]
#[expect(improper_ctypes, reason = "both sides are this file, by one compiler")]
mod split {
    use crate::errors::Told;
    use crate::fees::{self, Schedule, Source};
    use okpay::{ErrorCode, OkpayError};

    type Loaded = Result<Box<dyn Schedule>, Told>;

    #[link(wasm_import_module = "__wasm_split_placeholder__")]
    unsafe extern "C" {
        #[link_name = "__wasm_split_00fees00_import_00000000000000000000000000000001_load"]
        safe fn fees_import(source: &Source<'_>, loaded: &mut Loaded);
    }

    #[unsafe(export_name = "__wasm_split_00fees00_export_00000000000000000000000000000001_load")]
    extern "C" fn fees_export(source: &Source<'_>, loaded: &mut Loaded) {
        *loaded = fees::load_schedule(source);
    }

    pub(super) fn load_schedule(source: &Source<'_>) -> Loaded {
        let nothing = OkpayError::invalid(ErrorCode::InvalidSchedule, "the fee engine gave no answer");
        let mut loaded = Err(nothing.into());
        fees_import(source, &mut loaded);
        loaded
    }
}
