//! What is made to look like something on the list. It only says why a thing that is not listed is suspicious.
//!
//! Two texts look alike if their skeletons do: small letters, with letters of other scripts and digits in the place of those that they
//! are mistaken for, and without what eyes pass over. A brand is the name in a listed host, `okpay` of `www.okpay.test`.

use super::entries::Entries;

/// A name that is imitated, and the host on the list that has it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Brand {
    pub(super) name: String,
    pub(super) host: String,
}

/// A shorter name stands in too many others by chance.
const LEAST_BRAND: usize = 4;

impl Brand {
    /// The label before the last: what is behind it is sold to anybody.
    pub(super) fn of_host(host: &str) -> Self {
        let label = host.rsplit('.').nth(1).unwrap_or_default();
        Self { name: skeleton(label), host: host.to_owned() }
    }
}

/// The host on the list that another host imitates: by holding its name, or one that is a letter off.
pub(super) fn imitated<'e>(entries: &'e Entries, host: &str) -> Option<&'e str> {
    let shown = unicode(host);
    let labels = shown.split('.').map(skeleton).collect::<Vec<_>>();
    let brands = entries.brands.iter().filter(|brand| brand.name.len() >= LEAST_BRAND);
    let is_like = |brand: &&Brand| labels.iter().any(|label| label.contains(&brand.name) || is_near(&brand.name, label));
    brands.into_iter().find(is_like).map(|brand| brand.host.as_str())
}

/// The handle on the list that another one imitates, on whatever platform.
pub(super) fn imitated_handle<'e>(entries: &'e Entries, handle: &str) -> Option<&'e str> {
    let shown = skeleton(handle);
    let is_like = |name: &str| shown.contains(name) || is_near(name, &shown);
    let by_handle = entries.accounts.iter().find(|account| is_like(&skeleton(&account.handle))).map(|account| account.handle.as_str());
    let by_brand = || entries.brands.iter().find(|brand| brand.name.len() >= LEAST_BRAND && is_like(&brand.name));
    by_handle.or_else(|| by_brand().map(|brand| brand.host.as_str()))
}

/// Whether two texts differ by one letter: another one, one more, one less, or two in the other order.
pub(super) fn is_near(one: &str, other: &str) -> bool {
    let (one, other) = (one.chars().collect::<Vec<_>>(), other.chars().collect::<Vec<_>>());
    let (short, long) = if one.len() <= other.len() { (&one, &other) } else { (&other, &one) };
    let same = short.iter().zip(long.iter()).take_while(|(one, other)| one == other).count();
    let (short, long) = (&short[same..], &long[same..]);
    match (short, long) {
        ([], []) => false,
        (short, [_, rest @ ..]) if short == rest => true,
        ([_, short @ ..], [_, long @ ..]) if short == long => true,
        ([a, b, short @ ..], [c, d, long @ ..]) => (a, b) == (d, c) && short == long,
        _ => false,
    }
}

/// A host as it is shown: its `xn--` labels in their own letters (RFC 3492).
pub(super) fn unicode(host: &str) -> String {
    idna::domain_to_unicode(host).0
}

/// What eyes read.
pub(super) fn skeleton(text: &str) -> String {
    let letters = text.to_lowercase().chars().filter_map(twin).collect::<String>();
    letters.replace("rn", "m").replace("vv", "w").replace("cl", "d")
}

/// The letter that one is mistaken for; nothing for what eyes pass over.
fn twin(letter: char) -> Option<char> {
    if matches!(letter, '-' | '_' | '.' | '\u{300}'..='\u{36f}' | '\u{200b}'..='\u{200f}' | '\u{ad}' | '\u{2060}') {
        return None;
    }
    let found = TWINS.iter().find(|(_, letters)| letters.contains(letter));
    Some(found.map_or(letter, |(latin, _)| *latin))
}

/// Latin letters, and what is taken for them: digits, Cyrillic, Greek, Armenian and accented letters.
static TWINS: &[(char, &str)] = &[
    ('a', "аαáàâäãåāăąạɑ4@"),
    ('b', "ьβƅ"),
    ('c', "сϲçćč"),
    ('d', "ԁđďɗ"),
    ('e', "еєéèêëēĕėęěẹ3ё"),
    ('g', "ɡğģġ9"),
    ('h', "һհ"),
    ('i', "іıíìîïīįịιї1lӏ|"),
    ('j', "јϳ"),
    ('k', "кκķҝқĸ"),
    ('n', "пոñńňņη"),
    ('o', "оοσ0óòôöõøōőọօө"),
    ('p', "рρϸþṗ"),
    ('q', "ԛգ"),
    ('r', "гŕřŗ"),
    ('s', "ѕśšşșṣ5$"),
    ('t', "тτţťț7"),
    ('u', "υսúùûüūůűųụ"),
    ('v', "ѵν"),
    ('w', "ԝωŵѡ"),
    ('x', "хχ"),
    ('y', "уүγýÿŷỳỵ"),
    ('z', "źžż2"),
];

/// Whether a label mixes Latin letters with those of a script that has the same shapes, or two such scripts.
pub(super) fn is_mixed(label: &str) -> bool {
    let mut scripts = label.chars().filter_map(script).collect::<Vec<_>>();
    scripts.sort_unstable();
    scripts.dedup();
    scripts.len() > 1
}

/// The script of a letter, of those whose letters look like another's. Chinese, Japanese and Korean stand beside Latin as a rule.
fn script(letter: char) -> Option<u8> {
    match letter {
        'a'..='z' | 'A'..='Z' | '\u{c0}'..='\u{24f}' => Some(0),
        '\u{370}'..='\u{3ff}' | '\u{1f00}'..='\u{1fff}' => Some(1),
        '\u{400}'..='\u{52f}' | '\u{1c80}'..='\u{1c8f}' | '\u{a640}'..='\u{a69f}' => Some(2),
        '\u{530}'..='\u{58f}' => Some(3),
        '\u{13a0}'..='\u{13ff}' | '\u{ab70}'..='\u{abbf}' => Some(4),
        _ => None,
    }
}
