//! What is told to Prometheus: what each layer counts, and how things stand at the moment.

use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use chrono::TimeDelta;
use http::{Refresh, read};
use outbound::jobs;
use prometheus::core::Collector;

use crate::context::AppContext;

/// How long a scrape waits for the database.
const BACKLOG_TIMEOUT: Duration = Duration::from_secs(2);
/// How old what is told of the queue may be: whoever asks more often costs the database no more.
const MAX_AGE: TimeDelta = TimeDelta::seconds(5);

/// All that is told of an application.
pub(crate) fn collectors(app: &AppContext) -> Vec<Box<dyn Collector>> {
    jobs::begin_to_count(&app.outbound);
    let mut all = app.metrics.collectors();
    all.extend(app.database.collectors());
    all.extend(app.outbound.metrics.collectors());
    all
}

/// What is done before it is told.
pub(crate) fn refresh(app: &Arc<AppContext>) -> Refresh {
    let app = Arc::clone(app);
    let refresh = move || -> Pin<Box<dyn Future<Output = ()>>> {
        let app = Arc::clone(&app);
        Box::pin(async move { look(&app).await })
    };
    Arc::new(refresh)
}

/// Looks at what is not counted where it happens.
async fn look(app: &AppContext) {
    let now = app.now();
    let mut looked_at = app.metrics.looked_at.lock().await;
    app.metrics.tell_hashing(app.hasher.load());
    if looked_at.is_some_and(|at| (TimeDelta::zero()..MAX_AGE).contains(&now.since(at))) {
        return;
    }
    let backlog = read(&app.database, move |conn| jobs::backlog(conn, now));
    let backlog = tokio::time::timeout(BACKLOG_TIMEOUT, backlog).await.ok().and_then(Result::ok);
    app.metrics.database_up.set(i64::from(backlog.is_some()));
    app.outbound.metrics.tell_backlog(&backlog.unwrap_or_default(), now);
    *looked_at = Some(now);
}
