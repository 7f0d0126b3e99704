//! The page of the program: its batch prints what the page says.

mod support;

use std::path::Path;
use std::process::Command;

/// The block that begins with these words, and the one after it.
fn blocks(begin: &str) -> (String, String) {
    let readme = include_str!("../README.md");
    let mut blocks = readme.split("```").skip(1).step_by(2).map(|block| block.split_once('\n').unwrap_or_default().1.to_owned());
    let block = blocks.find(|block| block.starts_with(begin)).unwrap();
    (block, blocks.next().unwrap())
}

#[cfg(unix)]
#[test]
fn a_batch_prints_what_the_page_says() {
    let (command, printed) = blocks("printf 'reference,amount");
    assert!(command.contains("okpay fees batch") && printed.starts_with("reference,amount"));
    let okpay = support::okpay();
    let folder = Path::new(okpay.get_program()).parent().unwrap();
    let path = format!("{}:{}", folder.display(), std::env::var("PATH").unwrap());
    let told = Command::new("sh").args(["-c", &command]).env("PATH", path).output().unwrap();
    assert_eq!(String::from_utf8(told.stdout).unwrap(), printed, "{}", String::from_utf8_lossy(&told.stderr));
}
