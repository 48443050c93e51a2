//! The queue of jobs: each is done, by one worker at a time, or becomes a dead letter.

use std::collections::BTreeSet;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

use chrono::TimeDelta;
use domain::platform::{Fate, JobResult, Pauses, RetryPolicy};
use outbound::Outbound;
use outbound::jobs::{JobHandler, run_one};
use serde::{Deserialize, Serialize};
use serde_json::json;
use storage::platform::queue::{self, Backlog, Claimed, Filter, Job, ListedJob, State};
use storage::{DbConnection, Error, Tx};

use crate::bonuses::{act, give, state, trading};
use crate::harness::binary::{command, run};
use crate::harness::{Gateway, Setup, TestApp, databases, sql, sqlite};

/// A kind of job as a later one adds it: texts to phones.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
struct Sms(i64);

impl Job for Sms {
    const KIND: &'static str = "sms";
    const RETRY: RetryPolicy = RetryPolicy {
        lease: TimeDelta::seconds(60),
        max_attempts: 4,
        pauses: Pauses::Doubling { first: TimeDelta::seconds(10), longest: TimeDelta::seconds(30) },
    };
}

fn put(app: &TestApp, id: i64, lane: Option<&'static str>) {
    let put = app.database.write(move |tx| match lane {
        Some(lane) => queue::put_in_lane(tx, &Sms(id), lane),
        None => queue::put(tx, &Sms(id)),
    });
    put.unwrap();
}

fn claim(app: &TestApp) -> Option<Claimed<Sms>> {
    app.database.write(queue::claim::<Sms>).unwrap()
}

/// Answers whether the job was still the worker's.
fn settle(app: &TestApp, claimed: &Claimed<Sms>, answer: JobResult) -> bool {
    let lease = claimed.lease;
    let settled = app.database.write(move |tx| {
        let fate = Sms::RETRY.fate(lease.attempts(), answer.clone(), tx.now);
        queue::settle(tx, &lease, &fate)
    });
    settled.unwrap()
}

fn jobs(app: &TestApp) -> Vec<ListedJob> {
    let now = app.outbound.now();
    app.database.read(move |conn| queue::list(conn, &Filter::default(), now, 100)).unwrap()
}

fn on_each(test: impl Fn(&TestApp)) {
    for url in databases() {
        test(&TestApp::start(url, &Setup::default()));
    }
}

#[test]
fn a_job_has_one_worker_and_another_one_when_its_lease_ends() {
    on_each(|app| {
        put(app, 1, None);
        let first = claim(app).expect("a job");
        assert_eq!(first.job, Sms(1));
        assert!(claim(app).is_none());
        app.advance(59);
        assert!(claim(app).is_none());
        app.advance(1);
        let second = claim(app).expect("the worker is taken for dead");
        assert_eq!(second.lease.attempts(), 2);
        assert!(!settle(app, &first, JobResult::Unanswered("late".into())), "it is not the first worker's any more");
        assert!(matches!(jobs(app)[0].state, State::Running(_)));
        assert!(settle(app, &first, JobResult::Done), "what is done is done, whoever did it");
        assert!(!settle(app, &second, JobResult::Done));
        assert!(jobs(app).is_empty());
    });
}

#[test]
fn a_job_that_fails_waits_longer_each_time_and_is_a_dead_letter_in_the_end() {
    on_each(|app| {
        put(app, 1, None);
        for pause in [10, 20, 30] {
            let claimed = claim(app).expect("a job");
            assert!(settle(app, &claimed, JobResult::Unanswered(format!("pause {pause}"))));
            app.advance(pause - 1);
            assert!(claim(app).is_none(), "{pause}");
            app.advance(1);
        }
        let claimed = claim(app).expect("a job");
        assert!(settle(app, &claimed, JobResult::Unanswered("no answer".into())));
        app.advance(1_000_000);
        assert!(claim(app).is_none());
        let dead = &jobs(app)[0];
        assert!(matches!(dead.state, State::Dead(_)));
        assert_eq!((dead.attempts, dead.last_error.as_deref()), (4, Some("no answer")));
        let id = dead.id;
        let retry = || app.database.write(move |tx| queue::retry(tx, id));
        retry().unwrap();
        assert!(matches!(retry(), Err(Error::NotFound)), "it is no dead letter any more");
        assert_eq!(claim(app).expect("a job").lease.attempts(), 1);
    });
}

