//! QR codes as SVG, drawn by the server so that nothing is fetched and no script runs.

use maud::{Markup, PreEscaped, html};
use qrcodegen::{QrCode, QrCodeEcc};

/// The modules of light around a code (ISO/IEC 18004, section 9.1).
const QUIET: i32 = 4;

/// A text as a QR code; nothing if it is too long for one. Dark on light in either colour scheme, as scanners want it.
pub(super) fn code(text: &str, label: &str) -> Markup {
    let Ok(code) = QrCode::encode_text(text, QrCodeEcc::Medium) else { return html! {} };
    let side = code.size() + 2 * QUIET;
    html! {
        svg.qr role="img" aria-label=(label) viewBox=(format!("0 0 {side} {side}")) shape-rendering="crispEdges" {
            rect width=(side) height=(side) fill="#fff" {}
            path d=(PreEscaped(dark(&code))) fill="#000" {}
        }
    }
}

/// Every dark module as a square.
fn dark(code: &QrCode) -> String {
    let all = (0..code.size()).flat_map(|y| (0..code.size()).map(move |x| (x, y)));
    all.filter(|(x, y)| code.get_module(*x, *y)).map(|(x, y)| format!("M{},{}h1v1h-1z", x + QUIET, y + QUIET)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_has_its_finder_and_its_margin() {
        let svg = code("bitcoin:tb1qexample?amount=0.00030000", "Address").into_string();
        assert!(svg.contains(r#"viewBox="0 0 37 37""#), "{svg}");
        // The first finder pattern starts behind the margin: seven dark modules, then a light one.
        assert!(svg.contains(r#"d="M4,4h1v1h-1zM5,4h1v1h-1zM6,4h1v1h-1zM7,4h1v1h-1zM8,4h1v1h-1zM9,4h1v1h-1zM10,4h1v1h-1zM"#));
        assert!(!svg.contains("M11,4h1"));
        assert_eq!(code(&"x".repeat(5000), "").into_string(), "");
    }
}
