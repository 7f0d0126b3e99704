//! The texts of the console's further pages, in both languages.

/// The texts of one language.
pub(super) struct PageWords {
    pub(super) nav: &'static str,
    pub(super) nav_events: &'static str,
    pub(super) nav_money: &'static str,
    pub(super) nav_tickets: &'static str,
    pub(super) takings: &'static str,
    pub(super) taken: &'static str,
    pub(super) fees: &'static str,
    pub(super) net: &'static str,
    pub(super) day: &'static str,
    pub(super) total: &'static str,
    pub(super) exact: &'static str,
    pub(super) chart_about: &'static str,
    pub(super) no_takings: &'static str,
    pub(super) balances: &'static str,
    pub(super) currency: &'static str,
    pub(super) available: &'static str,
    pub(super) pending: &'static str,
    pub(super) reserved: &'static str,
    pub(super) no_balances: &'static str,
    pub(super) ledger: &'static str,
    pub(super) ledger_about: &'static str,
    pub(super) account: &'static str,
    pub(super) balance: &'static str,
    pub(super) states: &'static str,
    pub(super) no_states: &'static str,
    pub(super) newest: &'static str,
    pub(super) tickets: &'static str,
    pub(super) no_tickets: &'static str,
    pub(super) messages: &'static str,
    pub(super) diagnostics: &'static str,
    pub(super) answer: &'static str,
    pub(super) answer_hint: &'static str,
    pub(super) ask: &'static str,
    pub(super) answer_and_close: &'static str,
    pub(super) rated: &'static str,
    pub(super) expected: &'static str,
    kinds: &'static [(&'static str, &'static str)],
    methods: &'static [(&'static str, &'static str)],
}

impl PageWords {
    /// In one of the two languages, by its tag.
    pub(super) fn of(lang: &str) -> &'static Self {
        if lang == "zh-CN" { &CHINESE } else { &ENGLISH }
    }

    /// How a method is called.
    pub(super) fn method<'a>(&self, method: &'a str) -> &'a str {
        word(self.methods, method)
    }

    /// What one of a kind is called, as the table of objects names it.
    pub(super) fn kind<'a>(&self, kind: &'a str) -> &'a str {
        word(self.kinds, kind)
    }
}

/// One that has no word here has its own name.
fn word<'a>(words: &'static [(&'static str, &'static str)], name: &'a str) -> &'a str {
    words.iter().find(|(known, _)| *known == name).map_or(name, |(_, word)| word)
}

static ENGLISH: PageWords = PageWords {
    nav: "Console",
    nav_events: "Overview",
    nav_money: "Money and states",
    nav_tickets: "Tickets",
    takings: "Takings and fees, by day",
    taken: "Taken",
    fees: "Fees",
    net: "Net",
    day: "Day (UTC)",
    total: "Total",
    exact: "Exact figures, by day and method",
    chart_about: "One bar a day, its methods one on the other; the narrow bar beside it are the fees. The table below has the exact figures.",
    no_takings: "No payment was paid in the last 14 days.",
    balances: "Balances",
    currency: "Currency",
    available: "Available",
    pending: "Pending",
    reserved: "Reserved",
    no_balances: "Nothing on the account yet.",
    ledger: "Ledger",
    ledger_about: "Every account of the double-entry ledger. The sums of each currency are zero.",
    account: "Account",
    balance: "Balance",
    states: "What there is, and where it stands",
    no_states: "Nothing yet.",
    newest: "newest {}",
    tickets: "Tickets",
    no_tickets: "No ticket was opened.",
    messages: "Messages",
    diagnostics: "Diagnostics of the SDK",
    answer: "Answer as an agent",
    answer_hint: "Plain text, at most 4,000 characters. The merchant is told by a webhook.",
    ask: "Ask back",
    answer_and_close: "Answer and close",
    rated: "rated {} of 5",
    expected: "answer by",
    kinds: &[
        ("payment", "Payments"),
        ("refund", "Refunds"),
        ("deposit", "Deposits"),
        ("withdrawal", "Withdrawals"),
        ("transfer", "Transfers"),
        ("bill", "Bills"),
        ("dispute", "Disputes"),
        ("destination", "Destinations"),
        ("checkout session", "Checkout sessions"),
        ("device", "Devices"),
        ("report", "Reports"),
        ("risk alert", "Risk alerts"),
        ("identity document", "Identity documents"),
        ("appeal", "Appeals"),
        ("feedback", "Feedback"),
        ("session", "Sessions"),
        ("announcement", "Announcements"),
        ("account", "Account"),
    ],
    methods: &[
        ("card", "Card"),
        ("bank_transfer", "Bank transfer"),
        ("online_banking", "Online banking"),
        ("balance", "OKPay balance"),
        ("usdt", "USDT"),
        ("btc", "BTC"),
    ],
};

static CHINESE: PageWords = PageWords {
    nav: "控制台",
    nav_events: "概览",
    nav_money: "资金与状态",
    nav_tickets: "工单",
    takings: "每日收入与手续费",
    taken: "收入",
    fees: "手续费",
    net: "净额",
    day: "日期（UTC）",
    total: "合计",
    exact: "按日期和支付方式的准确数字",
    chart_about: "每天一根柱，各支付方式依次堆叠；旁边的窄柱为手续费。准确数字见下表。",
    no_takings: "最近 14 天没有付款。",
    balances: "余额",
    currency: "币种",
    available: "可用",
    pending: "待结算",
    reserved: "已预留",
    no_balances: "账户尚无资金。",
    ledger: "账本",
    ledger_about: "复式账本的全部账户。每种货币的总和为零。",
    account: "账户",
    balance: "余额",
    states: "各类对象及其状态",
    no_states: "尚无内容。",
    newest: "最新 {} 条",
    tickets: "工单",
    no_tickets: "尚无工单。",
    messages: "消息",
    diagnostics: "SDK 诊断信息",
    answer: "以客服身份回复",
    answer_hint: "纯文本，最多 4000 个字符。商户会收到 webhook 通知。",
    ask: "反问",
    answer_and_close: "回复并关闭",
    rated: "评分 {}（满分 5）",
    expected: "预计回复时间",
    kinds: &[
        ("payment", "付款"),
        ("refund", "退款"),
        ("deposit", "充值"),
        ("withdrawal", "提现"),
        ("transfer", "转账"),
        ("bill", "账单"),
        ("dispute", "争议"),
        ("destination", "收款目标"),
        ("checkout session", "收银会话"),
        ("device", "设备"),
        ("report", "报表"),
        ("risk alert", "风险提醒"),
        ("identity document", "身份证件"),
        ("appeal", "申诉"),
        ("feedback", "反馈"),
        ("session", "登录会话"),
        ("announcement", "公告"),
        ("account", "账户"),
    ],
    methods: &[
        ("card", "银行卡"),
        ("bank_transfer", "银行转账"),
        ("online_banking", "网上银行"),
        ("balance", "OKPay 余额"),
        ("usdt", "USDT"),
        ("btc", "BTC"),
    ],
};

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_languages_name_the_same_things() {
        let names = |words: &PageWords| [words.kinds, words.methods].concat().iter().map(|(name, _)| *name).collect::<Vec<_>>();
        assert_eq!(names(&ENGLISH), names(&CHINESE));
        assert_eq!(ENGLISH.kind("something new"), "something new");
    }
}
