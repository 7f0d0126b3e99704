//! Help: the articles, and a search over them. The articles are data: `en.json` and `zh-CN.json`, under the same names.
//!
//! A text becomes terms: words of English without their endings, pairs of neighbouring characters of Chinese. A term counts by where it
//! stands and by how few articles have it, an article by how many terms of the query it has. Whole numbers only, so that the order is the
//! same everywhere.

mod terms;

use crate::refusal::{Outcome, Refusal, not_found};
use okpay::ErrorCode;
use okpay::api::{HelpArticle, HelpHit, TicketTopic};
use serde::Deserialize;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;
use terms::{is_chinese, terms};

static ENGLISH: LazyLock<Result<Shelf, String>> = LazyLock::new(|| Shelf::read("en", include_str!("en.json")));
static CHINESE: LazyLock<Result<Shelf, String>> = LazyLock::new(|| Shelf::read("zh-CN", include_str!("zh-CN.json")));

/// What a term is worth by where it stands.
const TITLE: u32 = 8;
const KEYWORD: u32 = 6;
const SUMMARY: u32 = 3;
const BODY: u32 = 1;

/// A term that stands often in one place counts so often at most.
const OFTEN: u32 = 3;

/// An article as the file has it.
#[derive(Debug, Deserialize)]
struct Row {
    id: String,
    topic: TicketTopic,
    title: String,
    keywords: Vec<String>,
    summary: String,
    body: String,
}

/// All articles of a language with their index.
#[derive(Debug)]
struct Shelf {
    language: &'static str,
    rows: Vec<Row>,
    /// By term: which articles have it, and how much it is worth there.
    index: BTreeMap<String, BTreeMap<usize, u32>>,
}

impl Shelf {
    fn read(language: &'static str, text: &str) -> Result<Self, String> {
        let rows = serde_json::from_str::<Vec<Row>>(text).map_err(|error| error.to_string())?;
        let mut index = BTreeMap::<String, BTreeMap<usize, u32>>::new();
        for (number, row) in rows.iter().enumerate() {
            for (term, worth) in row.worths() {
                index.entry(term).or_default().insert(number, worth);
            }
        }
        Ok(Self { language, rows, index })
    }

    /// How well each article fits, of those that do at all.
    fn scores(&self, query: &str) -> BTreeMap<usize, u32> {
        let asked = terms(query).into_iter().collect::<BTreeSet<_>>();
        let (mut scores, mut hits) = (BTreeMap::<usize, u32>::new(), BTreeMap::<usize, u32>::new());
        for term in &asked {
            for (number, worth) in self.of_term(term) {
                *scores.entry(number).or_default() += worth;
                *hits.entry(number).or_default() += 1;
            }
        }
        // One that has most of what is asked for is meant rather than one that has a single word of it often.
        scores.iter_mut().for_each(|(number, score)| *score *= hits.get(number).copied().unwrap_or(1));
        scores
    }

    /// What a term is worth in each article: the rarer, the more. The beginning of a word counts half.
    fn of_term(&self, term: &str) -> BTreeMap<usize, u32> {
        let is_beginning = term.len() >= 4 && term.is_ascii();
        let from = self.index.range(term.to_owned()..).take_while(|(known, _)| known.starts_with(term));
        let mut found = BTreeMap::<usize, u32>::new();
        for (known, articles) in from.filter(|(known, _)| is_beginning || known.as_str() == term) {
            let rarity = (self.rows.len() * 4 / articles.len().max(1)).ilog2().max(1);
            let share = if known == term { 2 } else { 1 };
            for (number, worth) in articles {
                let worth = worth * rarity * share;
                found.entry(*number).and_modify(|best| *best = worth.max(*best)).or_insert(worth);
            }
        }
        found
    }
}

impl Row {
    fn worths(&self) -> BTreeMap<String, u32> {
        let places = [(self.title.as_str(), TITLE), (&self.keywords.join(" "), KEYWORD), (&self.summary, SUMMARY), (&self.body, BODY)]
            .map(|(text, worth)| (terms(text), worth));
        let mut worths = BTreeMap::<String, u32>::new();
        for (terms, worth) in places {
            let mut counts = BTreeMap::<String, u32>::new();
            for term in terms {
                *counts.entry(term).or_default() += 1;
            }
            for (term, count) in counts {
                *worths.entry(term).or_default() += worth * count.min(OFTEN);
            }
        }
        worths
    }

    fn article(&self, language: &str) -> HelpArticle {
        HelpArticle {
            id: self.id.clone(),
            language: language.to_owned(),
            topic: self.topic.clone(),
            title: self.title.clone(),
            summary: self.summary.clone(),
            body: self.body.clone(),
        }
    }
}

