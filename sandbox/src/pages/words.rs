//! Every text that a buyer reads, in both languages. `{}` is where a value goes.

use http::{HeaderMap, header};
use okpay::DeclineCode;
use okpay::advice::for_decline;

/// The texts of one language.
pub(super) struct Words {
    pub(super) lang: &'static str,
    pub(super) mark: &'static str,
    pub(super) footer: &'static str,
    // The order and how to pay it
    pub(super) title: &'static str,
    pub(super) how: &'static str,
    pub(super) card: &'static str,
    pub(super) bank: &'static str,
    pub(super) online_banking: &'static str,
    pub(super) balance: &'static str,
    pub(super) usdt: &'static str,
    pub(super) btc: &'static str,
    pub(super) unavailable: &'static str,
    pub(super) depends: &'static str,
    pub(super) fee_on_top: &'static str,
    pub(super) pay: &'static str,
    pub(super) go_on: &'static str,
    pub(super) show_bank: &'static str,
    pub(super) show_address: &'static str,
    pub(super) cancel: &'static str,
    // The card
    pub(super) number: &'static str,
    pub(super) expiry: &'static str,
    pub(super) expiry_hint: &'static str,
    pub(super) cvc: &'static str,
    pub(super) cvc_hint: &'static str,
    pub(super) holder: &'static str,
    pub(super) network: &'static str,
    pub(super) wrong_number: &'static str,
    pub(super) wrong_expiry: &'static str,
    pub(super) wrong_cvc: &'static str,
    pub(super) wrong_holder: &'static str,
    pub(super) check: &'static str,
    // Before a card with a fee is charged
    pub(super) review: &'static str,
    pub(super) card_ending: &'static str,
    pub(super) order: &'static str,
    pub(super) fee: &'static str,
    pub(super) total: &'static str,
    // What is awaited
    pub(super) to_bank_title: &'static str,
    pub(super) to_bank_text: &'static str,
    pub(super) to_bank: &'static str,
    pub(super) to_wallet_title: &'static str,
    pub(super) to_wallet_text: &'static str,
    pub(super) to_wallet: &'static str,
    pub(super) transfer: &'static str,
    pub(super) send: &'static str,
    pub(super) amount: &'static str,
    pub(super) recipient: &'static str,
    pub(super) reference: &'static str,
    pub(super) reference_hint: &'static str,
    pub(super) address: &'static str,
    pub(super) rate: &'static str,
    pub(super) until: &'static str,
    pub(super) left: &'static str,
    pub(super) received: &'static str,
    pub(super) missing: &'static str,
    pub(super) only_network: &'static str,
    pub(super) waiting: &'static str,
    pub(super) nothing_to_do: &'static str,
    pub(super) seen: &'static str,
    pub(super) confirmations: &'static str,
    pub(super) held: &'static str,
    pub(super) held_text: &'static str,
    pub(super) other: &'static str,
    pub(super) back_to_waiting: &'static str,
    // The end
    pub(super) paid: &'static str,
    pub(super) paid_text: &'static str,
    pub(super) transaction: &'static str,
    pub(super) to_shop: &'static str,
    pub(super) over: &'static str,
    pub(super) over_text: &'static str,
    pub(super) nothing: &'static str,
    pub(super) nothing_text: &'static str,
    // What went wrong
    pub(super) failed: &'static str,
    pub(super) failed_text: &'static str,
    pub(super) arrived: &'static str,
    pub(super) changed: &'static str,
    // The bank's page
    pub(super) acs: &'static str,
    pub(super) other_wallet: &'static str,
    pub(super) acs_question: &'static str,
    pub(super) acs_approve: &'static str,
    pub(super) acs_fail: &'static str,
    pub(super) acs_note: &'static str,
    pub(super) acs_done: &'static str,
    pub(super) acs_gone: &'static str,
}

impl Words {
    /// In the language that a browser asks for.
    pub(super) fn of(request: &HeaderMap) -> &'static Self {
        match locale(accepted(request)).as_str() {
            "zh-CN" => &CHINESE,
            _ => &ENGLISH,
        }
    }
}

/// What a browser says of its languages (RFC 9110, section 12.5.4).
pub(super) fn accepted(request: &HeaderMap) -> &str {
    request.get(header::ACCEPT_LANGUAGE).and_then(|value| value.to_str().ok()).unwrap_or_default()
}