#[test]
fn the_same_job_twice_is_one() {
    on_each(|app| {
        put(app, 1, None);
        put(app, 1, None);
        assert_eq!(jobs(app).len(), 1);
        let claimed = claim(app).expect("a job");
        put(app, 1, None);
        assert!(claim(app).is_none(), "it is under way");
        assert!(settle(app, &claimed, JobResult::Failed("no phone".into())));
        put(app, 1, None);
        assert_eq!(claim(app).expect("it was revived").lease.attempts(), 1);
        app.database.write(|tx| queue::cancel(tx, &Sms(1))).unwrap();
        assert!(jobs(app).is_empty());
    });
}

#[test]
fn jobs_of_one_lane_are_done_one_after_the_other() {
    on_each(|app| {
        for (id, lane) in [(1, Some("a")), (2, Some("a")), (3, Some("b")), (4, None), (5, None)] {
            put(app, id, lane);
        }
        let taken: Vec<Claimed<Sms>> = std::iter::from_fn(|| claim(app)).collect();
        assert_eq!(taken.iter().map(|claimed| claimed.job.0).collect::<Vec<_>>(), [1, 3, 4, 5]);
        assert!(settle(app, &taken[0], JobResult::Unanswered("busy".into())));
        let second = claim(app).expect("the lane is free");
        assert_eq!(second.job, Sms(2));
        app.advance(20);
        assert!(claim(app).is_none());
        assert!(settle(app, &second, JobResult::Done));
        assert_eq!(claim(app).expect("the lane is free").job, Sms(1));
    });
}

#[test]
fn of_many_workers_each_job_has_one_and_each_lane_too() {
    const JOBS: i64 = 60;
    const LANES: [&str; 3] = ["a", "b", "c"];
    on_each(|app| {
        for id in 0..JOBS {
            put(app, id, LANES.get(usize::try_from(id % 4).unwrap()).copied());
        }
        let (running, done) = (Mutex::new(BTreeSet::new()), Mutex::new(Vec::new()));
        let (database, running, done) = (&app.database, &running, &done);
        std::thread::scope(|scope| {
            for _ in 0..4 {
                scope.spawn(move || {
                    while done.lock().unwrap().len() < usize::try_from(JOBS).unwrap() {
                        let claimed = database.write(queue::claim::<Sms>).unwrap();
                        let Some(Claimed { job: Sms(id), lease, .. }) = claimed else { continue };
                        let lane = LANES.get(usize::try_from(id % 4).unwrap());
                        assert!(lane.is_none_or(|lane| running.lock().unwrap().insert(*lane)), "{id}");
                        std::thread::yield_now();
                        lane.map(|lane| running.lock().unwrap().remove(*lane));
                        assert!(database.write(move |tx| queue::settle(tx, &lease, &Fate::Done)).unwrap());
                        done.lock().unwrap().push(id);
                    }
                });
            }
        });
        let mut done = done.lock().unwrap().clone();
        done.sort_unstable();
        assert_eq!(done, (0..JOBS).collect::<Vec<_>>());
    });
}

#[test]
fn a_job_that_cannot_be_read_is_a_dead_letter_and_stops_no_other() {
    on_each(|app| {
        put(app, 1, None);
        put(app, 2, None);
        app.run_sql("UPDATE jobs SET payload = 'nonsense' WHERE payload = '1'");
        assert_eq!(claim(app).expect("a job").job, Sms(2));
        let dead = &jobs(app)[0];
        assert!(matches!(dead.state, State::Dead(_)) && dead.last_error.is_some(), "{dead:?}");
    });
}

