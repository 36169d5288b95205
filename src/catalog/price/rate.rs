//! A price per unit, in whole numbers.

/// 10^9 atto-dollars are one nano-dollar.
const ATTO_PER_NANO: u128 = 1_000_000_000;

/// USD per unit (token, image, second, query …), kept as a whole number of atto-dollars (10^-18).
///
/// Published prices have up to sixteen decimals; binary floats would make the cost of a request
/// depend on the order in which its parts are added up.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Rate(u128);

impl Rate {
    pub const FREE: Rate = Rate(0);

    /// Reads USD per unit as written in a configuration: `2.5e-06`, `0.0000025`, `0`.
    ///
    /// `None` for anything that is not a non-negative decimal number, or is absurdly large.
    pub fn parse_usd(text: &str) -> Option<Rate> {
        decimal(text, 18).map(Rate)
    }

    /// Reads USD per million units, the unit of the data file: `2.5`, `.075`.
    pub fn parse_usd_per_million(text: &str) -> Option<Rate> {
        decimal(text, 12).map(Rate)
    }

    /// USD per unit, for display.
    pub fn usd(self) -> f64 {
        self.0 as f64 / 1e18
    }

    /// What `units` cost, in nano-USD, rounded half up; saturates.
    pub fn cost(self, units: u64) -> u64 {
        nano_usd(self.times(units))
    }

    /// What `thousandths` of a unit cost, in nano-USD: milliseconds of audio at a rate per second.
    pub fn cost_of_thousandths(self, thousandths: u64) -> u64 {
        nano_usd(self.times(thousandths) / 1000)
    }

    /// Atto-USD; saturates.
    pub(super) fn times(self, units: u64) -> u128 {
        self.0.saturating_mul(u128::from(units))
    }
}

/// Atto-USD to nano-USD, rounded half up; saturates.
pub(super) fn nano_usd(atto: u128) -> u64 {
    u64::try_from(atto.saturating_add(ATTO_PER_NANO / 2) / ATTO_PER_NANO).unwrap_or(u64::MAX)
}

/// `text` × 10^`scale`, rounded half up, where `text` is `digits[.digits][e[+-]digits]`.
pub(super) fn decimal(text: &str, scale: i32) -> Option<u128> {
    /// Digits of a fraction beyond this much are far below any price.
    const PRECISE: u128 = 10_u128.pow(30);

    let (mantissa, exponent) = match text.split_once(['e', 'E']) {
        Some((mantissa, exponent)) => (mantissa, exponent.parse::<i32>().ok()?),
        None => (text, 0),
    };
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    if whole.is_empty() && fraction.is_empty() {
        return None;
    }
    let mut value: u128 = 0;
    let mut places: i32 = 0;
    for digit in whole.chars() {
        value = value.checked_mul(10)?.checked_add(u128::from(digit.to_digit(10)?))?;
    }
    for digit in fraction.chars() {
        let digit = u128::from(digit.to_digit(10)?);
        if value < PRECISE {
            value = value.checked_mul(10)?.checked_add(digit)?;
            places = places.checked_add(1)?;
        }
    }
    let shift = scale.checked_add(exponent)?.checked_sub(places)?;
    let power = 10_u128.checked_pow(shift.unsigned_abs());
    match (value, power) {
        (0, _) => Some(0),
        (_, None) => (shift < 0).then_some(0),
        (_, Some(power)) if shift < 0 => Some(value.checked_add(power / 2)? / power),
        (_, Some(power)) => value.checked_mul(power),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_price_is_the_same_rate_however_it_is_written() {
        let rate = Some(Rate(2_500_000_000_000));
        assert_eq!(Rate::parse_usd("2.5e-06"), rate);
        assert_eq!(Rate::parse_usd("2.5E-6"), rate);
        assert_eq!(Rate::parse_usd("0.0000025"), rate);
        assert_eq!(Rate::parse_usd_per_million("2.5"), rate);
        assert_eq!(Rate::parse_usd_per_million("2.50"), rate);
        assert_eq!(Rate::parse_usd("0"), Some(Rate::FREE));
        assert_eq!(Rate::parse_usd("1e3").map(|rate| rate.cost(1)), Some(1_000_000_000_000));
    }

    #[test]
    fn what_is_not_a_price_is_refused() {
        for text in ["", ".", "-1", "+1", "1,5", "NaN", "inf", "1e", "e5", "1e99", "0x1", "1 "] {
            assert_eq!(Rate::parse_usd(text), None, "{text:?}");
        }
        assert_eq!(Rate::parse_usd(&"9".repeat(400)), None);
    }

    #[test]
    fn decimals_beyond_an_atto_dollar_are_rounded() {
        assert_eq!(decimal("0.0000000000000000015", 18), Some(2));
        assert_eq!(decimal("1e-400", 18), Some(0));
        assert_eq!(decimal("0.333333333333333333333333333333333333333333", 3), Some(333));
    }

    #[test]
    fn costs_round_to_the_nearest_nano_dollar_and_saturate() {
        let tenth_of_a_nano = Rate(ATTO_PER_NANO / 10);
        assert_eq!(tenth_of_a_nano.cost(4), 0);
        assert_eq!(tenth_of_a_nano.cost(5), 1);
        assert_eq!(Rate(u128::MAX).cost(u64::MAX), u64::MAX);
        let per_second = Rate::parse_usd("0.006").unwrap();
        assert_eq!(per_second.cost_of_thousandths(1500), 9_000_000);
    }
}