/// The language in which the advice on this page comes, so that a page speaks one language throughout.
pub(super) fn locale(accepted: &str) -> String {
    for_decline(&DeclineCode::GenericDecline, accepted).locale
}

/// A text with its value.
pub(super) fn with(text: &str, value: impl std::fmt::Display) -> String {
    text.replacen("{}", &value.to_string(), 1)
}

static ENGLISH: Words = Words {
    lang: "en",
    mark: "Test mode",
    footer: "This is the OKPay sandbox: no real money moves. Never send real coins to an address on this page.",
    title: "Checkout",
    how: "How would you like to pay?",
    card: "Card",
    bank: "Bank transfer",
    online_banking: "Online banking",
    balance: "OKPay balance",
    usdt: "USDT",
    btc: "Bitcoin",
    unavailable: "not available",
    depends: "fee depends on the card",
    fee_on_top: "+ {} fee",
    pay: "Pay {}",
    go_on: "Continue",
    show_bank: "Show the bank details",
    show_address: "Show the address",
    cancel: "Cancel and go back to the shop",
    number: "Card number",
    expiry: "Expiry date",
    expiry_hint: "MM/YY",
    cvc: "Security code",
    cvc_hint: "3 digits on the back",
    holder: "Name on the card",
    network: "Network",
    wrong_number: "Please check the card number. Visa and Mastercard are accepted.",
    wrong_expiry: "Please check the expiry date: month and year, not in the past.",
    wrong_cvc: "The security code has three digits.",
    wrong_holder: "The name has at most 100 characters.",
    check: "Please check your details",
    review: "Please check and confirm",
    card_ending: "Card ending in {}",
    order: "Order",
    fee: "Fee",
    total: "Total",
    to_bank_title: "Your bank asks for your approval",
    to_bank_text: "To protect you, your bank confirms that it is you who pays. You come back here afterwards.",
    to_bank: "Continue to your bank",
    to_wallet_title: "Approve the payment in your OKPay wallet",
    to_wallet_text: "You pay from the balance of your own OKPay wallet. You come back here afterwards.",
    to_wallet: "Continue to your OKPay wallet",
    transfer: "Transfer the amount from your bank account",
    send: "Send exactly this amount",
    amount: "Amount",
    recipient: "Recipient",
    reference: "Reference",
    reference_hint: "Please use exactly this reference, so that your transfer is found.",
    address: "Address",
    rate: "Rate",
    until: "Valid until",
    left: "({} min left)",
    received: "Received so far",
    missing: "Still to send",
    only_network: "Send it over {} only. What is sent over another network is lost.",
    waiting: "Waiting for your payment. This page updates by itself.",
    nothing_to_do: "There is nothing more to do. This page updates by itself.",
    seen: "Your payment has been seen",
    confirmations: "Confirmations by the network",
    held: "Your payment is being checked",
    held_text: "This takes an hour at most. You have not been charged yet, and there is no need to pay again.",
    other: "Pay another way",
    back_to_waiting: "Back to the payment that waits",
    paid: "Paid",
    paid_text: "Thank you. Your payment of {} has arrived.",
    transaction: "Transaction number",
    to_shop: "Back to the shop",
    over: "The time for this payment is over",
    over_text: "Please start again in the shop. If you have sent money already, do not send it again: contact the shop.",
    nothing: "This page does not exist",
    nothing_text: "Please check the link, or go back to the shop and start again.",
    failed: "This did not work",
    failed_text: "Nothing was charged. Please try again or choose another way to pay.",
    arrived: "Money for this order has arrived already. Another way to pay would charge you twice.",
    changed: "The amount has changed since you saw it. Nothing was charged: please check it again.",
    acs: "3-D Secure",
    other_wallet: "Another wallet",
    acs_question: "Do you approve this payment?",
    acs_approve: "Approve",
    acs_fail: "Refuse",
    acs_note: "In the sandbox you play the buyer's bank or wallet: nobody else is asked and no money moves.",
    acs_done: "Done. You can go back to the shop.",
    acs_gone: "This link is not valid, or was used already.",
};