/// The articles of the language that is wanted.
fn shelf(wanted: &str) -> Outcome<&'static Shelf> {
    let language = okpay::advice::for_code(&ErrorCode::NotFound, wanted).locale;
    let shelf = if language == "zh-CN" { &CHINESE } else { &ENGLISH };
    shelf.as_ref().map_err(|error| Refusal::Internal(format!("help/{language}.json: {error}")))
}

/// What fits a query, the best first. Without a language it is the one that the query is written in.
pub(crate) fn search(query: &str, language: Option<&str>, limit: usize) -> Outcome<Vec<HelpHit>> {
    let written = if query.chars().any(is_chinese) { "zh-CN" } else { "en" };
    let shelf = shelf(language.unwrap_or(written))?;
    let mut found = shelf.scores(query).into_iter().collect::<Vec<_>>();
    // Of equals the first in the file.
    found.sort_by_key(|(number, score)| (std::cmp::Reverse(*score), *number));
    let hit = |(number, score): &(usize, u32)| {
        let row = shelf.rows.get(*number)?;
        let HelpArticle { id, language, topic, title, summary, .. } = row.article(shelf.language);
        Some(HelpHit { id, language, topic, title, summary, score: *score })
    };
    Ok(found.iter().take(limit).filter_map(hit).collect())
}

/// Every article of a language.
pub(crate) fn all(language: &str) -> Outcome<Vec<HelpArticle>> {
    let shelf = shelf(language)?;
    Ok(shelf.rows.iter().map(|row| row.article(shelf.language)).collect())
}

/// One article.
pub(crate) fn one(id: &str, language: &str) -> Outcome<HelpArticle> {
    let shelf = shelf(language)?;
    let row = shelf.rows.iter().find(|row| row.id == id).ok_or_else(|| not_found("article", id))?;
    Ok(row.article(shelf.language))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn first(query: &str) -> String {
        search(query, None, 5).unwrap().first().map(|hit| hit.id.clone()).unwrap_or_default()
    }

    #[test]
    fn the_article_that_is_meant_comes_first() {
        for (query, id) in [
            ("how long does a refund take", "refund-time"),
            ("refunding a part", "partial-refund"),
            ("was the card declined?", "declined-card"),
            ("timeout, did we pay twice", "outcome-unknown"),
            ("webhooks signature", "verify-webhooks"),
            ("phishing email", "is-it-okpay"),
            ("API key was leaked", "lost-key"),
            ("USDT underpaid", "crypto-underpaid"),
            ("withdraw to iban", "withdraw-money"),
            ("holidays arrival", "arrival-days"),
            ("退款多久到账", "refund-time"),
            ("部分退款", "partial-refund"),
            ("银行卡被拒绝", "declined-card"),
            ("怎么提现到银行", "withdraw-money"),
            ("钓鱼邮件", "is-it-okpay"),
            ("手续费怎么算", "understand-fees"),
            ("密钥泄露", "lost-key"),
            ("USDT 少付", "crypto-underpaid"),
        ] {
            assert_eq!(first(query), id, "{query}: {:?}", search(query, None, 5).unwrap());
        }
    }

    #[test]
    fn what_is_begun_is_found_and_what_is_nowhere_is_not() {
        assert_eq!(first("withdraw"), first("withdra"));
        assert!(search("zebra", None, 5).unwrap().is_empty() && search("the of and", None, 5).unwrap().is_empty());
        assert!(search("！？", None, 5).unwrap().is_empty());
        let hits = search("refund", None, 20).unwrap();
        assert!(hits.len() > 1 && hits.windows(2).all(|pair| pair[0].score >= pair[1].score));
        assert_eq!(search("refund", Some("zh-CN"), 5).unwrap().first().map(|hit| hit.language.clone()), Some("zh-CN".to_owned()));
    }

    #[test]
    fn both_languages_have_the_same_articles() {
        let (english, chinese) = (all("en").unwrap(), all("zh").unwrap());
        let names =
            |articles: &[HelpArticle]| articles.iter().map(|article| (article.id.clone(), article.topic.clone())).collect::<Vec<_>>();
        assert_eq!(names(&english), names(&chinese));
        assert!(english.len() >= 12);
        for article in english.iter().chain(&chinese) {
            assert!(TicketTopic::KNOWN.contains(&article.topic), "{}", article.id);
            let length = article.body.chars().count();
            assert!((100..1200).contains(&length), "{}: {length}", article.id);
            assert_eq!(article.title.chars().any(is_chinese), article.language == "zh-CN", "{}", article.title);
            assert_eq!(one(&article.id, &article.language).unwrap(), *article);
        }
        assert!(one("none", "en").is_err());
    }
}
