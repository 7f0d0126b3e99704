//! Kotlin: the generated part of the module, and the step that builds and tests it.
//!
//! | file | what |
//! | --- | --- |
//! | `kotlin/models.rs` | the templates of `models/Sets.kt`, `models/Models.kt` and `models/Params.kt` |
//! | `kotlin/operations.rs` | the templates of `Operations.kt` and `BlockingOperations.kt` |
//! | `kotlin/pack.rs` | the jar as it is handed out |
//! | `kotlin/check.rs` | the library, the plumbing over it, Maven's build, and a program that uses the jar as users get it |

mod check;
mod models;
mod operations;
mod pack;

pub(crate) use check::{check, install, maven};
pub(crate) use pack::package;

use crate::schema::Schemas;
use anyhow::Result;

const FOLDER: &str = "bindings/uniffi/kotlin/src/generated/kotlin/com/okpay";

/// The generated files, seen from the root.
pub(crate) fn files(origin: &str) -> Result<Vec<(String, String)>> {
    let schemas = Schemas::read()?;
    let made = [
        ("models/Sets.kt", models::sets(&schemas)?),
        ("models/Models.kt", models::models(&schemas)?),
        ("models/Params.kt", models::params(&schemas)?),
        ("Operations.kt", operations::suspending(&schemas)?),
        ("BlockingOperations.kt", operations::blocking(&schemas)?),
    ];
    Ok(made.into_iter().map(|(name, text)| (format!("{FOLDER}/{name}"), format!("// {origin}\n\n{text}"))).collect())
}

/// `amountCaptured` for `amount_captured`, with backticks where Kotlin has the word for itself. `object`, which it has, too, is an id, and
/// called as in an exception.
fn name(field: &str) -> String {
    const KEYWORDS: [&str; 27] = [
        "as",
        "break",
        "class",
        "continue",
        "do",
        "else",
        "false",
        "for",
        "fun",
        "if",
        "in",
        "interface",
        "is",
        "null",
        "package",
        "return",
        "super",
        "this",
        "throw",
        "true",
        "try",
        "typealias",
        "typeof",
        "val",
        "var",
        "when",
        "while",
    ];
    let name = if field == "object" { "objectId".to_owned() } else { camel(field) };
    if KEYWORDS.contains(&name.as_str()) { format!("`{name}`") } else { name }
}

fn camel(field: &str) -> String {
    let words = crate::schema::class_name(field);
    let (first, rest) = words.split_at_checked(1).unwrap_or((&words, ""));
    first.to_lowercase() + rest
}

/// A KDoc comment, its lines behind `indent`.
fn kdoc(text: &str, indent: &str) -> String {
    let lines = text.replace("*/", "*&#47;");
    let lines = lines.split('\n').map(str::trim_end).collect::<Vec<_>>();
    match lines.as_slice() {
        [line] => format!("{indent}/** {line} */\n"),
        lines => {
            let lines = lines.iter().map(|line| format!("{}\n", format!("{indent} * {line}").trim_end()));
            format!("{indent}/**\n{}{indent} */\n", lines.collect::<String>())
        }
    }
}
