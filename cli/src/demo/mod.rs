//! `okpay demo`: a merchant takes payments, offline, end to end.
//!
//! The gateway in a box runs in this process on a free loopback port with an SQLite file; everything else goes over HTTP, through the
//! SDK, as a merchant, a browser and a buyer would do it.
//!
//! | file | what |
//! | --- | --- |
//! | `world.rs` | who is there: gateway, merchant, buyer, and the sandbox's controls |
//! | `merchant.rs` | the merchant's webhook server |
//! | `report.rs` | what is told, and the checks |
//! | `steps.rs`, `money.rs` | the story, step by step |

mod merchant;
mod money;
mod report;
mod steps;
mod world;

use crate::connect;
use crate::end::DOES_NOT_HOLD;
use anyhow::Result;
use report::Report;
use std::process::ExitCode;
use world::World;

/// Runs the demo; the program ends well only if every check held.
pub(crate) fn run(json: bool) -> Result<ExitCode> {
    match connect::runtime()?.block_on(play(json))? {
        true => Ok(ExitCode::SUCCESS),
        false => Ok(ExitCode::from(DOES_NOT_HOLD)),
    }
}

async fn play(json: bool) -> Result<bool> {
    let mut report = Report::new(json);
    let world = World::open().await?;
    report.line(format!("The gateway in a box listens on {}, its data in {}", world.url(), world.database().display()));
    let told = tell(&world, &mut report).await;
    world.close().await;
    told?;
    Ok(report.finish())
}

async fn tell(world: &World, report: &mut Report) -> Result<()> {
    money::fees(world, report).await?;
    steps::card_in_a_checkout(world, report).await?;
    steps::usdt_on_tron(world, report).await?;
    steps::lost_answer(world, report).await?;
    steps::refund(world, report).await?;
    steps::webhooks(world, report).await?;
    money::ledger(world, report).await
}
