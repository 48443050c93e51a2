//! How connections to PostgreSQL are made, directly or through a pooler such as `PgBouncer`.

use diesel::PgConnection;
use diesel::connection::{CacheSize, Connection as _, SimpleConnection as _};

/// What the URL says of a pooler that gives a connection for one transaction alone. libpq does not know it.
const POOLER: &str = "pooler=transaction";

/// What libpq is told unless the URL says otherwise: a server whose packets get lost is given up
/// after about three seconds, whether a call is under way, sent, or a connection is made.
const URL_DEFAULTS: [(&str, &str); 6] = [
    ("connect_timeout", "2"),
    ("tcp_user_timeout", "3000"),
    ("keepalives", "1"),
    ("keepalives_idle", "2"),
    ("keepalives_interval", "1"),
    ("keepalives_count", "3"),
];

/// What a page out of order costs the planner, against 1 in order. PostgreSQL's own 4 is for disks that turn, and has it read
/// small tables, such as currencies, whole where an index finds the row.
const PAGE_COST: (&str, &str) = ("random_page_cost", "1.1");

/// Settings and their values: what PostgreSQL itself gives up on.
pub(crate) type Timeouts = &'static [(&'static str, &'static str)];

/// Connects. What is kept for a session, settings and prepared statements, would reach others through a pooler
/// and be missing here, so each transaction then brings its settings along ([`settings`]), and no statement is kept.
pub(crate) fn connect(url: &str, timeouts: Timeouts) -> Result<PgConnection, diesel::ConnectionError> {
    let mut connection = PgConnection::establish(&with_defaults(url))?;
    if is_pooled(url) {
        connection.set_prepared_statement_cache_size(CacheSize::Disabled);
    } else {
        let settings = settings(url, timeouts, "SET");
        connection.batch_execute(&settings).map_err(diesel::ConnectionError::CouldntSetupConfiguration)?;
    }
    Ok(connection)
}

/// Whether a pooler stands between, which gives a connection for one transaction alone.
pub(crate) fn is_pooled(url: &str) -> bool {
    parameters(url).any(|parameter| parameter == POOLER)
}

fn parameters(url: &str) -> impl Iterator<Item = &str> {
    url.split_once('?').map_or("", |(_, query)| query).split('&').filter(|parameter| !parameter.is_empty())
}

/// The URL as libpq takes it, with what it does not say itself.
fn with_defaults(url: &str) -> String {
    let base = url.split('?').next().unwrap_or_default();
    let is_said = |name: &str| parameters(url).any(|parameter| parameter.split('=').next() == Some(name));
    let missing = URL_DEFAULTS.iter().filter(|(name, _)| !is_said(name));
    let missing = missing.map(|(name, value)| format!("{name}={value}"));
    let said = parameters(url).filter(|parameter| *parameter != POOLER).map(ToOwned::to_owned);
    format!("{base}?{}", said.chain(missing).collect::<Vec<_>>().join("&"))
}

/// The settings of a connection, but for those that the URL sets in its `options`: with `SET` for a session, with `SET LOCAL` for a
/// transaction.
pub(crate) fn settings(url: &str, timeouts: Timeouts, set: &str) -> String {
    let settings = timeouts.iter().chain([&PAGE_COST]).filter(|(name, _)| !url.contains(name));
    let settings = settings.map(|(name, value)| format!("{set} {name} = '{value}';"));
    std::iter::once(format!("{set} TIME ZONE 'UTC';")).chain(settings).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const TIMEOUTS: Timeouts = &[("statement_timeout", "8s"), ("lock_timeout", "5s")];

    #[test]
    fn a_url_gets_the_timeouts_that_it_does_not_set() {
        let defaults = "tcp_user_timeout=3000&keepalives=1&keepalives_idle=2&keepalives_interval=1&keepalives_count=3";
        for (url, expected) in [
            ("postgres://h/d", format!("postgres://h/d?connect_timeout=2&{defaults}")),
            ("postgres://h/d?connect_timeout=9", format!("postgres://h/d?connect_timeout=9&{defaults}")),
            ("postgres://h/d?sslmode=require", format!("postgres://h/d?sslmode=require&connect_timeout=2&{defaults}")),
        ] {
            assert_eq!(with_defaults(url), expected);
        }
    }

    #[test]
    fn a_url_may_set_the_servers_settings_itself() {
        let url = "postgres://h/d?options=-c%20statement_timeout%3D1min";
        let set = settings(url, TIMEOUTS, "SET");
        assert!(!set.contains("statement_timeout"), "{set}");
        assert!(set.contains("lock_timeout"), "{set}");
        assert!(set.contains("random_page_cost"), "{set}");
        let url = "postgres://h/d?options=-c%20random_page_cost%3D4";
        assert!(!settings(url, TIMEOUTS, "SET").contains("random_page_cost"));
    }

    #[test]
    fn a_url_may_name_a_pooler_which_libpq_is_not_told() {
        let url = "postgres://h/d?sslmode=require&pooler=transaction&connect_timeout=9";
        assert!(is_pooled(url));
        assert!(!is_pooled("postgres://h/d?sslmode=require"));
        assert!(with_defaults(url).starts_with("postgres://h/d?sslmode=require&connect_timeout=9&tcp_user_timeout="));
    }
}
