//! Names and comments as Swift has them: `cancelURL` for `cancel_url`, `APIKey` for `ApiKey`, `///` before every line.

use anyhow::{Result, bail};

/// Words that stand in capitals where they do not begin a name.
const ACRONYMS: [&str; 9] = ["api", "bic", "cvc", "iban", "id", "pin", "sms", "url", "uri"];

/// Words that need backticks to be a name.
const KEYWORDS: [&str; 38] = [
    "as",
    "associatedtype",
    "break",
    "case",
    "catch",
    "class",
    "continue",
    "default",
    "defer",
    "do",
    "else",
    "enum",
    "extension",
    "fallthrough",
    "false",
    "for",
    "func",
    "guard",
    "if",
    "import",
    "in",
    "inout",
    "internal",
    "is",
    "let",
    "nil",
    "operator",
    "private",
    "protocol",
    "public",
    "repeat",
    "return",
    "static",
    "switch",
    "throw",
    "true",
    "var",
    "where",
];

/// `amountCaptured` for `amount_captured` and `paymentSucceeded` for `payment.succeeded`. `object` is an id, and called as in an error.
pub(super) fn member(text: &str) -> Result<String> {
    let text = if text == "object" { "object_id" } else { text };
    let words = text.split(|character: char| !character.is_ascii_alphanumeric()).filter(|word| !word.is_empty());
    let name = words.enumerate().map(|(place, word)| match place {
        0 => word.to_ascii_lowercase(),
        _ if ACRONYMS.contains(&word) => word.to_ascii_uppercase(),
        _ => capitalized(word),
    });
    let name = name.collect::<String>();
    if name.starts_with(|first: char| !first.is_ascii_lowercase()) || ["init", "self", "known", "rawValue", "hash"].contains(&name.as_str())
    {
        bail!("{text:?} gives no name in Swift");
    }
    Ok(if KEYWORDS.contains(&name.as_str()) { format!("`{name}`") } else { name })
}

/// `APIKey` for `ApiKey`.
pub(super) fn type_name(name: &str) -> String {
    let begun = ["Api", "Iban", "Qr"].into_iter().find_map(|acronym| Some((acronym, name.strip_prefix(acronym)?)));
    match begun {
        Some((acronym, rest)) if !rest.starts_with(|next: char| next.is_ascii_lowercase()) => acronym.to_ascii_uppercase() + rest,
        _ => name.to_owned(),
    }
}

/// `CheckoutSessions` for `checkout_sessions`.
pub(super) fn group_type(group: &str) -> String {
    type_name(&crate::schema::class_name(group))
}

/// A comment of one paragraph.
pub(super) fn comment(indent: &str, text: &str) -> String {
    format!("{indent}/// {}\n", text.replace('\n', " "))
}

fn capitalized(word: &str) -> String {
    let (first, rest) = word.split_at_checked(1).unwrap_or((word, ""));
    first.to_ascii_uppercase() + rest
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_swifts() {
        let names = [("amount_captured", "amountCaptured"), ("cancel_url", "cancelURL"), ("payment.succeeded", "paymentSucceeded")];
        for (text, name) in names.into_iter().chain([("id", "id"), ("api_version", "apiVersion"), ("default", "`default`")]) {
            assert_eq!(member(text).unwrap(), name);
        }
        assert!(member("3ds").is_err() && member("init").is_err());
        assert_eq!(
            (type_name("Iban").as_str(), type_name("QrField").as_str(), type_name("Apiary").as_str()),
            ("IBAN", "QRField", "Apiary")
        );
        assert_eq!((type_name("ApiKeyKind").as_str(), group_type("fee_quotes").as_str()), ("APIKeyKind", "FeeQuotes"));
    }
}
