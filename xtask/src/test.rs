//! `cargo xtask test`: the steps in order, each with its heading and its time, and a summary.

use crate::steps::{STEPS, Step};
use anyhow::{Result, bail};
use std::time::{Duration, Instant};

#[derive(clap::Args)]
pub(crate) struct Arguments {
    /// The steps to run, in the order of `--list`; all of them if none is named.
    steps: Vec<String>,
    /// Run the steps after one that failed, too.
    #[arg(long)]
    keep_going: bool,
    /// Print the steps and stop.
    #[arg(long)]
    list: bool,
}

/// How a step ended.
enum End {
    Passed,
    Failed,
    NotRun,
}

pub(crate) fn run(arguments: &Arguments) -> Result<()> {
    if arguments.list {
        STEPS.iter().for_each(|step| println!("{:11} {}", step.name, step.about));
        return Ok(());
    }
    let start = now();
    let mut ends = Vec::new();
    for step in chosen(&arguments.steps)? {
        let stopped = !arguments.keep_going && ends.iter().any(|(_, end, _)| matches!(end, End::Failed));
        let (end, took) = if stopped { (End::NotRun, Duration::ZERO) } else { run_step(step) };
        ends.push((step, end, took));
    }
    summary(&ends, start.elapsed())
}

fn chosen(names: &[String]) -> Result<Vec<&'static Step>> {
    if let Some(name) = names.iter().find(|name| STEPS.iter().all(|step| step.name != name.as_str())) {
        bail!("there is no step `{name}`; `cargo xtask test --list` prints them");
    }
    Ok(STEPS.iter().filter(|step| names.is_empty() || names.iter().any(|name| name == step.name)).collect())
}

fn run_step(step: &Step) -> (End, Duration) {
    println!("\n=== {}: {}", step.name, step.about);
    let start = now();
    let result = (step.run)();
    let took = start.elapsed();
    match result {
        Ok(()) => {
            println!("=== {}: ok in {took:.1?}", step.name);
            (End::Passed, took)
        }
        Err(error) => {
            println!("=== {}: FAILED in {took:.1?}: {error:#}", step.name);
            (End::Failed, took)
        }
    }
}

fn summary(ends: &[(&Step, End, Duration)], took: Duration) -> Result<()> {
    println!("\n=== summary");
    for (step, end, took) in ends {
        match end {
            End::Passed => println!("{:11} ok       {took:.1?}", step.name),
            End::Failed => println!("{:11} FAILED   {took:.1?}", step.name),
            End::NotRun => println!("{:11} not run", step.name),
        }
    }
    let failed = ends.iter().filter(|(_, end, _)| matches!(end, End::Failed)).map(|(step, ..)| step.name).collect::<Vec<_>>();
    if !failed.is_empty() {
        bail!("failed after {took:.0?}; to run it again: cargo xtask test {}", failed.join(" "));
    }
    println!("every step passed, in {took:.0?}");
    Ok(())
}

#[expect(clippy::disallowed_methods, reason = "a program's own clock, for the times it prints")]
fn now() -> Instant {
    Instant::now()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn steps_are_chosen_by_name_and_run_in_their_own_order() {
        let names = |chosen: Vec<&'static Step>| chosen.iter().map(|step| step.name).collect::<Vec<_>>();
        assert_eq!(names(chosen(&["clippy".to_owned(), "fmt".to_owned()]).unwrap()), ["fmt", "clippy"]);
        assert_eq!(chosen(&[]).unwrap().len(), STEPS.len());
        assert!(chosen(&["clipy".to_owned()]).is_err());
    }

    #[test]
    fn one_failure_fails_the_whole() {
        const GOOD: &Step = &Step { name: "good", about: "", run: || Ok(()) };
        const BAD: &Step = &Step { name: "bad", about: "", run: || bail!("no") };
        let summary_of = |steps: [&'static Step; 2]| {
            let ends = steps.map(|step| {
                let (end, took) = run_step(step);
                (step, end, took)
            });
            summary(&ends, Duration::ZERO)
        };
        assert!(summary_of([GOOD, GOOD]).is_ok());
        assert!(summary_of([BAD, GOOD]).is_err());
    }
}
