//! [`Locale`]: one of the two languages, chosen from what a reader asks for.

use crate::money::{is_plain_decimal, scaled};

/// A language that there are texts in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Locale {
    English,
    Chinese,
}

/// How many ranges of a header are read: far more than a browser sends.
const MAX_RANGES: usize = 64;

impl Locale {
    /// The language wanted most, of a tag or an `Accept-Language` header (RFC 9110, section 12.5.4). English where neither is asked
    /// for. The first of equal weights wins; what is malformed is passed over.
    pub(super) fn negotiate(wanted: &str) -> Self {
        let mut best = (0, Self::English);
        for (weight, locale) in wanted.split(',').take(MAX_RANGES).filter_map(range) {
            if weight > best.0 {
                best = (weight, locale);
            }
        }
        best.1
    }

    /// The tag of BCP 47.
    pub(super) fn tag(self) -> &'static str {
        match self {
            Self::English => "en",
            Self::Chinese => "zh-CN",
        }
    }

    /// What stands between two sentences.
    #[cfg(feature = "secret")]
    pub(super) fn between_sentences(self) -> &'static str {
        match self {
            Self::English => " ",
            Self::Chinese => "",
        }
    }

    /// By the primary subtag. Readers of any Chinese script read the simplified one more easily than English.
    fn of_tag(tag: &str) -> Option<Self> {
        let end = tag.bytes().position(|byte| matches!(byte, b'-' | b'_' | b'.')).unwrap_or(tag.len());
        let primary = &tag[..end];
        match primary.to_ascii_lowercase().as_str() {
            "en" | "*" => Some(Self::English),
            "zh" => Some(Self::Chinese),
            _ => None,
        }
    }
}

/// `zh-CN;q=0.8`
fn range(text: &str) -> Option<(i64, Locale)> {
    let (tag, parameter) = match text.split_once(';') {
        Some((tag, parameter)) => (tag, Some(parameter)),
        None => (text, None),
    };
    let weight = parameter.map_or(Some(WHOLE), |parameter| weight(parameter.trim()));
    Some((weight?, Locale::of_tag(tag.trim())?))
}

/// The weight of what comes without one, in thousandths.
const WHOLE: i64 = 1000;

/// `q=0.8`, in thousandths: from 0 to 1, at most three places.
fn weight(parameter: &str) -> Option<i64> {
    let value = parameter.strip_prefix("q=").or_else(|| parameter.strip_prefix("Q="))?;
    // A point may come without places.
    let weight = Some(value.strip_suffix('.').unwrap_or(value)).filter(|value| is_plain_decimal(value))?;
    scaled(weight, 3).filter(|weight| (0..=WHOLE).contains(weight))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_tag_names_its_language() {
        for tag in ["zh", "zh-CN", "ZH-cn", "zh-Hans", "zh-Hans-CN", "zh-TW", "zh_CN.UTF-8", " zh "] {
            assert_eq!(Locale::negotiate(tag), Locale::Chinese, "{tag}");
        }
        for tag in ["en", "en-GB", "EN", "en_US.UTF-8", "*", "", "de", "zhx", "z", "中文"] {
            assert_eq!(Locale::negotiate(tag), Locale::English, "{tag}");
        }
    }

    #[test]
    fn a_header_is_weighed() {
        for (header, tag) in [
            ("zh-CN,zh;q=0.9,en;q=0.8", "zh-CN"),
            ("en-US,en;q=0.9,zh-CN;q=0.8", "en"),
            ("en;q=0.3, zh;q=0.7", "zh-CN"),
            ("fr-CH, fr;q=0.9, zh;q=0.5", "zh-CN"),
            ("fr, de;q=0.5", "en"),
            ("zh, en", "zh-CN"),
            ("en, zh", "en"),
            ("zh;q=0, en;q=0.1", "en"),
            ("zh;q=0", "en"),
            ("zh; Q=1.000 , en;q=0.999", "zh-CN"),
            ("zh;q=2, en;q=0.1", "en"),
            ("zh;q=-1", "en"),
            ("zh;q=nan", "en"),
            ("zh;level=1", "en"),
            (",,;q=,zh;q=0.001", "zh-CN"),
        ] {
            assert_eq!(Locale::negotiate(header).tag(), tag, "{header}");
        }
    }

    #[test]
    fn a_long_header_is_read_in_part() {
        let header = format!("{}zh", "de,".repeat(MAX_RANGES));
        assert_eq!(Locale::negotiate(&header), Locale::English);
    }

    proptest! {
        #[test]
        fn the_higher_weight_wins(english in 0_u32..=1000, chinese in 0_u32..=1000) {
            let header = format!("en;q={}, zh;q={}", thousandths(english), thousandths(chinese));
            let expected = if chinese > english { Locale::Chinese } else { Locale::English };
            prop_assert_eq!(Locale::negotiate(&header), expected);
        }

        #[test]
        fn any_text_gets_an_answer(text in ".{0,200}") {
            let _ = Locale::negotiate(&text);
        }
    }

    fn thousandths(value: u32) -> String {
        format!("{}.{:03}", value / 1000, value % 1000)
    }
}
