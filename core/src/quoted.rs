//! [`quoted`]: a text of somebody else's inside a sentence of ours.

use std::fmt::{self, Display, Formatter, Write};

/// The text in quotes. What would end them, break the line or turn the direction of writing is escaped, so that it cannot pose as more of
/// the sentence. `{:?}` does so too, with tables of all that Unicode can print, which a checkout page would load.
pub(crate) fn quoted(text: &str) -> impl Display {
    Quoted(text)
}

struct Quoted<'t>(&'t str);

impl Display for Quoted<'_> {
    fn fmt(&self, formatter: &mut Formatter<'_>) -> fmt::Result {
        formatter.write_char('"')?;
        for character in self.0.chars() {
            match character {
                '"' | '\\' => write!(formatter, "\\{character}")?,
                unseen if is_unseen(unseen) => write!(formatter, "\\u{{{:x}}}", u32::from(unseen))?,
                seen => formatter.write_char(seen)?,
            }
        }
        formatter.write_char('"')
    }
}

/// Control characters, and those of Unicode's that break lines, have no width or turn the direction of writing.
fn is_unseen(character: char) -> bool {
    character.is_control() || matches!(character, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}')
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn what_could_pose_as_ours_is_escaped() {
        for (text, inside) in [
            ("EUR", "EUR"),
            ("", ""),
            ("分期", "分期"),
            ("a\"b\\c", "a\\\"b\\\\c"),
            ("a\nb\u{7f}", "a\\u{a}b\\u{7f}"),
            ("\u{202e}cba\u{2028}", "\\u{202e}cba\\u{2028}"),
        ] {
            assert_eq!(quoted(text).to_string(), format!("\"{inside}\""));
        }
    }

    proptest! {
        /// Rust's own escapes are the judge.
        #[test]
        fn printable_text_is_as_in_debug(text in "[ -~äöü支付]{0,40}") {
            prop_assert_eq!(quoted(&text).to_string(), format!("{text:?}"));
        }

        #[test]
        fn it_stays_in_its_quotes(text in any::<String>()) {
            let written = quoted(&text).to_string();
            let inside = &written[1..written.len() - 1];
            prop_assert!(!inside.replace("\\\\", "").replace("\\\"", "").contains('"'));
            prop_assert!(!inside.chars().any(char::is_control));
        }
    }
}
