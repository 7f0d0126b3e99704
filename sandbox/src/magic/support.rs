//! The magic values of support: what the automatic agent does with a ticket, by its subject.

use super::{MagicKind, MagicValue};

/// What the automatic agent does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum AgentBehaviour {
    Answers,
    AsksBack,
    /// Answers, and closes a minute later.
    Solves,
    Ignores,
}

/// A subject that the agent knows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct MagicSubject {
    pub(crate) value: &'static str,
    pub(crate) what: &'static str,
    pub(crate) behaviour: AgentBehaviour,
}

/// Every magic subject. A ticket with any other is answered five minutes after an agent is at a desk, by what it is about.
pub(crate) static SUBJECTS: &[MagicSubject] = &[
    MagicSubject { value: "Answer me", what: "an agent answers after a minute, at any hour", behaviour: AgentBehaviour::Answers },
    MagicSubject { value: "Ask me back", what: "an agent asks back after a minute: waiting", behaviour: AgentBehaviour::AsksBack },
    MagicSubject {
        value: "Solve it",
        what: "an agent answers after a minute, and closes the ticket a minute later",
        behaviour: AgentBehaviour::Solves,
    },
    MagicSubject { value: "Ignore me", what: "no agent answers by itself, ever", behaviour: AgentBehaviour::Ignores },
];

/// Their rows of the table.
pub(super) fn support_rows() -> impl Iterator<Item = MagicValue> {
    SUBJECTS.iter().map(|subject| MagicValue { kind: MagicKind::Ticket, value: subject.value, what: subject.what })
}
