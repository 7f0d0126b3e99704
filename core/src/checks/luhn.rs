//! The check digit of card numbers.

/// Whether the check digit of a number holds (ISO/IEC 7812-1, Annex B): from the right every second digit is doubled, the digits of the
/// results are added, and the sum ends in 0.
///
/// Anything but ASCII digits, and nothing at all, does not hold. One wrong digit never does, and two neighbours swapped never do but for
/// 0 and 9.
#[must_use]
pub fn luhn(digits: &str) -> bool {
    let mut sum = 0_usize;
    for (place, byte) in digits.bytes().rev().enumerate() {
        if !byte.is_ascii_digit() {
            return false;
        }
        let digit = usize::from(byte - b'0');
        // Only the last digit of the sum counts, so that it stays small whatever comes in.
        sum = (sum + if place % 2 == 1 { digit * 2 / 10 + digit * 2 % 10 } else { digit }) % 10;
    }
    !digits.is_empty() && sum == 0
}