/// Sends what has an even number; 1 is unanswered, and 3 cannot be noted.
struct SmsHandler;

static SENT: AtomicUsize = AtomicUsize::new(0);

impl JobHandler for SmsHandler {
    type Job = Sms;
    type Work = i64;

    const CONCURRENCY: usize = 1;

    fn load(_conn: &mut DbConnection, Sms(id): &Sms) -> Result<Option<i64>, Error> {
        Ok(Some(*id))
    }

    fn carry_out(_outbound: &Outbound, id: &i64) -> JobResult {
        SENT.fetch_add(1, Ordering::SeqCst);
        if *id == 1 { JobResult::Unanswered("no network".into()) } else { JobResult::Done }
    }

    fn settle(_tx: &mut Tx<'_>, Sms(id): &Sms, _fate: &Fate) -> Result<(), Error> {
        if *id == 3 { Err(Error::Broken("it cannot be noted".into())) } else { Ok(()) }
    }
}

#[test]
fn a_kind_of_its_own_is_a_small_implementation() {
    on_each(|app| {
        let sent = || SENT.swap(0, Ordering::SeqCst);
        for id in 0..4 {
            put(app, id, None);
        }
        let run_all = || while run_one::<SmsHandler>(&app.outbound).unwrap() {};
        run_all();
        assert_eq!(sent(), 4);
        let left: Vec<(String, Option<String>)> =
            jobs(app).into_iter().map(|job| (job.payload, job.last_error)).collect();
        let error = |text: &str| Some(text.to_owned());
        assert_eq!(left, [("1".into(), error("no network")), ("3".into(), error("it cannot be noted"))]);
        for _ in 0..6 {
            app.advance(1_000);
            run_all();
        }
        assert_eq!(sent(), 6, "each is tried four times in all");
        assert!(jobs(app).iter().all(|job| matches!(job.state, State::Dead(_))));
        // Whoever takes it dies: it is not tried for ever.
        put(app, 5, None);
        for _ in 0..4 {
            claim(app).expect("a job");
            app.advance(1_000);
        }
        run_all();
        assert_eq!((sent(), jobs(app).len()), (0, 3));
    });
}

/// Gives a platform up, and lets an operator retry the dead letter once the platform answers.
fn give_up_and_retry(app: &TestApp, gateway: &Gateway) {
    gateway.answer(0);
    for _ in 0..8 {
        app.run_jobs();
        app.advance(1_000);
    }
    let dead = jobs(app);
    assert!(matches!(dead[..], [ListedJob { state: State::Dead(_), .. }]), "{dead:?}");
    let id = dead[0].id;
    app.database.write(move |tx| queue::retry(tx, id)).unwrap();
    gateway.answer(200);
    app.run_jobs();
    assert!(jobs(app).is_empty());
}

#[test]
fn a_transfer_whose_order_is_retried_is_done_when_the_platform_answers() {
    on_each(|app| {
        let gateway = Gateway::start();
        let admin = app.admin();
        let trading = trading(app, &admin);
        let product = app.open_product(&admin, "personal", &[840]);
        let wallet = admin.new_account(trading.client, product, 840);
        admin.patch(&format!("/api/v2/accounts/{wallet}/balance"), &json!({"amount": "100"})).expect(200);
        admin
            .patch(&format!("/api/v2/platforms/{}", trading.platform), &json!({"gatewayUrl": gateway.url}))
            .expect(200);
        let body =
            json!({"clientId": trading.client, "sourceId": wallet, "destinationId": trading.account, "amount": "40"});
        let id = admin.post("/api/v2/transfers", &body).expect(201)["transactionId"].clone();
        give_up_and_retry(app, &gateway);
        assert_eq!(admin.get(&format!("/api/v2/transactions/{id}")).expect(200)["status"], json!("done"));
        app.verify();
    });
}

