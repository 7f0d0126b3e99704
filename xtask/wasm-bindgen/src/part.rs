//! A part of a library that is loaded later: `bindings/wasm/src/parts.rs` says what it is, `ts/load-checkout.ts` loads it.

use anyhow::{Context, Result, anyhow, ensure};
use sha2::{Digest, Sha256};
use std::path::Path;
use wasm_encoder::{Module, RawSection};
use wasm_split_cli_support::{Options, transform};
use wasmparser::{Parser, Payload};

/// What a part takes from the library under a name of its own: the pointer to the stack.
const SHARED: &[u8; 20] = b"__wasm_split_shared0";

/// Writes the part to NAME_PART.wasm, and gives what is left.
pub(crate) fn cut_off(library: &[u8], part: &str, out: &Path, name: &str) -> Result<Vec<u8>> {
    let folder = out.join("cut");
    let main = folder.join("main.wasm");
    let mut options = Options::new(library);
    (options.output_dir, options.main_out_path) = (&folder, &main);
    let split = transform(options).map_err(|error| anyhow!("{error:#}"))?;
    let cut = folder.join(format!("split_{part}.wasm"));
    // With one part there is nothing that several share, and so no further file.
    ensure!(split.split_modules == [cut.clone()], "the library has other parts than {part}: {:?}", split.split_modules);
    let [main, cut] = [main, cut].map(|file| of_one_build(library, std::fs::read(file)?));
    std::fs::write(out.join(format!("{name}_{part}.wasm")), without_names(&cut?)?)?;
    std::fs::remove_dir_all(folder)?;
    main
}

/// Renames what is shared after the build, so that a part of another build, out of a cache perhaps, does not link. The name keeps its
/// length, so that nothing around it moves.
fn of_one_build(library: &[u8], mut file: Vec<u8>) -> Result<Vec<u8>> {
    let build = hex::encode(Sha256::digest(library));
    let renamed = format!("build_{}", &build[..SHARED.len() - "build_".len()]);
    let at = file.windows(SHARED.len()).position(|bytes| bytes == SHARED).context("nothing is shared with the part")?;
    file[at..at + SHARED.len()].copy_from_slice(renamed.as_bytes());
    Ok(file)
}

/// The module without its custom sections, which nothing needs to run.
fn without_names(wasm: &[u8]) -> Result<Vec<u8>> {
    let mut module = Module::new();
    for payload in Parser::new(0).parse_all(wasm) {
        let payload = payload?;
        if matches!(payload, Payload::CustomSection(_)) {
            continue;
        }
        if let Some((id, range)) = payload.as_section() {
            let range = usize::try_from(range.start)?..usize::try_from(range.end)?;
            module.section(&RawSection { id, data: wasm.get(range).context("a section ends behind the file")? });
        }
    }
    Ok(module.finish())
}
