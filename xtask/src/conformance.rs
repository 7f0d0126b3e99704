//! The conformance table: which published cases each language has run, held against the files and so against each other.
//!
//! `tests/vectors/README.md` says what a case is and how a runner reports; its table is read here.

use crate::command::{root, target};
use anyhow::{Context, Result, bail};
use serde_json::Value;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Command;

/// Every language with a runner, which is also the name of its step.
const LANGUAGES: &[&str] = &["rust", "python", "javascript", "kotlin", "swift"];

/// A list of cases: its file, seen from `tests/`, and its path in it.
type List = (String, String);

/// Makes the tests that a command runs report as this language, from the start.
pub(crate) fn report_as<'a>(language: &str, command: &'a mut Command) -> Result<&'a mut Command> {
    let path = report(language)?;
    if let Some(folder) = path.parent() {
        std::fs::create_dir_all(folder).with_context(|| format!("{} cannot be made", folder.display()))?;
    }
    std::fs::write(&path, "").with_context(|| format!("{} cannot be written", path.display()))?;
    Ok(command.env("OKPAY_CONFORMANCE", path))
}

/// Prints the table, and fails where a language ran less than the files hold.
pub(crate) fn check() -> Result<()> {
    let wanted = wanted()?;
    let reports = LANGUAGES.iter().map(|language| read_report(language)).collect::<Result<Vec<_>>>()?;
    print(&wanted, &reports);
    let faults = faults(&wanted, &reports);
    if !faults.is_empty() {
        bail!("\n  {}", faults.join("\n  "));
    }
    Ok(())
}

/// Every list of cases that there is, with the number of its cases.
fn wanted() -> Result<BTreeMap<List, usize>> {
    let tests = root().join("tests");
    let table = std::fs::read_to_string(tests.join("vectors/README.md")).context("tests/vectors/README.md cannot be read")?;
    let mut wanted = BTreeMap::new();
    for file in json_files(&tests, "vectors")? {
        let lists = lists_of(&table, &file);
        if lists.is_empty() {
            bail!("{file} has no list of cases in the table of tests/vectors/README.md");
        }
        for list in lists {
            wanted.insert((file.clone(), list.clone()), count(&tests.join(&file), &list)?);
        }
    }
    for file in json_files(&tests, "scenarios")? {
        let steps = count(&tests.join(&file), "steps")?;
        wanted.insert((file, "steps".to_owned()), steps);
    }
    Ok(wanted)
}

/// The JSON files of a folder, seen from `tests/`.
fn json_files(tests: &Path, folder: &str) -> Result<Vec<String>> {
    let entries = std::fs::read_dir(tests.join(folder)).with_context(|| format!("tests/{folder} cannot be read"))?;
    let names = entries.map(|entry| Ok(entry?.file_name().to_string_lossy().into_owned())).collect::<Result<Vec<_>>>()?;
    let mut files = names.iter().filter(|name| name.ends_with(".json")).map(|name| format!("{folder}/{name}")).collect::<Vec<_>>();
    files.sort();
    Ok(files)
}

/// The lists of a file: what its row of the table has in backticks in the second column.
fn lists_of(table: &str, file: &str) -> Vec<String> {
    let name = file.rsplit('/').next().unwrap_or(file);
    let row = table.lines().find(|line| line.starts_with(&format!("| `{name}` |")));
    let cases = row.and_then(|row| row.split('|').nth(2)).unwrap_or_default();
    cases.split('`').skip(1).step_by(2).map(str::to_owned).collect()
}

fn count(file: &Path, list: &str) -> Result<usize> {
    let text = std::fs::read_to_string(file).with_context(|| format!("{} cannot be read", file.display()))?;
    let json: Value = serde_json::from_str(&text).with_context(|| format!("{} is not JSON", file.display()))?;
    match list.split('.').fold(&json, |json, name| &json[name]) {
        Value::Array(cases) => Ok(cases.len()),
        Value::Object(cases) => Ok(cases.len()),
        _ => bail!("{} has no list {list}", file.display()),
    }
}

fn report(language: &str) -> Result<PathBuf> {
    Ok(target()?.join("conformance").join(format!("{language}.jsonl")))
}

/// What a language ran of each list.
fn read_report(language: &str) -> Result<BTreeMap<List, usize>> {
    let path = report(language)?;
    let again = format!("run `cargo xtask test {language} conformance`");
    let text = std::fs::read_to_string(&path).with_context(|| format!("{language} has no report: {again}"))?;
    let age = |path: &Path| path.metadata().and_then(|about| about.modified());
    for folder in ["vectors", "scenarios"] {
        let tests = root().join("tests");
        for file in json_files(&tests, folder)? {
            if age(&tests.join(&file))? > age(&path)? {
                bail!("the report of {language} is older than {file}: {again}");
            }
        }
    }
    parse_report(&text).with_context(|| format!("{} is not a report", path.display()))
}

