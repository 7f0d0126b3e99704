//! [`Rounding`]: the seven ways to make a whole number of minor units of a fraction.

use crate::error::{ErrorCode, OkpayError};
use crate::quoted::quoted;
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

impl Rounding {
    /// The whole number that the fraction `numerator / denominator` becomes. The denominator is positive.
    ///
    /// ```
    /// use okpay::money::Rounding;
    /// assert_eq!(Rounding::HalfUp.divide(25, 10)?, 3);
    /// assert_eq!(Rounding::HalfEven.divide(25, 10)?, 2);
    /// assert_eq!(Rounding::Floor.divide(-25, 10)?, -3);
    /// # Ok::<(), okpay::OkpayError>(())
    /// ```
    ///
    /// # Errors
    /// `invalid_parameter` for a denominator that is not positive, or a mode that this version does not know.
    pub fn divide(&self, numerator: i128, denominator: i128) -> Result<i128, OkpayError> {
        if denominator <= 0 {
            return Err(OkpayError::invalid_at(ErrorCode::InvalidParameter, "denominator", "a denominator is positive"));
        }
        let (towards_zero, rest) = quotient(numerator, denominator);
        // The modes are told apart even without a rest, so that an unknown one never passes as exact.
        let away = self.goes_away_from_zero(towards_zero, rest, denominator)?;
        Ok(if away { towards_zero + numerator.signum() } else { towards_zero })
    }

    /// The seven names, for messages.
    pub(crate) fn names() -> String {
        Self::KNOWN.iter().map(Self::as_str).collect::<Vec<_>>().join(", ")
    }

    fn goes_away_from_zero(&self, towards_zero: i128, rest: i128, denominator: i128) -> Result<bool, OkpayError> {
        let rest_size = rest.unsigned_abs();
        // `rest` against the half of the denominator, without doubling, which could overflow
        let half = rest_size.cmp(&(denominator.unsigned_abs() - rest_size));
        Ok(match self {
            Self::HalfUp => half.is_ge(),
            Self::HalfDown => half.is_gt(),
            Self::HalfEven => half.is_gt() || (half.is_eq() && towards_zero % 2 != 0),
            Self::Up => rest != 0,
            Self::Down => false,
            Self::Ceiling => rest > 0,
            Self::Floor => rest < 0,
            Self::Unknown { raw } => {
                let detail = format!("{} is no rounding mode: use one of {}", quoted(raw), Self::names());
                return Err(OkpayError::invalid_at(ErrorCode::InvalidParameter, "rounding", detail));
            }
        })
    }
}

/// Quotient towards zero and rest. Fees nearly always fit into 64 bits, where a division takes a fraction of the time.
fn quotient(numerator: i128, denominator: i128) -> (i128, i128) {
    match (i64::try_from(numerator), i64::try_from(denominator)) {
        (Ok(numerator), Ok(denominator)) => (i128::from(numerator / denominator), i128::from(numerator % denominator)),
        _ => (numerator / denominator, numerator % denominator),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use num_bigint::BigInt;
    use num_rational::BigRational;
    use proptest::prelude::*;
    use serde_json::Value;

    #[test]
    fn the_vectors_hold() {
        let file: Value = serde_json::from_str(include_str!("../../../tests/vectors/rounding.json")).unwrap();
        let rows = file["division"].as_array().unwrap();
        assert!(rows.len() >= 15);
        for row in rows {
            let (numerator, denominator) = (i128::from(row["num"].as_i64().unwrap()), i128::from(row["den"].as_i64().unwrap()));
            for mode in Rounding::KNOWN {
                let expected: i128 = row[mode.as_str()].as_str().unwrap().parse().unwrap();
                assert_eq!(mode.divide(numerator, denominator).unwrap(), expected, "{numerator} / {denominator} {mode}");
            }
        }
        okpay_conformance::ran("vectors/rounding.json", "division", rows.len());
    }

    #[test]
    fn the_fee_vectors_hold() {
        let file: Value = serde_json::from_str(include_str!("../../../tests/vectors/rounding.json")).unwrap();
        let rows = file["fee"].as_array().unwrap();
        assert!(rows.len() >= 9);
        for row in rows {
            let number = |name: &str| row[name].as_str().unwrap().parse::<i128>().unwrap();
            let basis_points = i128::from(row["rate_bps"].as_i64().unwrap());
            let numerator = number("amount_minor") * basis_points + number("fixed_minor") * 10_000;
            for mode in Rounding::KNOWN {
                assert_eq!(mode.divide(numerator, 10_000).unwrap(), number(mode.as_str()), "{row} {mode}");
            }
        }
        okpay_conformance::ran("vectors/rounding.json", "fee", rows.len());
    }

    #[test]
    fn what_is_not_known_is_refused() {
        let unknown = Rounding::from("half_way");
        assert_eq!(*unknown.divide(4, 2).unwrap_err().code(), ErrorCode::InvalidParameter);
        assert_eq!(*Rounding::Up.divide(1, 0).unwrap_err().code(), ErrorCode::InvalidParameter);
        assert_eq!(*Rounding::Up.divide(1, -2).unwrap_err().code(), ErrorCode::InvalidParameter);
        assert_eq!(Rounding::HalfUp.divide(i128::MIN, 1).unwrap(), i128::MIN);
        assert_eq!(Rounding::Up.divide(i128::MAX, i128::MAX).unwrap(), 1);
    }

    /// By distance to the two whole neighbours, in exact fractions.
    fn oracle(mode: &Rounding, value: &BigRational) -> BigInt {
        let (below, above) = (value.floor().to_integer(), value.ceil().to_integer());
        let zero = BigRational::from_integer(0.into());
        let (inner, outer) = if *value < zero { (above.clone(), below.clone()) } else { (below.clone(), above.clone()) };
        let distance = |whole: &BigInt| {
            let distance = value - BigRational::from_integer(whole.clone());
            if distance < zero { -distance } else { distance }
        };
        let tie = match mode {
            Rounding::Up => return outer,
            Rounding::Down => return inner,
            Rounding::Ceiling => return above,
            Rounding::Floor => return below,
            Rounding::HalfUp => outer.clone(),
            Rounding::HalfDown => inner.clone(),
            _ if (&inner % 2i32) == BigInt::from(0) => inner.clone(),
            _ => outer.clone(),
        };
        match distance(&inner).cmp(&distance(&outer)) {
            std::cmp::Ordering::Less => inner,
            std::cmp::Ordering::Equal => tie,
            std::cmp::Ordering::Greater => outer,
        }
    }

    proptest! {
        #[test]
        fn every_mode_agrees_with_exact_fractions(
            numerator in prop_oneof![-400i128..400, any::<i64>().prop_map(i128::from), any::<i128>()],
            denominator in prop_oneof![1i128..20, 1i128..i128::MAX],
            mode in prop::sample::select(Rounding::KNOWN.to_vec()),
        ) {
            let value = BigRational::new(numerator.into(), denominator.into());
            prop_assert_eq!(BigInt::from(mode.divide(numerator, denominator).unwrap()), oracle(&mode, &value));
        }
    }
}
