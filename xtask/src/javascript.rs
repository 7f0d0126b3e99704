//! Browser and Node: the generated part of the package, and the step that builds and tests it.
//!
//! | file | what |
//! | --- | --- |
//! | `javascript/models.rs` | the templates of `generated/models.ts` and `generated/events.ts` |
//! | `javascript/operations.rs` | the template of `generated/checkout.ts` and `generated/server.ts` |
//! | `javascript/build.rs` | the package, built |
//! | `javascript/check.rs` | its step: packed, installed and tested as users get it |
//! | `javascript/distribute.rs` | the tarball to hand out; the benchmark |

mod build;
mod check;
mod distribute;
mod models;
mod operations;

pub(crate) use check::{browser, check, packed};
pub(crate) use distribute::{bench, package};

use crate::schema::Schemas;
use anyhow::Result;

const FOLDER: &str = "bindings/wasm/ts/generated";

/// The generated files, seen from the root.
pub(crate) fn files(origin: &str) -> Result<Vec<(String, String)>> {
    let schemas = Schemas::read()?;
    let file = |name: &str, about: &str, text: String| (format!("{FOLDER}/{name}.ts"), format!("// {origin}\n\n/** {about} */\n\n{text}"));
    Ok(vec![
        file("models", "Every model and every set of texts of the API, as they travel.", models::models(&schemas)?),
        file("events", "The types of events that this version knows.", models::events()),
        file("checkout", "The methods of a client in a browser.", operations::operations(&schemas, operations::Layer::Checkout)?),
        file("server", "The methods of a client on a server.", operations::operations(&schemas, operations::Layer::Server)?),
    ])
}

/// A doc comment. Its lines begin with `indent`.
fn comment(text: &str, indent: &str) -> String {
    let text = text.trim().replace("*/", "* /");
    match text.contains('\n') {
        false => format!("{indent}/** {text} */\n"),
        true => {
            let lines = text.lines().map(|line| format!("{indent} * {line}").trim_end().to_owned() + "\n").collect::<String>();
            format!("{indent}/**\n{lines}{indent} */\n")
        }
    }
}
