//! The chart of takings and fees: SVG from whole numbers, one bar a day, its methods one on the other and its fees beside them.

use super::page_words::PageWords;
use maud::{Markup, html};
use okpay::{Currency, Money};

/// How many colours there are for methods, `m0` and so on in the style.
pub(super) const COLOURS: usize = 6;

/// The drawing's own units.
const WIDTH: i128 = 760;
const HEIGHT: i128 = 240;
const LEFT: i128 = 76;
const TOP: i128 = 12;
const BOTTOM: i128 = 26;
const FEE_WIDTH: i128 = 6;

/// One day.
pub(super) struct Bar {
    pub(super) label: String,
    /// By method: its name, and how much in minor units.
    pub(super) parts: Vec<(String, i64)>,
    pub(super) fee: i64,
}

impl Bar {
    fn taken(&self) -> i128 {
        self.parts.iter().map(|(_, amount)| i128::from(*amount)).sum()
    }
}

/// The chart of some days.
pub(super) fn draw(words: &PageWords, currency: Currency, bars: &[Bar]) -> Markup {
    let highest = bars.iter().map(Bar::taken).max().unwrap_or_default().max(1);
    let step = step(highest);
    let top = (highest + step - 1) / step * step;
    let scale = |amount: i128| amount * (HEIGHT - TOP - BOTTOM) / top;
    let slot = (WIDTH - LEFT) / i128::try_from(bars.len().max(1)).unwrap_or(1);
    let lines = (0..=top / step).map(|line| (HEIGHT - BOTTOM - scale(line * step), shown(currency, line * step)));
    html! {
        svg viewBox={ "0 0 " (WIDTH) " " (HEIGHT) } role="img" aria-labelledby="chart-title chart-about" xmlns="http://www.w3.org/2000/svg" {
            title #chart-title { (words.takings) ", " (currency.code()) }
            desc #chart-about { (words.chart_about) }
            @for (y, label) in lines {
                line.grid x1=(LEFT) x2=(WIDTH) y1=(y) y2=(y) {}
                text.axis x=(LEFT - 8) y=(y + 4) text-anchor="end" { (label) }
            }
            @for (bar, x) in bars.iter().zip((0..).map(|index| LEFT + index * slot)) {
                (column(words, currency, bar, x, slot, &scale))
            }
        }
    }
}

/// The bar of a day, from the bottom up.
fn column(words: &PageWords, currency: Currency, bar: &Bar, x: i128, slot: i128, scale: &impl Fn(i128) -> i128) -> Markup {
    let (left, width) = (x + slot / 6, slot * 2 / 3 - FEE_WIDTH - 2);
    let mut below = 0;
    let mut parts = Vec::new();
    for (index, (name, amount)) in bar.parts.iter().enumerate().filter(|(_, (_, amount))| *amount > 0) {
        let (from, to) = (scale(below), scale(below + i128::from(*amount)));
        below += i128::from(*amount);
        parts.push((index % COLOURS, name, *amount, HEIGHT - BOTTOM - to, to - from));
    }
    let fee = scale(i128::from(bar.fee.max(0)));
    html! {
        g {
            @for (colour, name, amount, y, height) in parts {
                rect class={ "m" (colour) } x=(left) y=(y) width=(width) height=(height) {
                    title { (bar.label) ", " (name) ": " (shown(currency, i128::from(amount))) }
                }
            }
            @if bar.fee > 0 {
                rect.fee x=(left + width + 2) y=(HEIGHT - BOTTOM - fee.max(1)) width=(FEE_WIDTH) height=(fee.max(1)) {
                    title { (bar.label) ", " (words.fees) ": " (shown(currency, i128::from(bar.fee))) }
                }
            }
            text.axis x=(left + (width + FEE_WIDTH) / 2) y=(HEIGHT - 8) text-anchor="middle" { (bar.label) }
        }
    }
}

/// An amount as text; one that is past all bounds has none.
fn shown(currency: Currency, minor: i128) -> String {
    Money::from_minor(minor, currency).map(|money| money.amount().to_string()).unwrap_or_default()
}

/// From line to line: 1, 2 or 5 and noughts, so that there are four to eight lines or so.
fn step(highest: i128) -> i128 {
    let mut unit = 1;
    loop {
        for step in [unit, unit * 2, unit * 5] {
            if highest / step <= 5 {
                return step;
            }
        }
        unit *= 10;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_few_and_round() {
        for (highest, expected) in [(1, 1), (7, 2), (99, 20), (100, 20), (12_345, 5000), (999_999, 200_000)] {
            assert_eq!(step(highest), expected, "{highest}");
        }
        assert!(step(10_i128.pow(18)) > 0);
    }

    #[test]
    fn bars_stand_on_the_ground_and_within_the_drawing() {
        let words = PageWords::of("en");
        let euro = Currency::parse("EUR").unwrap();
        let bars = [
            Bar { label: "11-01".to_owned(), parts: vec![("Card".to_owned(), 12_345), ("<USDT>".to_owned(), 5)], fee: 345 },
            Bar { label: "11-02".to_owned(), parts: vec![("Card".to_owned(), 0)], fee: 0 },
        ];
        let drawing = draw(words, euro, &bars).into_string();
        assert!(drawing.contains("11-01, Card: 123.45") && drawing.contains("&lt;USDT&gt;: 0.05"), "{drawing}");
        assert_eq!(drawing.matches("<rect").count(), 3, "an empty day has no bar");
        let numbers = |name: &str| {
            let mark = format!(" {name}=\"");
            let parts = drawing.split(&mark).skip(1);
            parts.map(|part| part.split('"').next().unwrap().parse::<i128>().unwrap()).collect::<Vec<_>>()
        };
        assert!(numbers("y").iter().chain(&numbers("height")).all(|value| (0..=HEIGHT).contains(value)));
        assert!(draw(words, euro, &[]).into_string().contains("<svg"));
    }
}
