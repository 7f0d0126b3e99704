//! What the languages say of `wait`, which every group has whose `retrieve` reads what comes to an end.

use okpay::api::Operation;

/// How long is waited where nothing else is said, in words.
pub(crate) const TIMEOUT: &str = "for the whole wait; ten minutes by default.";

/// The doc comment of `wait`; nothing where there is nothing to wait for.
pub(crate) fn about(operation: &Operation) -> Option<String> {
    let (last, others) = operation.finals.split_last()?;
    let others = others.iter().map(|state| format!("`{state}`")).collect::<Vec<_>>().join(", ");
    Some(format!(
        "Waits until its status is {others} or `{last}`, and gives it as it is then. It is read at once, then less and less often up to \
         every 30 seconds, and at once after `notify`. When the time is over, the error is `wait_timed_out` with the last `state`: nothing is \
         lost, wait again."
    ))
}