/// The bonus has failed and waits for a user, who lets the platform be asked under the same key, which does it once.
#[test]
fn a_bonus_whose_order_is_retried_is_not_asked_for_under_a_second_key() {
    on_each(|app| {
        let gateway = Gateway::start();
        let admin = app.admin();
        let trading = trading(app, &admin);
        admin
            .patch(&format!("/api/v2/platforms/{}", trading.platform), &json!({"gatewayUrl": gateway.url}))
            .expect(200);
        let bonus = give(&admin, trading.account, &json!({}));
        give_up_and_retry(app, &gateway);
        assert_eq!(state(&admin, bonus), json!("error"));
        act(&admin, bonus, "continue");
        app.run_jobs();
        assert_eq!(state(&admin, bonus), json!("pending"));
        let keys: BTreeSet<String> = gateway.orders().into_iter().map(|(key, _)| key).collect();
        assert_eq!((keys.len(), gateway.orders().len()), (1, 10));
        app.verify();
    });
}

#[test]
fn what_waited_in_the_queues_of_an_earlier_version_still_waits() {
    on_each(|app| {
        let left = "INSERT INTO mail_outbox (id, recipient, subject, attempts, next_attempt_at, failed_at, last_error, create_time) \
             VALUES (1, 'a@example.com', 'x', 2, '2026-01-01 00:01:00', NULL, 'busy', '2026-01-01 00:00:00'), \
             (2, 'a@example.com', 'x', 12, NULL, '2026-01-01 00:02:00', 'no', '2026-01-01 00:00:00'), \
             (3, 'a@example.com', 'x', 1, NULL, NULL, NULL, '2026-01-01 00:00:00')";
        app.migrate_from_before("2026-11-28-000016_queue", left.to_owned());
        let carried: Vec<(String, String, i64, Option<String>)> = jobs(app)
            .into_iter()
            .map(|job| (format!("{:?}", job.state), job.payload, job.attempts, job.last_error))
            .collect();
        assert_eq!(carried.len(), 2, "{carried:?}");
        assert!(carried[0].0.starts_with("Waiting") && carried[1].0.starts_with("Dead"), "{carried:?}");
        let of = |place: usize| (carried[place].1.as_str(), carried[place].2, carried[place].3.as_deref());
        assert_eq!([of(0), of(1)], [("1", 2, Some("busy")), ("2", 12, Some("no"))]);
    });
}

#[test]
fn operators_see_dead_letters_and_retry_them() {
    for url in databases() {
        let setup = Setup::default();
        let app = TestApp::start(url.clone(), &setup);
        let admin = app.admin();
        let (client, dollars) = app.wallet(&admin, "a@example.com", 840, "100");
        let product = app.open_product(&admin, "personal", &[978]);
        let euros = admin.new_account(client, product, 978);
        let pair = json!({"fromCurrency": 840, "toCurrency": 978, "isEnabledForAdmin": true, "isHedgingEnabled": true});
        admin.post("/api/v2/currencies/pairs", &pair).expect(201);
        let body = json!({
            "clientId": client, "sourceId": dollars, "destinationId": euros, "type": "sell", "sourceAmount": 10,
            "rate": "0.9",
        });
        admin.with("X-Request-Id", "my-exchange").post("/api/v2/exchanges", &body).expect(201);
        app.run_jobs();
        drop(app);
        let list = |arguments: &[&str]| {
            let (code, out, errors) = run(command(Some(&url)).args(["queue", "list"]).args(arguments));
            assert_eq!(code, Some(0), "{errors}");
            out
        };
        let dead = list(&["--dead"]);
        let line: Vec<&str> = dead.lines().nth(1).expect("a dead letter").split('\t').collect();
        assert_eq!(line[1..3], ["hedge", "1"]);
        assert!(line[3].starts_with("dead since 2026-01-01"), "{dead}");
        assert_eq!(
            line[4..],
            ["1", "2026-01-01T00:00:00+00:00", "my-exchange", "no provider is set (BACKOFFICE_HEDGING_URL)"]
        );
        assert_eq!(list(&["--kind", "mail"]).lines().count(), 1);
        let (code, _, errors) = run(command(Some(&url)).args(["queue", "retry", "999"]));
        assert_eq!((code, errors.lines().last()), (Some(1), Some("backoffice: no dead letter has the id 999")));
        let (code, out, _) = run(command(Some(&url)).args(["queue", "retry", line[0]]));
        assert_eq!((code, out.as_str()), (Some(0), "Dead letters revived: 1\n"));
        assert_eq!(list(&["--dead"]).lines().count(), 1);
        let gateway = Gateway::start();
        let app = TestApp::start(url, &Setup { hedging_url: Some(gateway.url.clone()), ..setup });
        // The command ran at the time of this machine.
        app.advance(100 * 365 * 86_400);
        app.run_jobs();
        assert_eq!(gateway.orders().len(), 1);
        assert!(jobs(&app).is_empty());
    }
}

