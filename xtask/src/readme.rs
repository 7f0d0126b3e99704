//! Every block of code in every README is real: it stands in a source file that is compiled or run, or a test runs it out of the README,
//! or it is a command that something here runs. A block that is none of these fails the step.
//!
//! Blocks are compared by their lines, without indents and empty lines, since a program that holds one indents it as it needs.

use crate::command::{output, program, root};
use crate::examples;
use anyhow::{Context, Result, bail, ensure};
use std::collections::BTreeMap;
use std::path::Path;

/// Whose blocks a test takes out of the README and runs: the README, the language, words that the block has, and the test, which has them
/// too (a test without words runs all of them).
const RUN: &[(&str, &str, &str, &str)] = &[
    ("README.md", "rust", "", "core/src/lib.rs"),
    ("core/README.md", "rust", "", "core/src/lib.rs"),
    ("bindings/python/README.md", "python", "", "bindings/python/tests/test_readme.py"),
    ("tests/vectors/README.md", "json", "vectors/rounding.json", "xtask/src/conformance.rs"),
    ("cli/README.md", "sh", "fees batch", "cli/tests/readme.rs"),
    ("cli/README.md", "", "reference,amount", "cli/tests/readme.rs"),
    ("bindings/wasm/README.md", "html", "", "bindings/wasm/tests/browser.test.js"),
    ("bindings/wasm/README.md", "js", "payments.create", "bindings/wasm/tests/installed.test.js"),
    ("bindings/wasm/README.md", "js", "payments.capture", "bindings/wasm/tests/installed.test.js"),
    ("bindings/wasm/README.md", "js", "FileJournal", "bindings/wasm/tests/installed.test.js"),
    ("bindings/wasm/README.md", "js", "FeeSchedule", "bindings/wasm/tests/installed.test.js"),
    ("bindings/wasm/README.md", "js", "new Verifier", "bindings/wasm/tests/installed.test.js"),
    ("bindings/wasm/README.md", "js", "checkout", "bindings/wasm/tests/browser.test.js"),
];

/// Blocks that are the same as in another README, where they are proven: the first payment of each language.
const ALSO_IN: &[&str] = &["bindings/python/README.md", "bindings/wasm/README.md"];