static CHINESE: Words = Words {
    lang: "zh-CN",
    mark: "测试模式",
    footer: "这里是 OKPay 沙盒，不会产生真实的资金流动。请勿向本页上的地址转入真实的数字货币。",
    title: "收银台",
    how: "请选择付款方式",
    card: "银行卡",
    bank: "银行转账",
    online_banking: "网上银行",
    balance: "OKPay 余额",
    usdt: "USDT",
    btc: "比特币",
    unavailable: "不可用",
    depends: "手续费取决于所用的卡",
    fee_on_top: "+ {} 手续费",
    pay: "支付 {}",
    go_on: "继续",
    show_bank: "显示收款账户",
    show_address: "显示收款地址",
    cancel: "取消并返回商家",
    number: "卡号",
    expiry: "有效期",
    expiry_hint: "月/年",
    cvc: "安全码",
    cvc_hint: "卡背面的三位数字",
    holder: "持卡人姓名",
    network: "网络",
    wrong_number: "请核对卡号。支持 Visa 和 Mastercard。",
    wrong_expiry: "请核对有效期：月份和年份，且未过期。",
    wrong_cvc: "安全码为三位数字。",
    wrong_holder: "姓名最多 100 个字符。",
    check: "请核对您填写的内容",
    review: "请核对并确认",
    card_ending: "尾号为 {} 的卡",
    order: "订单金额",
    fee: "手续费",
    total: "合计",
    to_bank_title: "银行需要您确认付款",
    to_bank_text: "为了保护您的资金安全，银行会核实是您本人付款。完成后将返回本页。",
    to_bank: "前往银行",
    to_wallet_title: "请在您的 OKPay 钱包中批准付款",
    to_wallet_text: "款项将从您自己的 OKPay 钱包余额中支付。完成后将返回本页。",
    to_wallet: "前往您的 OKPay 钱包",
    transfer: "请从您的银行账户转账",
    send: "请准确转入以下金额",
    amount: "金额",
    recipient: "收款人",
    reference: "附言",
    reference_hint: "请原样填写附言，以便我们核对您的转账。",
    address: "地址",
    rate: "汇率",
    until: "有效期至",
    left: "（剩余 {} 分钟）",
    received: "已收到",
    missing: "尚需转入",
    only_network: "只能通过 {} 网络转账。通过其他网络转入的资金将会丢失。",
    waiting: "正在等待您的付款。本页会自动更新。",
    nothing_to_do: "您无需再做任何操作。本页会自动更新。",
    seen: "已检测到您的付款",
    confirmations: "网络确认数",
    held: "正在审核您的付款",
    held_text: "最多需要一小时。目前尚未扣款，请勿重复付款。",
    other: "改用其他付款方式",
    back_to_waiting: "返回等待中的付款",
    paid: "付款成功",
    paid_text: "谢谢！您支付的 {} 已到账。",
    transaction: "交易编号",
    to_shop: "返回商家",
    over: "付款时间已过",
    over_text: "请在商家处重新发起付款。如果您已经付过款，请不要重复付款，并联系商家。",
    nothing: "页面不存在",
    nothing_text: "请检查链接，或返回商家重新开始。",
    failed: "操作未成功",
    failed_text: "您没有被扣款。请重试或改用其他付款方式。",
    arrived: "这笔订单的款项已经到达。再用其他方式付款会重复扣款。",
    changed: "金额已发生变化。您没有被扣款，请重新核对。",
    acs: "3-D Secure 验证",
    other_wallet: "其他钱包",
    acs_question: "您是否批准这笔付款？",
    acs_approve: "批准",
    acs_fail: "拒绝",
    acs_note: "在沙盒中由您扮演买家的银行或钱包：不会联系其他任何一方，也不会产生资金流动。",
    acs_done: "已完成。您可以返回商家页面。",
    acs_gone: "链接无效，或已被使用。",
};

#[cfg(test)]
mod tests {
    use super::*;
    use http::HeaderValue;

    #[test]
    fn a_page_speaks_the_language_asked_for() {
        for (asked, lang) in [("zh-CN,zh;q=0.9,en;q=0.8", "zh-CN"), ("de, en;q=0.5", "en"), ("", "en")] {
            let request = HeaderMap::from_iter([(header::ACCEPT_LANGUAGE, HeaderValue::from_static(asked))]);
            assert_eq!(Words::of(&request).lang, lang);
        }
        assert_eq!(Words::of(&HeaderMap::new()).lang, "en");
    }

    #[test]
    fn a_value_goes_where_its_place_is() {
        assert_eq!(with(ENGLISH.pay, "19.99 EUR"), "Pay 19.99 EUR");
        for (english, chinese) in [(ENGLISH.left, CHINESE.left), (ENGLISH.paid_text, CHINESE.paid_text), (ENGLISH.pay, CHINESE.pay)] {
            assert!(english.contains("{}") && chinese.contains("{}"));
        }
    }
}
