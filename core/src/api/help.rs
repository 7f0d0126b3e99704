//! Help: articles in English and Chinese, and a search over them.

use okpay_macros::model;

/// One article of the help centre, in one language.
#[model]
pub struct HelpArticle {
    /// Its name, the same in both languages, such as `refund-time`.
    pub id: String,
    /// The language that it is in: `en` or `zh-CN`.
    pub language: String,
    /// What it is about: a topic of tickets.
    pub topic: super::TicketTopic,
    /// Its title.
    pub title: String,
    /// The answer in a sentence.
    pub summary: String,
    /// The whole text. Plain text: escape it where it goes into HTML.
    pub body: String,
}

/// An article that was found.
#[model]
pub struct HelpHit {
    /// The name of the article.
    pub id: String,
    /// The language that it is in.
    pub language: String,
    /// What it is about.
    pub topic: super::TicketTopic,
    /// Its title.
    pub title: String,
    /// The answer in a sentence.
    pub summary: String,
    /// How well it fits: more is better, and says nothing between two searches.
    pub score: u32,
}

/// What was found, the best first.
#[model(page)]
pub struct HelpHitPage {
    /// The articles.
    pub data: Vec<HelpHit>,
    /// Nothing: what is further down fits too little.
    pub next: Option<String>,
}

/// What to look for.
#[model(params)]
pub struct SearchHelp {
    /// Words of English, or a text in Chinese: at most 200 characters.
    pub query: String,
    /// `en`, `zh-CN` or an `Accept-Language` header; the language of the query by default.
    pub language: Option<String>,
    /// 1 to 20; 5 by default.
    pub limit: Option<u32>,
}

/// In which language an article is read.
#[model(params)]
pub struct ReadHelpArticle {
    /// `en`, `zh-CN` or an `Accept-Language` header; English by default.
    pub language: Option<String>,
}

/// All articles of a language.
#[model(page)]
pub struct HelpArticlePage {
    /// The articles.
    pub data: Vec<HelpArticle>,
    /// Nothing: all of them fit.
    pub next: Option<String>,
}

/// Which articles to list.
#[model(params)]
pub struct ListHelpArticles {
    /// `en`, `zh-CN` or an `Accept-Language` header; English by default.
    pub language: Option<String>,
    /// Only this topic.
    pub topic: Option<super::TicketTopic>,
}
