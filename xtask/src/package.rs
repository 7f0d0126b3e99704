//! `cargo xtask package`: what can be handed out, built into `dist/`, with its sizes and their limits.

use crate::command::root;
use crate::{javascript, kotlin, python, swift};
use anyhow::{Context, Result, bail};
use std::path::{Path, PathBuf};

/// What builds the packages of one language.
struct Packager {
    name: &'static str,
    about: &'static str,
    /// Builds into a folder of its own, `dist/<name>/`.
    build: fn(&Path) -> Result<Vec<Package>>,
}

/// A file to hand out.
pub(crate) struct Package {
    pub(crate) file: PathBuf,
    /// The most that it may weigh, in bytes.
    pub(crate) limit: Option<u64>,
}

const PACKAGERS: &[Packager] = &[
    Packager { name: "python", about: "the wheel of this system and the sources", build: python::package },
    Packager { name: "javascript", about: "the npm package, for every system", build: javascript::package },
    Packager { name: "kotlin", about: "the jar, with the library of this system", build: kotlin::package },
    Packager { name: "swift", about: "the sources of the package, with the plumbing", build: swift::package },
];

/// What is handed out, each into its own folder.
const FOLDER: &str = "dist";

#[derive(clap::Args)]
pub(crate) struct Arguments {
    /// The packages to build; all of them if none is named.
    names: Vec<String>,
    /// Print what there is to build and stop.
    #[arg(long)]
    list: bool,
}

pub(crate) fn run(arguments: &Arguments) -> Result<()> {
    if arguments.list {
        PACKAGERS.iter().for_each(|packager| println!("{:11} {}", packager.name, packager.about));
        return Ok(());
    }
    let mut packages = Vec::new();
    for packager in chosen(&arguments.names)? {
        println!("\n=== {}: {}", packager.name, packager.about);
        packages.extend((packager.build)(&root().join(FOLDER).join(packager.name))?);
    }
    table(&packages)
}

fn chosen(names: &[String]) -> Result<Vec<&'static Packager>> {
    if let Some(name) = names.iter().find(|name| PACKAGERS.iter().all(|packager| packager.name != name.as_str())) {
        bail!("there is no package `{name}`; `cargo xtask package --list` prints them");
    }
    Ok(PACKAGERS.iter().filter(|packager| names.is_empty() || names.iter().any(|name| name == packager.name)).collect())
}

/// Prints every file with its size, and fails where one is past its limit.
fn table(packages: &[Package]) -> Result<()> {
    println!("\n{:68}{:>12}{:>12}", "file", "bytes", "limit");
    let mut past = Vec::new();
    for Package { file, limit } in packages {
        let size = file.metadata().with_context(|| format!("{} was not built", file.display()))?.len();
        let shown = file.strip_prefix(root()).unwrap_or(file).display().to_string();
        println!("{shown:68}{size:>12}{:>12}", limit.map_or("none".to_owned(), |limit| limit.to_string()));
        if limit.is_some_and(|limit| size > limit) {
            past.push(shown);
        }
    }
    if !past.is_empty() {
        bail!("past its limit: {}", past.join(", "));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn packages_are_chosen_by_name() {
        assert_eq!(chosen(&["python".to_owned()]).unwrap().len(), 1);
        assert_eq!(chosen(&[]).unwrap().len(), PACKAGERS.len());
        assert!(chosen(&["pyton".to_owned()]).is_err());
    }

    #[test]
    fn what_is_past_its_limit_or_missing_fails() {
        let file = root().join("Cargo.toml");
        let size = file.metadata().unwrap().len();
        let of = |limit| table(&[Package { file: file.clone(), limit }]);
        assert!(of(None).is_ok() && of(Some(size)).is_ok());
        assert!(of(Some(size - 1)).is_err());
        assert!(table(&[Package { file: root().join("no such file"), limit: None }]).is_err());
    }
}