#[test]
fn what_is_left_to_do_is_counted_by_kind() {
    on_each(|app| {
        let backlog = |kind: &'static str| {
            let now = app.outbound.now();
            app.database.read(move |conn| queue::backlog(conn, kind, now)).unwrap()
        };
        let begun = app.outbound.now();
        assert_eq!(backlog("sms"), Backlog { waiting: 0, dead: 0, due_since: None });
        (1..=3).for_each(|id| put(app, id, None));
        app.advance(60);
        assert_eq!(backlog("sms"), Backlog { waiting: 3, dead: 0, due_since: Some(begun) });
        assert_eq!(backlog("mail"), Backlog { waiting: 0, dead: 0, due_since: None });
        // One is a dead letter, one runs, and one is tried again later.
        let taken: Vec<Claimed<Sms>> = std::iter::from_fn(|| claim(app)).collect();
        assert!(settle(app, &taken[0], JobResult::Failed("no phone".into())));
        assert!(settle(app, &taken[1], JobResult::Unanswered("busy".into())));
        assert_eq!(backlog("sms"), Backlog { waiting: 2, dead: 1, due_since: None });
        app.advance(10);
        assert_eq!(backlog("sms").due_since, Some(app.outbound.now()));
    });
}

#[test]
fn a_long_queue_is_counted_up_to_a_limit() {
    on_each(|app| {
        app.run_sql(
            "INSERT INTO jobs (kind, payload, attempts, due_at, create_time) \
             WITH RECURSIVE numbers (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < 10500) \
             SELECT 'sms', CAST(n AS TEXT), 0, users.create_time, users.create_time FROM numbers, users",
        );
        let now = app.outbound.now();
        let backlog = app.database.read(move |conn| queue::backlog(conn, "sms", now)).unwrap();
        assert_eq!(backlog.waiting, queue::MOST_COUNTED);
        assert_eq!(backlog.due_since, Some(app.outbound.now()));
    });
}

/// On SQLite, whose planner needs no data.
#[test]
fn what_is_left_to_do_is_counted_by_indexes() {
    let app = TestApp::start(sqlite(), &Setup::default());
    let plan = app.database.read(|conn| match conn {
        DbConnection::Sqlite(conn) => Ok::<_, Error>(sql::plan_of_sqlite(conn, queue::COUNT_BACKLOG)),
        DbConnection::Postgres(_) => Ok(Vec::new()),
    });
    let plan = plan.unwrap();
    let reads: Vec<&String> = plan.iter().filter(|step| step.contains("jobs")).collect();
    assert_eq!(reads.len(), 3, "{plan:?}");
    assert!(reads.iter().all(|step| step.starts_with("SEARCH jobs USING")), "{plan:?}");
}
