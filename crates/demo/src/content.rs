//! What clients are shown, and an event in the calendar of users.

use domain::content::{Banner, BannerContent, BannerType, CalendarEvent};
use domain::value::{List, LocalizedText, Timestamp};
use storage::content::{banners, calendar};
use storage::identity::users;
use storage::{ById, Direction, Error, Paging, Tx};

/// Loads it, in the name of the first user.
pub fn load(tx: &mut Tx<'_>) -> Result<(), Error> {
    let first = Paging { sort: ById::Id, direction: Direction::Ascending, limit: 1, offset: 0, counts: false };
    let page = users::list(tx.conn, &users::Filter::default(), &first)?;
    let Some(user) = page.data.first() else { return Ok(()) };
    let text =
        LocalizedText { key: "caption".into(), locale: "es_ES".into(), value: "<b>Le damos la bienvenida</b>".into() };
    let content = BannerContent {
        caption_light: Some("<b>Welcome</b>".into()),
        text_light: Some("Open your first account in a minute.".into()),
        button_light: Some("Open an account".into()),
        button_link: Some("https://www.example.com/accounts".into()),
        ..BannerContent::default()
    };
    let banner = Banner {
        kind: BannerType::Desktop,
        url: "/dashboard".into(),
        is_enabled: true,
        priority: 0,
        content,
        data: None,
        resources: List::from(vec![text]),
    };
    banners::insert(tx, user.id, &banner)?;
    let event = CalendarEvent {
        name: "Review of the limits".into(),
        description: Some("Which limits of the verification levels are too low?".into()),
        start: time("2027-02-01T10:00:00+00:00")?,
        end: time("2027-02-01T11:00:00+00:00")?,
        recipients: List::default(),
    };
    calendar::insert(tx, user.id, &event).map(drop)
}

fn time(text: &str) -> Result<Timestamp, Error> {
    text.parse().map_err(|_| Error::Broken(format!("{text} is not a time")))
}
