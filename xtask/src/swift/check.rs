//! `cargo xtask test swift`: the package over the library as built, its tests, and another package that uses it.
//!
//! Where a Swift 6 is on the PATH it is used. On a Debian without one, as root, a Debian that has one is made once in `.tools/swift-root`
//! (a minute, 1.9 GB), and Swift runs in there; Rust stays outside.

use crate::command::{cargo, output, program, root, run, target};
use crate::conformance::report_as;
use crate::swift::pack::{pack, unpack};
use crate::uniffi::{library, plumbing};
use anyhow::{Context, Result, bail};
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

pub(super) const PACKAGE: &str = "bindings/uniffi/swift";
const CONSUMER: &str = "bindings/uniffi/swift/Consumer";

/// Builds, tests, and uses the package as others do.
pub(crate) fn check() -> Result<()> {
    let swift = Swift::ready()?;
    run(&mut swift.command(PACKAGE, &["build", "--build-tests", "-Xswiftc", "-warnings-as-errors"]))?;
    run(report_as("swift", &mut swift.command(PACKAGE, &["test", "--skip-build", "--disable-xctest"]))?)?;
    let unpacked = unpack(&pack(&swift.target.join("swift-package"))?)?;
    pay(&swift, &unpacked, &swift.library.join("okpay"))
}

/// A payment by a package that knows this one, as it is handed out, only by what it exports: the first payment of the README.
fn pay(swift: &Swift, unpacked: &Path, okpay: &Path) -> Result<()> {
    let mut gateway = program(okpay).args(["sandbox", "--json", "--port", "0"]).stdout(Stdio::piped()).spawn()?;
    let mut line = String::new();
    let read = gateway.stdout.take().map(|output| BufReader::new(output).read_line(&mut line));
    let paid = read.context("the gateway prints nothing")?.map_err(Into::into).and_then(|_| {
        let details: serde_json::Value = serde_json::from_str(&line).context("the gateway's details")?;
        let mut command = swift.command(CONSUMER, &["run", "--quiet", "pay"]);
        command.env("OKPAY_PACKAGE", unpacked);
        for (name, detail) in SETTINGS {
            command.env(name, details[detail].as_str().with_context(|| format!("the gateway does not tell its {detail}"))?);
        }
        let printed = output(&mut command)?;
        print!("{printed}");
        if printed.contains("succeeded 0.66 EUR") { Ok(()) } else { bail!("the package that uses OKPay printed {printed:?}") }
    });
    gateway.kill()?;
    gateway.wait()?;
    paid
}

/// What `okpay sandbox` prints as lines for a shell.
const SETTINGS: [(&str, &str); 5] = [
    ("OKPAY_BASE_URL", "url"),
    ("OKPAY_KEY_ID", "key_id"),
    ("OKPAY_SECRET", "secret"),
    ("OKPAY_PUBLISHABLE_KEY", "publishable_key"),
    ("OKPAY_GATEWAY_KEYS", "gateway_keys"),
];

/// Puts what UniFFI makes of the library where the package expects it.
pub(super) fn place_plumbing(library: &Path) -> Result<()> {
    let made = target()?.join("swift-plumbing");
    plumbing("swift", library, &made)?;
    let sources = root().join(PACKAGE).join("Sources");
    let include = sources.join("okpay_coreFFI/include");
    let core = sources.join("OKPayCore");
    for folder in [&include, &core] {
        std::fs::create_dir_all(folder)?;
    }
    copy(&made.join("OKPayCore.swift"), &core.join("OKPayCore.swift"))?;
    copy(&made.join("okpay_coreFFI.h"), &include.join("okpay_coreFFI.h"))?;
    // Not UniFFI's own map: that one names a module of Apple's which is nowhere else.
    let map = "module okpay_coreFFI {\n    header \"okpay_coreFFI.h\"\n    export *\n}\n";
    write(&include.join("module.modulemap"), map.as_bytes())
}

fn copy(from: &Path, to: &Path) -> Result<()> {
    write(to, &std::fs::read(from).with_context(|| format!("{} was not made", from.display()))?)
}

/// Writes only what is new, so that nothing is compiled again for its date.
fn write(file: &Path, text: &[u8]) -> Result<()> {
    if std::fs::read(file).is_ok_and(|found| found == text) {
        return Ok(());
    }
    std::fs::write(file, text).with_context(|| format!("{} cannot be written", file.display()))
}

/// How Swift is reached.
pub(crate) struct Swift {
    /// The root that it runs in, where it is not on this machine itself.
    inside: Option<PathBuf>,
    library: PathBuf,
    /// Where the library is in, and what the tests report.
    target: PathBuf,
}

impl Swift {
    /// Swift, with the package, the library below it and the sandbox to test it against.
    pub(crate) fn ready() -> Result<Self> {
        let library = library()?;
        place_plumbing(&library)?;
        run(&mut cargo("build --package okpay-cli"))?;
        Self::find(&library)
    }

    fn find(library: &Path) -> Result<Self> {
        let (library, target) = (library.to_owned(), target()?);
        if is_on_path() {
            return Ok(Self { inside: None, library, target });
        }
        let inside = root().join(".tools/swift-root");
        run(program("bash").arg("xtask/scripts/swift-root.sh").arg(&inside))
            .context("Swift 6 is needed: https://swift.org/install; a Debian makes it for itself when this runs as root")?;
        Ok(Self { inside: Some(inside), library, target })
    }

    /// A command of Swift's on a package of the project.
    pub(crate) fn command(&self, package: &str, arguments: &[&str]) -> Command {
        let mut command = match &self.inside {
            None => program("swift"),
            Some(inside) => {
                let mut command = program("bash");
                command.arg("xtask/scripts/inswift.sh").arg(inside).arg(root()).arg(&self.target).args(["--", "swift"]);
                command
            }
        };
        command.arg(arguments[0]).arg("--package-path").arg(root().join(package)).args(&arguments[1..]);
        command.env("OKPAY_LIBRARY_DIR", &self.library).env("OKPAY_PROGRAM", self.library.join("okpay"));
        command
    }
}

fn is_on_path() -> bool {
    let version = output(program("swift").arg("--version")).unwrap_or_default();
    let number = version.split("Swift version ").nth(1).and_then(|rest| rest.split('.').next());
    number.and_then(|number| number.parse::<u32>().ok()).is_some_and(|number| number >= 6)
}
