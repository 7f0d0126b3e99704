//! What the demo tells: steps, what they show, and the checks that must hold.

use serde::Serialize;
use serde_json::Value;

/// A step with what it showed and whether its checks held.
#[derive(Debug, Serialize)]
pub(super) struct Step {
    title: String,
    facts: serde_json::Map<String, Value>,
    checks: Vec<Check>,
}

#[derive(Debug, Serialize)]
struct Check {
    what: String,
    held: bool,
}

/// Tells the steps as they come, or all at the end as JSON.
#[derive(Debug)]
pub(super) struct Report {
    json: bool,
    steps: Vec<Step>,
}

impl Report {
    pub(super) fn new(json: bool) -> Self {
        Self { json, steps: Vec::new() }
    }

    /// Begins a step.
    pub(super) fn step(&mut self, title: &str) {
        self.steps.push(Step { title: title.to_owned(), facts: serde_json::Map::new(), checks: Vec::new() });
        if !self.json {
            println!("\n{:>2}  {title}", self.steps.len());
        }
    }

    /// Shows a line to people.
    pub(super) fn line(&self, text: impl AsRef<str>) {
        if !self.json {
            println!("    {}", text.as_ref());
        }
    }

    /// Keeps a fact for machines.
    pub(super) fn fact(&mut self, name: &str, value: impl Serialize) {
        if let Some(step) = self.steps.last_mut() {
            step.facts.insert(name.to_owned(), serde_json::to_value(value).unwrap_or(Value::Null));
        }
    }

    /// A check of the current step: what must hold, and whether it does.
    pub(super) fn check(&mut self, what: impl Into<String>, held: bool) {
        let what = what.into();
        self.line(format!("{} {what}", if held { "ok  " } else { "FAIL" }));
        if let Some(step) = self.steps.last_mut() {
            step.checks.push(Check { what, held });
        }
    }

    /// Tells the end, and whether every check held.
    pub(super) fn finish(self) -> bool {
        let checks = self.steps.iter().flat_map(|step| &step.checks);
        let (held, all) = checks.fold((0, 0), |(held, all), check| (held + usize::from(check.held), all + 1));
        let ok = held == all && all > 0;
        if self.json {
            println!("{}", serde_json::json!({ "ok": ok, "checks": all, "held": held, "steps": self.steps }));
        } else {
            println!("\n{held} of {all} checks held in {} steps", self.steps.len());
        }
        ok
    }
}
