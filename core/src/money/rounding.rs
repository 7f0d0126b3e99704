//! [`Rounding`]: the seven ways to make a whole number of minor units of a fraction.

use okpay_macros::model;

/// How a fraction of a minor unit becomes a whole one. The names are those of the General Decimal Arithmetic specification.
#[model(open)]
pub enum Rounding {
    /// To the nearest, ties away from zero. The default.
    HalfUp,
    /// To the nearest, ties to the even neighbour.
    HalfEven,
    /// To the nearest, ties towards zero.
    HalfDown,
    /// Away from zero.
    Up,
    /// Towards zero.
    Down,
    /// Towards positive infinity.
    Ceiling,
    /// Towards negative infinity.
    Floor,
}
