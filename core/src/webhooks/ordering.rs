//! [`apply`]: where an event stands in the history of its resource.

/// Where an event stands, next to what is already known of its resource.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Ordering {
    /// The very next change: take it over.
    Apply,
    /// As old as what is known, or older: answer 200 and change nothing.
    Stale,
    /// Later changes than this were missed, or come behind it: take it over, for it carries the whole resource; and retrieve the resource
    /// or its events where each single change matters.
    Gap,
}

/// Compares an event with what is known of its resource. A resource's `version` starts at 1 and rises by one with each change;
/// `current_version` is the one that is stored, absent while the resource is not known.
///
/// Read the stored version, compare, and write the new one in **one transaction** (or write under the condition that the version is still
/// the one that was read): two deliveries may be handled at the same time.
#[must_use]
pub fn apply(current_version: Option<u64>, event_version: u64) -> Ordering {
    match (current_version, event_version) {
        (Some(current), event) if event <= current => Ordering::Stale,
        (current, event) if event.saturating_sub(current.unwrap_or(0)) <= 1 => Ordering::Apply,
        _ => Ordering::Gap,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn versions_rise_by_one() {
        assert_eq!(apply(None, 1), Ordering::Apply);
        assert_eq!(apply(None, 2), Ordering::Gap);
        assert_eq!(apply(Some(1), 1), Ordering::Stale);
        assert_eq!(apply(Some(1), 2), Ordering::Apply);
        assert_eq!(apply(Some(1), 3), Ordering::Gap);
        assert_eq!(apply(Some(u64::MAX), u64::MAX), Ordering::Stale);
        assert_eq!(apply(Some(u64::MAX - 1), u64::MAX), Ordering::Apply);
    }

    proptest! {
        /// In whatever order events come, and however often: the last version wins, and none is applied twice.
        #[test]
        fn the_newest_version_wins(versions in prop::collection::vec(1..9_u64, 1..30)) {
            let (mut current, mut applied) = (None, Vec::new());
            for version in versions.iter().copied() {
                if apply(current, version) != Ordering::Stale {
                    applied.push(version);
                    current = Some(version);
                }
            }
            prop_assert_eq!(current, versions.iter().max().copied());
            prop_assert!(applied.is_sorted_by(|one, next| one < next));
        }
    }
}