/// Commands of the READMEs, by how they begin; what runs them (a test, a step, or `installation`), and words by which it does.
const COMMANDS: &[(&str, &str, &str)] = &[
    ("cargo run -- demo", "cli/tests/program.rs", r#"run(&["demo"])"#),
    ("cargo run -- sandbox", "cli/tests/support/background.rs", r#""sandbox""#),
    ("cargo run -- listen --forward-to", "cli/tests/listen.rs", r#""--forward-to""#),
    ("cargo run -- trigger payment.succeeded --set amount.amount=5.00", "cli/tests/sandbox.rs", r#""amount.amount=5.00""#),
    ("cargo run -p rust-quickstart", "xtask/src/examples.rs", "--package rust-quickstart"),
    ("cargo xtask test", ".ci/run", "cargo xtask test"),
    ("okpay sandbox", "cli/tests/support/background.rs", r#""sandbox""#),
    ("okpay listen --forward-to", "cli/tests/listen.rs", r#""--forward-to""#),
    ("okpay trigger payment.succeeded --set amount.amount=5.00", "cli/tests/sandbox.rs", r#""amount.amount=5.00""#),
    ("okpay events list", "cli/tests/sandbox.rs", r#""events", "list""#),
    ("okpay sign GET \"$OKPAY_BASE_URL/v1/balances\" --curl | sh", "cli/tests/sign.rs", "--curl"),
    ("rustup target add aarch64-linux-android", "installation", ""),
    ("cargo ndk -t arm64-v8a", "installation", ""),
];

/// Blocks of build files that only an installation has, by words that they have.
const INSTALLED: &[(&str, &str)] = &[("bindings/uniffi/kotlin/README.md", "implementation(\"com.okpay:okpay:")];

/// The endings of files that hold code of a language.
fn endings(language: &str) -> &'static [&'static str] {
    match language {
        "rust" => &["rs"],
        "python" => &["py"],
        "kotlin" => &["kt", "kts"],
        "java" => &["java"],
        "swift" => &["swift"],
        "js" | "ts" | "html" => &["js", "ts", "html"],
        // What programs print and what they read: the tests say it.
        _ => &["rs", "py", "js"],
    }
}

/// A block of a README.
struct Block {
    readme: String,
    line: usize,
    language: String,
    text: String,
}

/// Checks every block of every README.
pub(crate) fn check() -> Result<()> {
    let files = output(program("git").args(["ls-files", "--cached", "--others", "--exclude-standard"]))?;
    let files = files.lines().filter(|file| root().join(file).is_file()).collect::<Vec<_>>();
    let readmes = files.iter().filter(|file| file.ends_with("README.md")).map(|file| blocks(file)).collect::<Result<Vec<_>>>()?;
    let blocks = readmes.into_iter().flatten().collect::<Vec<_>>();
    let sources = Sources::read(&files)?;
    proofs_are_there()?;
    let unproven = blocks.iter().filter_map(|block| Some((block, sources.missing(block, &blocks)?))).collect::<Vec<_>>();
    unproven.iter().for_each(|(block, why)| println!("{}:{}: {why}:\n{}", block.readme, block.line, block.text));
    ensure!(unproven.is_empty(), "{} blocks of READMEs are not proven; see the head of xtask/src/readme.rs", unproven.len());
    println!("{} blocks of code in READMEs are real", blocks.len());
    Ok(())
}

/// A test that is named as a proof is there, and takes its code from the README by the words that are named.
fn proofs_are_there() -> Result<()> {
    for (_, _, words, test) in RUN {
        let text = read(test)?;
        ensure!(text.contains("README"), "{test} reads no README");
        ensure!(text.contains(words), "{test} does not look for {words:?}");
    }
    for (command, proof, words) in COMMANDS.iter().filter(|(_, proof, _)| *proof != "installation") {
        ensure!(read(proof)?.contains(words), "{proof} does not have {words:?}, and so does not run `{command}`");
    }
    Ok(())
}

fn blocks(readme: &str) -> Result<Vec<Block>> {
    let (text, mut found, mut open) = (read(readme)?, Vec::new(), None::<Block>);
    for (number, line) in text.lines().enumerate() {
        match (line.strip_prefix("```"), open.take()) {
            (Some(_), Some(block)) => found.push(block),
            (Some(info), None) => {
                let language = info.split(',').next().unwrap_or_default().trim().to_owned();
                open = Some(Block { readme: readme.to_owned(), line: number + 1, language, text: String::new() });
            }
            (None, Some(block)) => open = Some(Block { text: block.text + line + "\n", ..block }),
            (None, None) => {}
        }
    }
    if let Some(block) = open {
        bail!("{readme}:{}: the block does not end", block.line);
    }
    Ok(found)
}

/// The sources of the project, by the ending of their names, in the form in which blocks are looked for.
struct Sources(BTreeMap<String, Vec<String>>);

impl Sources {
    fn read(files: &[&str]) -> Result<Self> {
        let mut sources = BTreeMap::<String, Vec<String>>::new();
        for file in files {
            let ending = Path::new(file).extension().and_then(|ending| ending.to_str()).unwrap_or_default();
            if ["rs", "py", "kt", "kts", "java", "swift", "js", "ts", "html"].contains(&ending) && !file.starts_with("xtask/src/readme") {
                sources.entry(ending.to_owned()).or_default().push(plain(&read(file)?));
            }
        }
        Ok(Self(sources))
    }

    /// Why a block is not proven, if it is not.
    fn missing(&self, block: &Block, all: &[Block]) -> Option<String> {
        if is_run(block) {
            return None;
        }
        if ["sh", "bash", "console"].contains(&block.language.as_str()) {
            let unknown = commands(&block.text).into_iter().find(|command| !is_known(command));
            return unknown.map(|command| format!("nothing here is known to run `{command}`"));
        }
        let elsewhere = all.iter().filter(|other| ALSO_IN.contains(&other.readme.as_str()) && other.readme != block.readme);
        let is_proven = INSTALLED.iter().any(|(readme, words)| *readme == block.readme && block.text.contains(words))
            || self.has(block)
            || elsewhere.into_iter().any(|other| other.text == block.text && is_run(other));
        (!is_proven).then(|| format!("this {} is in no source file, and no test runs it", block.language))
    }

    fn has(&self, block: &Block) -> bool {
        let wanted = plain(&block.text);
        let files = endings(&block.language).iter().filter_map(|ending| self.0.get(*ending)).flatten();
        !wanted.trim().is_empty() && files.into_iter().any(|file| file.contains(&wanted))
    }
}

/// Whether a command is listed, or starts or tests an example that there is.
fn is_known(command: &str) -> bool {
    let tested =
        |rest: &str| rest.split_once(' ').is_some_and(|(name, rest)| rest == "cargo xtask test examples" && examples::is_run(name));
    COMMANDS.iter().any(|(begin, ..)| command.starts_with(begin))
        || command.strip_prefix("cargo xtask start ").is_some_and(examples::is_started)
        || command.strip_prefix("OKPAY_EXAMPLES=").is_some_and(tested)
}

fn is_run(block: &Block) -> bool {
    RUN.iter().any(|(readme, language, words, _)| *readme == block.readme && *language == block.language && block.text.contains(words))
}

/// Lines without their indents, and without those that are empty. Starts and ends with a line break, so that only whole lines match.
fn plain(text: &str) -> String {
    text.lines().map(str::trim).filter(|line| !line.is_empty()).fold("\n".to_owned(), |all, line| all + line + "\n")
}

/// The commands of a block, without what is said about them.
fn commands(text: &str) -> Vec<String> {
    let whole = text.replace("\\\n", " ");
    let lines = whole.lines().map(|line| line.split("  #").next().unwrap_or_default().trim().to_owned());
    lines.filter(|line| !line.is_empty() && !line.starts_with('#')).collect()
}

fn read(file: &str) -> Result<String> {
    std::fs::read_to_string(root().join(file)).with_context(|| format!("{file} cannot be read"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn block(language: &str, text: &str) -> Block {
        Block { readme: "README.md".to_owned(), line: 1, language: language.to_owned(), text: text.to_owned() }
    }

    #[test]
    fn a_block_is_found_by_its_whole_lines_whatever_their_indents() {
        let sources = Sources(BTreeMap::from([("rs".to_owned(), vec![plain("fn main() {\n    pay();\n\n    ship();\n}\n")])]));
        assert!(sources.has(&block("rust", "pay();\nship();\n")));
        assert!(!sources.has(&block("rust", "pay();\nship()\n")), "half a line is none");
        assert!(!sources.has(&block("rust", "ship();\npay();\n")));
        assert!(!sources.has(&block("python", "pay();\n")), "another language");
        assert!(!sources.has(&block("rust", "\n")), "nothing is nowhere");
    }

    #[test]
    fn a_command_that_nobody_runs_is_named() {
        let sources = Sources(BTreeMap::new());
        assert_eq!(sources.missing(&block("sh", "# first\ncargo xtask test      # everything\n"), &[]), None);
        for wrong in ["cargo frobnicate", "cargo xtask start frobnicate", "OKPAY_EXAMPLES=frobnicate cargo xtask test examples"] {
            assert!(sources.missing(&block("sh", wrong), &[]).is_some_and(|why| why.contains("frobnicate")));
        }
        assert_eq!(sources.missing(&block("sh", "cargo xtask start python-shop   # the shop\n"), &[]), None);
    }
}
