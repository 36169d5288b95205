//! Rates that hold at certain hours only.

use super::kind::RateKind;
use super::rate::Rate;

const MINUTES_PER_DAY: u64 = 24 * 60;

/// Off-peak rates with their hours, as DeepSeek has them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct OffPeak {
    /// `12345/0000-0100,0400-0600;67/0000-0000`: weekdays (1 is Monday), a slash, spans of UTC
    /// hours; rules are separated by semicolons. A span may pass midnight; one that ends where it
    /// starts is the whole day.
    pub windows: &'static str,
    /// The weekday is read on a calendar that is so many hours ahead of UTC.
    pub hours_ahead: u64,
    pub rates: Vec<(RateKind, Rate)>,
}

impl OffPeak {
    /// Whether the off-peak rates hold at this moment (seconds since 1970 UTC).
    pub fn holds_at(&self, unix_seconds: u64) -> bool {
        let minute = (unix_seconds / 60) % MINUTES_PER_DAY;
        let local = unix_seconds.saturating_add(self.hours_ahead.saturating_mul(3600));
        // 1970-01-01 was a Thursday, the fourth day.
        let weekday = (local / 86_400).saturating_add(3) % 7 + 1;
        self.windows.split(';').filter_map(|rule| rule.split_once('/')).any(|(days, spans)| {
            days.bytes().any(|day| u64::from(day.wrapping_sub(b'0')) == weekday)
                && spans.split(',').filter_map(span).any(|(start, end)| {
                    if start < end {
                        (start..end).contains(&minute)
                    } else {
                        minute >= start || minute < end
                    }
                })
        })
    }
}

/// `0400-0630` → minutes of the day (240, 390).
fn span(text: &str) -> Option<(u64, u64)> {
    let (start, end) = text.split_once('-')?;
    Some((minute_of_day(start)?, minute_of_day(end)?))
}

fn minute_of_day(text: &str) -> Option<u64> {
    let clock: u64 = text.parse().ok()?;
    let (hours, minutes) = (clock / 100, clock % 100);
    (text.len() == 4 && hours < 24 && minutes < 60).then_some(hours * 60 + minutes)
}

/// Whether every rule can be read; `holds_at` passes over what cannot.
pub(super) fn windows_are_valid(windows: &str) -> bool {
    windows.split(';').all(|rule| {
        rule.split_once('/').is_some_and(|(days, spans)| {
            !days.is_empty()
                && days.bytes().all(|day| (b'1'..=b'7').contains(&day))
                && spans.split(',').all(|text| span(text).is_some())
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// 2026-01-05, a Monday, at midnight UTC.
    const MONDAY: u64 = 1_767_571_200;
    const HOUR: u64 = 3600;

    fn weekdays_from_ten(hours_ahead: u64) -> OffPeak {
        let windows = "12345/0400-0600,1000-0100;67/0000-0000";
        assert!(windows_are_valid(windows));
        OffPeak { windows, hours_ahead, rates: Vec::new() }
    }

    #[test]
    fn hours_include_their_start_and_not_their_end() {
        let rule = weekdays_from_ten(0);
        assert!(!rule.holds_at(MONDAY + 4 * HOUR - 1));
        assert!(rule.holds_at(MONDAY + 4 * HOUR));
        assert!(rule.holds_at(MONDAY + 6 * HOUR - 1));
        assert!(!rule.holds_at(MONDAY + 6 * HOUR));
    }

    #[test]
    fn a_span_may_pass_midnight_and_may_be_the_whole_day() {
        let rule = weekdays_from_ten(0);
        assert!(rule.holds_at(MONDAY));
        assert!(!rule.holds_at(MONDAY + HOUR));
        assert!(rule.holds_at(MONDAY + 23 * HOUR));
        let saturday_noon = MONDAY + 5 * 24 * HOUR + 12 * HOUR;
        assert!(rule.holds_at(saturday_noon));
        assert!(rule.holds_at(saturday_noon - 10 * HOUR));
    }

    #[test]
    fn the_weekday_is_read_on_the_rules_own_calendar() {
        // Sunday 20:00 UTC is Monday already in China.
        let sunday_evening = MONDAY - 4 * HOUR;
        let only_weekends =
            |hours_ahead| OffPeak { windows: "67/1500-2300", hours_ahead, rates: Vec::new() };
        assert!(only_weekends(0).holds_at(sunday_evening));
        assert!(!only_weekends(8).holds_at(sunday_evening));
        assert!(!weekdays_from_ten(0).holds_at(MONDAY + 8 * HOUR));
    }
}
