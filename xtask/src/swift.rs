//! Swift: the generated part of the package, and the step that builds and tests it.
//!
//! | file | what |
//! | --- | --- |
//! | `swift/names.rs` | names and comments as Swift has them |
//! | `swift/models.rs` | the templates of `Generated/Models.swift` and `Generated/OpenSets.swift` |
//! | `swift/operations.rs` | the template of `Generated/Operations.swift` |
//! | `swift/dispatch.rs` | the template of `Generated/Dispatch.swift` of the tests |
//! | `swift/check.rs` | the package, built over the library, tested, packed, and used by another package |
//! | `swift/pack.rs` | the package as it is handed out, in an archive |

mod check;
mod dispatch;
mod models;
mod names;
mod operations;
mod pack;

pub(crate) use check::{Swift, check};
pub(crate) use pack::package;

use crate::schema::Schemas;
use anyhow::Result;

const FOLDER: &str = "bindings/uniffi/swift/Sources/OKPay/Generated";
const TESTS: &str = "bindings/uniffi/swift/Tests/OKPayTests/Generated";

/// The generated files, seen from the root.
pub(crate) fn files(origin: &str) -> Result<Vec<(String, String)>> {
    let schemas = Schemas::read()?;
    let head = |about: &str| format!("// {about}\n// {origin}\n\n");
    Ok(vec![
        (format!("{FOLDER}/Models.swift"), head("Every model of the API.") + &models::models(&schemas)?),
        (format!("{FOLDER}/OpenSets.swift"), head("Every set of texts of the API.") + &models::open_sets(&schemas)?),
        (format!("{FOLDER}/Operations.swift"), head("The methods of the client.") + &operations::operations(&schemas)?),
        (
            format!("{TESTS}/Dispatch.swift"),
            head("Every operation by its name, for the runner of scenarios.") + &dispatch::dispatch(&schemas)?,
        ),
    ])
}
