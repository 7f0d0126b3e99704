//! The README's tables of magic values are the sandbox's own.

use okpay_sandbox::magic_values;

#[test]
fn the_readme_names_every_magic_value() {
    let readme = include_str!("../../README.md");
    let rows: Vec<_> = readme.lines().filter(|line| line.starts_with("| `4") || line.starts_with("| `5")).collect();
    for value in magic_values() {
        let row = format!("| `{}` | {} |", value.value, value.what);
        assert!(readme.lines().any(|line| line == row), "README.md lacks the row {row}");
    }
    let cards = magic_values().iter().filter(|value| value.value.starts_with(['4', '5'])).count();
    assert_eq!(rows.len(), cards, "README.md has a card that the sandbox does not know");
}
