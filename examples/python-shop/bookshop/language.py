"""The words of the pages, in English and Chinese."""

from __future__ import annotations

from dataclasses import dataclass

import okpay
from okpay.models import Advice


@dataclass(frozen=True)
class Words:
    """Every text that a buyer sees, besides the advice, which is OKPay's."""

    lang: str
    shop: str
    tagline: str
    to_catalogue: str
    basket: str
    add: str
    empty: str
    quantity: str
    change: str
    total: str
    order: str
    order_number: str
    to_pay: str
    pay: str
    pay_again: str
    paid: str
    paid_text: str
    waiting: str
    waiting_text: str
    waiting_link: str
    open_text: str
    ended: str
    ended_text: str
    not_now: str
    not_now_text: str
    stale: str
    refunded: str
    nothing: str
    nothing_text: str
    method: dict[str, str]


ENGLISH = Words(
    lang="en",
    shop="The Quiet Page",
    tagline="Eight books that stay. Pay by card, through your bank, from your OKPay balance, in USDT or BTC.",
    to_catalogue="Back to the books",
    basket="Basket",
    add="Add to basket",
    empty="Your basket is empty.",
    quantity="Quantity",
    change="Change",
    total="Total",
    order="Order and pay",
    order_number="Order",
    to_pay="Your order",
    pay="Pay",
    pay_again="Pay another way",
    paid="Thank you: it is paid",
    paid_text="Your books are on their way. Keep this page’s address; it shows where your order stands.",
    waiting="We are waiting for your payment",
    waiting_text="A bank transfer takes a day or two, coins take some minutes. This page changes as soon as the money is there.",
    waiting_link="How to pay",
    open_text="Your order is kept. Pay it whenever you are ready.",
    ended="The time to pay is over",
    ended_text="Nothing was taken. You can start the payment again.",
    not_now="We could not reach our payment service",
    not_now_text="Your order is kept, and nothing is charged twice: please press the button again in a moment.",
    stale="We could not ask how your payment stands just now; this is what we know so far.",
    refunded="Given back",
    nothing="There is nothing here",
    nothing_text="The address may be incomplete.",
    method={
        "card": "Card",
        "bank_transfer": "Bank transfer",
        "online_banking": "Online banking",
        "balance": "OKPay balance",
        "usdt": "USDT",
        "btc": "BTC",
    },
)

CHINESE = Words(
    lang="zh-CN",
    shop="静页书店",
    tagline="八本常读常新的书。支持银行卡、银行转账、网上银行、OKPay 余额、USDT 和 BTC 付款。",
    to_catalogue="返回书目",
    basket="购物车",
    add="加入购物车",
    empty="购物车是空的。",
    quantity="数量",
    change="修改",
    total="合计",
    order="下单并付款",
    order_number="订单",
    to_pay="您的订单",
    pay="付款",
    pay_again="换一种方式付款",
    paid="谢谢，已付款",
    paid_text="您的书正在路上。请保存本页网址，可随时查看订单状态。",
    waiting="正在等待您的付款",
    waiting_text="银行转账需要一两天，数字货币需要几分钟。款项到账后，本页会随之更新。",
    waiting_link="查看付款方式",
    open_text="订单已为您保留，随时可以付款。",
    ended="付款时间已过",
    ended_text="没有扣款。您可以重新付款。",
    not_now="暂时无法连接支付服务",
    not_now_text="订单已为您保留，不会重复扣款：请稍后再按一次按钮。",
    stale="暂时无法查询付款的最新状态；以下是目前已知的情况。",
    refunded="已退款",
    nothing="这里没有内容",
    nothing_text="网址可能不完整。",
    method={
        "card": "银行卡",
        "bank_transfer": "银行转账",
        "online_banking": "网上银行",
        "balance": "OKPay 余额",
        "usdt": "USDT",
        "btc": "BTC",
    },
)


def words_for(accept_language: str) -> Words:
    """The words for an `Accept-Language` header, in the language in which OKPay's advice comes for it."""
    return CHINESE if okpay.advice.for_code("not_found", accept_language).locale.startswith("zh") else ENGLISH


def advice_for(decline_code: str | None, payment: str, accept_language: str) -> Advice:
    """What a buyer whose payment was declined does next."""
    return okpay.advice.for_decline(decline_code or "generic_decline", accept_language, transaction=payment)
