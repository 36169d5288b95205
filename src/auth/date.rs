//! Times as AWS writes them, and HTTP.

/// `20150830` and `20150830T123600Z`, for Unix time in seconds.
#[must_use]
pub fn basic(unix_seconds: u64) -> (String, String) {
    let (days, second) = (unix_seconds / 86_400, unix_seconds % 86_400);
    let (year, month, day) = civil(days);
    let date = format!("{year:04}{month:02}{day:02}");
    let time = format!("{date}T{:02}{:02}{:02}Z", second / 3600, second / 60 % 60, second % 60);
    (date, time)
}

/// `Sun, 30 Aug 2015 12:36:00 GMT`, for Unix time in seconds (RFC 9110, section 5.6.7).
#[must_use]
pub fn http(unix_seconds: u64) -> String {
    const DAYS: [&str; 7] = ["Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed"]; // 1970 began on the first
    const MONTHS: [&str; 12] =
        ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
    let (days, second) = (unix_seconds / 86_400, unix_seconds % 86_400);
    let (year, month, day) = civil(days);
    let nth = |names: &[&'static str], place: u64| {
        usize::try_from(place).ok().and_then(|place| names.get(place).copied()).unwrap_or_default()
    };
    let (name, month) = (nth(&DAYS, days % 7), nth(&MONTHS, month.saturating_sub(1)));
    let (hour, minute, second) = (second / 3600, second / 60 % 60, second % 60);
    format!("{name}, {day:02} {month} {year:04} {hour:02}:{minute:02}:{second:02} GMT")
}

/// The Gregorian date of a day since 1970-01-01, by counting in eras of 400 years that begin in
/// March: <https://howardhinnant.github.io/date_algorithms.html#civil_from_days>.
fn civil(days: u64) -> (u64, u64, u64) {
    let shifted = days.saturating_add(719_468);
    let (era, day_of_era) = (shifted / 146_097, shifted % 146_097);
    let year_of_era =
        (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let month_from_march = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * month_from_march + 2) / 5 + 1;
    let month = if month_from_march < 10 { month_from_march + 3 } else { month_from_march - 9 };
    (year_of_era + era * 400 + u64::from(month <= 2), month, day)
}

/// Unix time in seconds of `2026-01-31T12:00:00Z`; other forms are not understood.
#[must_use]
pub fn parse(text: &str) -> Option<u64> {
    let (date, time) = text.strip_suffix('Z')?.split_once('T')?;
    let numbers = |text: &str, mark| {
        let mut numbers = text.split(mark).map(|part| part.parse::<u64>().ok());
        let three = (numbers.next()??, numbers.next()??, numbers.next()??);
        numbers.next().is_none().then_some(three)
    };
    let (year, month, day) = numbers(date, '-')?;
    let time = time.split_once('.').map_or(time, |(seconds, _)| seconds);
    let (hour, minute, second) = numbers(time, ':')?;
    let is_sane = (1970..10_000).contains(&year)
        && (1..=12).contains(&month)
        && (1..=31).contains(&day)
        && hour < 24
        && minute < 60
        && second <= 60;
    if !is_sane {
        return None;
    }
    let shifted = if month <= 2 { year - 1 } else { year };
    let month_from_march = (month + 9) % 12;
    let day_of_year = (153 * month_from_march + 2) / 5 + day - 1;
    let days = shifted * 365 + shifted / 4 - shifted / 100 + shifted / 400 + day_of_year;
    Some(days.checked_sub(719_468)? * 86_400 + hour * 3600 + minute * 60 + second)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_around_the_ends_of_months_and_leap_years_are_right() {
        for (seconds, text) in [
            (0, "19700101T000000Z"),
            (951_782_399, "20000228T235959Z"),
            (951_782_400, "20000229T000000Z"),
            (1_440_938_160, "20150830T123600Z"),
            (1_709_251_199, "20240229T235959Z"),
            (1_798_761_599, "20261231T235959Z"),
            (4_107_542_400, "21000301T000000Z"),
        ] {
            assert_eq!(basic(seconds).1, text);
        }
    }

    #[test]
    fn http_names_the_day_and_the_month() {
        for (seconds, text) in [
            (0, "Thu, 01 Jan 1970 00:00:00 GMT"),
            (784_111_777, "Sun, 06 Nov 1994 08:49:37 GMT"), // the example of RFC 9110
            (951_782_400, "Tue, 29 Feb 2000 00:00:00 GMT"),
            (1_798_761_599, "Thu, 31 Dec 2026 23:59:59 GMT"),
        ] {
            assert_eq!(http(seconds), text);
        }
    }

    #[test]
    fn a_time_is_read_as_it_was_written() {
        assert_eq!(parse("2015-08-30T12:36:00Z"), Some(1_440_938_160));
        assert_eq!(parse("2000-02-29T00:00:00.123Z"), Some(951_782_400));
        for day in 0..60_000 {
            let text = basic(day * 86_400).0;
            let dashed = format!("{}-{}-{}T00:00:00Z", &text[..4], &text[4..6], &text[6..]);
            assert_eq!(parse(&dashed), Some(day * 86_400), "{dashed}");
        }
        for bad in
            ["", "2015-08-30", "2015-13-01T00:00:00Z", "1969-01-01T00:00:00Z", "x-y-zTa:b:cZ"]
        {
            assert_eq!(parse(bad), None, "{bad}");
        }
    }
}
