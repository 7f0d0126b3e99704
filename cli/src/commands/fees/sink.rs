//! [`Sink`]: where the rows go, whole or not at all.

use crate::output;
use anyhow::{Context, Result, bail};
use std::fs::File;
use std::io::{self, Seek, Write, stdout};
use std::path::{Path, PathBuf};
use tempfile::{NamedTempFile, SpooledTempFile};

/// What stays in memory before it goes to a temporary file.
const IN_MEMORY: usize = 8 * 1024 * 1024;

/// Gathers what is written, and lets it out at the end: a run that fails half-way leaves neither half a file nor half a stream.
pub(super) enum Sink {
    /// Renamed over the file at the end.
    File { temporary: NamedTempFile, path: PathBuf },
    /// Copied to standard output at the end.
    Stdout(SpooledTempFile),
}

impl Sink {
    pub(super) fn new(path: Option<&Path>) -> Result<Self> {
        match path {
            None => Ok(Self::Stdout(SpooledTempFile::new(IN_MEMORY))),
            Some(path) => Self::file(path).with_context(|| format!("{} cannot be written", path.display())),
        }
    }

    fn file(path: &Path) -> Result<Self> {
        if path.metadata().is_ok_and(|existing| !existing.is_file()) {
            bail!("it is not a file; without --output the rows go to standard output");
        }
        let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
        Ok(Self::File { temporary: temporary_in(folder)?, path: path.to_owned() })
    }

    pub(super) fn finish(self) -> Result<()> {
        match self {
            Self::File { temporary, path } => {
                temporary.as_file().sync_all()?;
                temporary.persist(&path).map(drop).with_context(|| format!("{} cannot be written", path.display()))
            }
            Self::Stdout(mut spooled) => {
                spooled.rewind()?;
                let mut out = stdout().lock();
                output::told(io::copy(&mut spooled, &mut out).and_then(|_| out.flush()))
            }
        }
    }
}

/// Temporary files are for their owner alone, but this one becomes a file like any other.
#[cfg(unix)]
fn temporary_in(folder: &Path) -> io::Result<NamedTempFile> {
    use std::os::unix::fs::PermissionsExt;
    tempfile::Builder::new().permissions(std::fs::Permissions::from_mode(0o666)).tempfile_in(folder)
}

#[cfg(not(unix))]
fn temporary_in(folder: &Path) -> io::Result<NamedTempFile> {
    NamedTempFile::new_in(folder)
}

impl Write for Sink {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match self {
            Self::File { temporary, .. } => File::write(temporary.as_file_mut(), bytes),
            Self::Stdout(spooled) => spooled.write(bytes),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
