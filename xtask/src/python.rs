//! Python: the generated part of the package, and the step that builds and tests it.
//!
//! | file | what |
//! | --- | --- |
//! | `python/models.rs` | the template of `_generated/models.py` |
//! | `python/operations.rs` | the template of `_generated/operations.py` |
//! | `python/wheel.rs` | the wheel, built and installed |
//! | `python/check.rs` | the wheel, tested as users get it |
//! | `python/distribute.rs` | the wheel that is handed out, with the sources, and its benchmark |

mod check;
mod distribute;
mod models;
mod operations;
mod wheel;

pub(crate) use check::check;
pub(crate) use distribute::{bench, package};
pub(crate) use wheel::installed;

use crate::schema::Schemas;
use anyhow::Result;

const FOLDER: &str = "bindings/python/python/okpay/_generated";

/// The generated files, seen from the root.
pub(crate) fn files(origin: &str) -> Result<Vec<(String, String)>> {
    let schemas = Schemas::read()?;
    let head = |about: &str| format!("\"\"\"{about}\"\"\"\n# {origin}\n");
    Ok(vec![
        (format!("{FOLDER}/__init__.py"), head("What is made from the table of endpoints and its models.")),
        (format!("{FOLDER}/models.py"), head("Every model and every set of texts of the API.") + &models::models(&schemas)?),
        (format!("{FOLDER}/operations.py"), head("The methods of the clients.") + &operations::operations(&schemas)?),
    ])
}

/// Words that cannot be names in Python.
fn is_keyword(name: &str) -> bool {
    const KEYWORDS: [&str; 35] = [
        "False", "None", "True", "and", "as", "assert", "async", "await", "break", "class", "continue", "def", "del", "elif", "else",
        "except", "finally", "for", "from", "global", "if", "import", "in", "is", "lambda", "nonlocal", "not", "or", "pass", "raise",
        "return", "try", "while", "with", "yield",
    ];
    KEYWORDS.contains(&name)
}
