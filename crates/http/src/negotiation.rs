//! What kind of answer a caller accepts (RFC 9110, section 12.5.1).

/// How much a caller wants one media type: its quality in thousandths, and how precisely the header
/// names it. The most precise range counts; equal qualities go to the type that is named better.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
struct Preference {
    quality: u16,
    precision: u8,
}

/// Whether a caller who sends this `Accept` wants CSV rather than JSON. JSON is the answer where
/// neither is preferred.
pub(crate) fn prefers_csv(accept: &str) -> bool {
    chosen(Some(accept), &["application/json", "text/csv"]) == Some(1)
}

/// Which of these media types a caller who sends this `Accept` gets: the one that is wanted most, of equals the first; none
/// where each is unwanted. A caller who says nothing takes anything.
pub(crate) fn chosen(accept: Option<&str>, offered: &[&str]) -> Option<usize> {
    let Some(accept) = accept.filter(|accept| !accept.trim().is_empty()) else { return Some(0) };
    let wanted = offered.iter().map(|media_type| {
        let bare = media_type.split(';').next().unwrap_or(media_type);
        let (main, sub) = bare.trim().split_once('/').unwrap_or((bare, ""));
        preference(accept, main, sub)
    });
    // Of equals `max_by_key` takes the last.
    let all = wanted.enumerate().filter(|(_, preference)| preference.quality > 0);
    all.max_by_key(|(place, preference)| (*preference, std::cmp::Reverse(*place))).map(|(place, _)| place)
}

fn preference(accept: &str, main: &str, sub: &str) -> Preference {
    let ranges = accept.split(',').filter_map(|range| {
        let (range, parameters) = range.split_once(';').unwrap_or((range, ""));
        let (range_main, range_sub) = range.trim().split_once('/')?;
        let precision = match (range_main, range_sub) {
            ("*", "*") => 1,
            (range_main, "*") if range_main.eq_ignore_ascii_case(main) => 2,
            (range_main, range_sub) if range_main.eq_ignore_ascii_case(main) && range_sub.eq_ignore_ascii_case(sub) => {
                3
            }
            _ => return None,
        };
        Some(Preference { quality: quality(parameters), precision })
    });
    ranges.max_by_key(|preference| preference.precision).unwrap_or_default()
}

/// The `q` among the parameters, in thousandths; 1 where there is none or it cannot be read.
fn quality(parameters: &str) -> u16 {
    const MOST: u16 = 1000;
    let value = parameters.split(';').find_map(|parameter| {
        let (name, value) = parameter.split_once('=')?;
        name.trim().eq_ignore_ascii_case("q").then(|| value.trim())
    });
    let Some((whole, fraction)) = value.map(|value| value.split_once('.').unwrap_or((value, ""))) else { return MOST };
    match (whole, format!("{fraction:0<3}").parse()) {
        ("0", Ok(thousandths)) if thousandths < MOST => thousandths,
        _ => MOST,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn csv_is_sent_to_whoever_prefers_it() {
        for accept in [
            "text/csv",
            "TEXT/CSV; charset=utf-8",
            "text/csv, */*;q=0.1",
            "text/csv, */*",
            "application/json;q=0.5, text/csv",
            "text/*",
            "text/csv;q=0.001",
            "text/csv;header=present;q=0.8, application/json;q=0.75",
        ] {
            assert!(prefers_csv(accept), "{accept}");
        }
    }

    #[test]
    fn the_form_that_is_wanted_most_is_sent_and_none_where_none_is_wanted() {
        const FORMS: [&str; 3] = ["application/json", "text/csv; charset=utf-8", "application/pdf"];
        for (accept, expected) in [
            (None, Some(0)),
            (Some(""), Some(0)),
            (Some("*/*"), Some(0)),
            (Some("application/pdf"), Some(2)),
            (Some("application/*"), Some(0)),
            (Some("application/*, application/json;q=0"), Some(2)),
            (Some("text/csv;q=0.5, application/pdf"), Some(2)),
            (Some("text/html, text/*;q=0.1"), Some(1)),
            (Some("text/html"), None),
            (Some("application/pdf;q=0"), None),
        ] {
            assert_eq!(chosen(accept, &FORMS), expected, "{accept:?}");
        }
    }

    #[test]
    fn json_is_sent_to_everybody_else() {
        for accept in [
            "",
            "*/*",
            "application/json",
            "text/csv;q=0",
            "text/csv;q=0.000, */*",
            "text/html",
            "application/json, text/csv",
            "application/json, text/csv;q=0.9",
            "application/*, text/csv;q=0.9",
            "text/*, text/csv;q=0",
            "csv",
        ] {
            assert!(!prefers_csv(accept), "{accept}");
        }
    }
}