fn parse_report(text: &str) -> Result<BTreeMap<List, usize>> {
    let mut ran = BTreeMap::new();
    for line in text.lines() {
        let line: Value = serde_json::from_str(line)?;
        let name = |name: &str| Ok::<_, anyhow::Error>(line[name].as_str().with_context(|| format!("no {name} in {line}"))?.to_owned());
        let cases = usize::try_from(line["cases"].as_u64().with_context(|| format!("no cases in {line}"))?)?;
        ran.entry((name("file")?, name("list")?)).and_modify(|least: &mut usize| *least = cases.min(*least)).or_insert(cases);
    }
    Ok(ran)
}

/// One row a file: how many cases it has, and how many of them each language ran.
fn print(wanted: &BTreeMap<List, usize>, reports: &[BTreeMap<List, usize>]) {
    let mut rows = BTreeMap::<&str, Vec<usize>>::new();
    for (list, cases) in wanted {
        let row = rows.entry(&list.0).or_insert_with(|| vec![0; reports.len() + 1]);
        let figures = std::iter::once(cases).chain(reports.iter().map(|ran| ran.get(list).unwrap_or(&0)));
        row.iter_mut().zip(figures).for_each(|(sum, figure)| *sum += figure);
    }
    let line = |name: &str, figures: Vec<String>| {
        println!("{name:34}{}", figures.iter().map(|figure| format!("{figure:>12}")).collect::<String>());
    };
    line("file", std::iter::once("cases").chain(LANGUAGES.iter().copied()).map(str::to_owned).collect());
    rows.into_iter().for_each(|(file, figures)| line(file, figures.iter().map(usize::to_string).collect()));
}

fn faults(wanted: &BTreeMap<List, usize>, reports: &[BTreeMap<List, usize>]) -> Vec<String> {
    let mut faults = Vec::new();
    for (language, ran) in LANGUAGES.iter().zip(reports) {
        for (list, cases) in wanted {
            let done = ran.get(list).unwrap_or(&0);
            if done != cases {
                faults.push(format!("{language} ran {done} of the {cases} cases of {}, {}", list.0, list.1));
            }
        }
        let unknown = ran.keys().filter(|list| !wanted.contains_key(*list));
        faults.extend(unknown.map(|list| format!("{language} ran {}, {}, which tests/vectors/README.md does not list", list.0, list.1)));
    }
    faults
}

#[cfg(test)]
mod tests {
    use super::*;

    fn list(file: &str, list: &str) -> List {
        (file.to_owned(), list.to_owned())
    }

    #[test]
    fn every_vector_file_has_its_row_and_its_lists_are_there() {
        let wanted = wanted().unwrap();
        assert!(wanted.values().all(|cases| *cases > 0) && wanted.contains_key(&list("scenarios/pay.json", "steps")));
        assert!(wanted[&list("vectors/fees.json", "cases")] > 100);
    }

    #[test]
    fn the_report_in_the_readme_is_read() {
        let readme = std::fs::read_to_string(root().join("tests/vectors/README.md")).unwrap();
        let shown = readme.split("```json\n").nth(1).and_then(|rest| rest.split("```").next()).unwrap();
        assert_eq!(parse_report(shown).unwrap().get(&list("vectors/rounding.json", "division")), Some(&15));
    }

    #[test]
    fn the_smallest_figure_of_a_list_counts_and_what_is_missing_is_named() {
        let report = |a: usize, b: usize| {
            format!("{{\"file\":\"f\",\"list\":\"l\",\"cases\":{a}}}\n{{\"file\":\"f\",\"list\":\"l\",\"cases\":{b}}}\n")
        };
        let wanted = BTreeMap::from([(list("f", "l"), 3)]);
        let whole = || parse_report(&report(3, 3)).unwrap();
        let none = LANGUAGES.iter().map(|_| whole()).collect::<Vec<_>>();
        assert!(faults(&wanted, &none).is_empty());
        let mut short = none;
        short[0] = parse_report(&report(3, 2)).unwrap();
        assert_eq!(faults(&wanted, &short), [format!("{} ran 2 of the 3 cases of f, l", LANGUAGES[0])]);
        short[0] = BTreeMap::from([(list("f", "other"), 1)]);
        assert_eq!(faults(&wanted, &short).len(), 2);
        assert!(parse_report("{\"file\":\"f\"}").is_err());
    }
}
