//! From a text to its terms: words of Latin letters and digits without their endings, pairs of neighbouring Chinese characters.

/// Words that stand in every text.
const STOP: [&str; 44] = [
    "a", "an", "and", "are", "as", "at", "be", "been", "by", "did", "do", "does", "for", "from", "has", "have", "how", "i", "if", "in",
    "is", "it", "its", "may", "my", "no", "not", "of", "on", "or", "our", "that", "the", "them", "this", "to", "was", "we", "what", "when",
    "with", "you", "your", "will",
];

/// The terms of a text, in order.
pub(super) fn terms(text: &str) -> Vec<String> {
    let mut terms = Vec::new();
    for run in runs(text) {
        match run.chars().next().is_some_and(is_chinese) {
            true => terms.extend(pairs(&run)),
            false if STOP.contains(&run.as_str()) => {}
            false => terms.push(stem(&run)),
        }
    }
    terms
}

/// Runs of letters of one kind, in small letters.
fn runs(text: &str) -> Vec<String> {
    let mut runs = vec![String::new()];
    let mut last = None;
    for letter in text.to_lowercase().chars() {
        let kind = (letter.is_alphanumeric() || letter == '_').then(|| is_chinese(letter));
        if kind != last {
            runs.push(String::new());
        }
        if let (Some(_), Some(run)) = (kind, runs.last_mut()) {
            run.push(letter);
        }
        last = kind;
    }
    runs.retain(|run| !run.is_empty());
    runs
}

/// `退款时间` as `退款`, `款时`, `时间`: words of Chinese have no spaces between them. A character alone is its own term.
fn pairs(run: &str) -> Vec<String> {
    let letters = run.chars().collect::<Vec<_>>();
    match letters.len() {
        1 => vec![run.to_owned()],
        _ => letters.windows(2).map(|pair| pair.iter().collect()).collect(),
    }
}

/// A character of Chinese (Unicode's blocks of unified ideographs).
pub(super) fn is_chinese(letter: char) -> bool {
    matches!(letter, '\u{3400}'..='\u{4dbf}' | '\u{4e00}'..='\u{9fff}' | '\u{f900}'..='\u{faff}' | '\u{20000}'..='\u{2fa1f}')
}

/// A word without the endings of plurals and tenses, so that `refunds`, `refunded` and `refunding` are one.
fn stem(word: &str) -> String {
    if !word.is_ascii() || word.len() < 4 {
        return word.to_owned();
    }
    let without = |ending: &str, least: usize| word.strip_suffix(ending).filter(|rest| rest.len() >= least);
    if let Some(rest) = without("ies", 2) {
        return format!("{rest}y");
    }
    let stem = without("ing", 4).or_else(|| without("ed", 4)).or_else(|| without("es", 4)).or_else(|| {
        let is_plural = !word.ends_with("ss") && !word.ends_with("us") && !word.ends_with("is");
        without("s", 3).filter(|_| is_plural)
    });
    // `declin` of `declined` is also `decline` without its last letter.
    stem.unwrap_or(word).trim_end_matches('e').to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn endings_and_small_words_do_not_count() {
        assert_eq!(terms("The refunds: refunded, refunding!"), ["refund", "refund", "refund"]);
        assert_eq!(terms("decline declined declines"), ["declin", "declin", "declin"]);
        assert_eq!(terms("currencies address status 3ds"), ["currency", "address", "status", "3ds"]);
        assert_eq!(terms("requires_action"), ["requires_action"]);
        assert!(terms(" \u{3000}, … ").is_empty());
    }

    #[test]
    fn chinese_is_cut_into_pairs() {
        assert_eq!(terms("退款时间"), ["退款", "款时", "时间"]);
        assert_eq!(terms("用USDT付款。钱"), ["用", "usdt", "付款", "钱"]);
    }
}
