//! The two dialects of the schema, and the indexes that lists need.

use diesel::prelude::*;
use storage::{DatabaseUrl, DbConnection, Error};

use crate::harness::{databases, sql};

const SQLITE_COLUMNS: &str = "SELECT m.name || '.' || c.name || CASE WHEN c.\"notnull\" OR c.pk THEN '' ELSE ' null' END \
     FROM sqlite_master m, pragma_table_info(m.name) c WHERE m.type = 'table' AND m.name NOT LIKE 'sqlite_%' \
     AND m.name NOT LIKE '__diesel%' AND m.name NOT LIKE 'client_search%' ORDER BY 1";
const POSTGRES_COLUMNS: &str = "SELECT table_name || '.' || column_name || CASE is_nullable WHEN 'YES' THEN ' null' ELSE '' END \
     FROM information_schema.columns WHERE table_schema = 'public' AND table_name NOT LIKE '\\_\\_diesel%' AND table_name NOT LIKE 'client\\_search%' \
     ORDER BY (table_name || '.' || column_name || CASE is_nullable WHEN 'YES' THEN ' null' ELSE '' END) COLLATE \"C\"";
const SQLITE_INDEXES: &str = "SELECT name FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL ORDER BY 1";
const POSTGRES_INDEXES: &str = "SELECT indexname FROM pg_indexes WHERE schemaname = 'public' \
     AND indexname NOT LIKE '%\\_pkey' AND indexname NOT LIKE '%\\_key' AND indexname NOT LIKE 'client\\_search%' \
     AND indexname <> 'system_logs_own_writes' ORDER BY indexname COLLATE \"C\"";

/// The answers of both databases to a question about their schema.
fn of_both(sqlite: &'static str, postgres: &'static str) -> Vec<Vec<String>> {
    databases()
        .into_iter()
        .map(|url| {
            let query = if matches!(url, DatabaseUrl::Sqlite(_)) { sqlite } else { postgres };
            sql::open(&url).read(move |conn| Ok::<_, Error>(sql::texts(conn, query))).unwrap()
        })
        .collect()
}

#[test]
fn both_dialects_have_the_same_tables_and_columns() {
    let seen = of_both(SQLITE_COLUMNS, POSTGRES_COLUMNS);
    assert!(seen[0].len() > 150);
    if let [sqlite, postgres] = &seen[..] {
        let mut sqlite = sqlite.clone();
        sqlite.sort();
        assert_eq!(&sqlite, postgres);
    }
}

#[test]
fn both_dialects_have_the_same_indexes() {
    let seen = of_both(SQLITE_INDEXES, POSTGRES_INDEXES);
    if let [sqlite, postgres] = &seen[..] {
        // PostgreSQL names the indexes of UNIQUE itself; those of ours that end so are left out of both. It alone has replicas.
        let sqlite: Vec<&String> = sqlite.iter().filter(|name| !name.ends_with("_key")).collect();
        assert_eq!(sqlite, postgres.iter().collect::<Vec<_>>());
    }
}

const SORTS: &[(&str, &str)] = &[
    ("products", "id"),
    ("products", "name, id"),
    ("products", "create_time, id"),
    ("product_groups", "caption, id"),
    ("product_groups", "priority, id"),
    ("product_groups", "create_time, id"),
    ("product_permission_groups", "create_time, id"),
    ("approval_policies", "create_time, id"),
    ("approvals", "create_time, id"),
    ("imports", "create_time, id"),
    ("platforms", "name_key, id"),
    ("platforms", "create_time, id"),
    ("currencies", "create_time, code"),
    ("countries", "name_key, id"),
    ("countries", "enabled, id"),
    ("client_tags", "create_time, id"),
    ("clients", "create_time, id"),
    ("clients WHERE status <> 'deleted'", "create_time, id"),
    ("client_types", "create_time, id"),
    ("document_groups", "create_time, id"),
    ("document_groups", "priority, id"),
    ("document_types", "create_time, id"),
    ("document_types", "priority, id"),
    ("client_tests", "create_time, id"),
    ("client_tests", "priority, id"),
    ("verifications", "create_time, id"),
    ("managers", "create_time, id"),
    ("permission_levels", "create_time, id"),
    ("addresses", "create_time, id"),
    ("phones", "create_time, id"),
    ("phones", "update_time, id"),
    ("rate_providers", "priority, id"),
    ("currency_pairs", "create_time, id"),
    ("accounts", "create_time, id"),
    ("transactions", "create_time, id"),
    ("transactions", "credit_amount, id"),
    ("transactions", "debit_amount, id"),
    ("requests", "create_time, id"),
    ("requests", "id"),
    ("documents", "create_time, id"),
    ("monitorings", "create_time, id"),
    ("bonuses", "create_time, id"),
    ("bonus_presets", "create_time, id"),
    ("paid_services", "create_time, id"),
    ("parameter_categories", "name_key, id"),
    ("plans", "create_time, id"),
    ("subscriptions", "create_time, id"),
    ("bonus_programs", "create_time, id"),
    ("security_policies", "create_time, id"),
    ("system_logs", "create_time, id"),
    ("sign_in_attempts", "create_time, id"),
    ("key_value_pairs", "create_time, id"),
    ("key_value_tags", "create_time, id"),
    ("external_connections", "create_time, id"),
    ("sms_providers", "create_time, id"),
    ("confirmation_templates", "create_time, id"),
    ("delivery_services", "create_time, id"),
    ("delivery_services", "caption_key, id"),
    ("email_templates", "create_time, id"),
    ("email_templates", "name_key, id"),
    ("sent_emails", "create_time, id"),
    ("banners", "create_time, id"),
    ("banners", "priority, id DESC"),
    ("localizations", "priority, id"),
    ("calendar_events", "start_time, id"),
    ("calendar_events", "end_time, id"),
    ("calendar_events", "create_time, id"),
    ("wizards", "kind, id"),
    ("wizards", "name_key, id"),
    ("client_password_changes", "client_id, create_time, id"),
    ("client_second_factor_changes", "client_id, create_time, id"),
    ("client_devices", "client_id, create_time, id"),
    ("client_devices", "client_id, last_sign_in, id"),
    ("client_sign_ins", "create_time, id"),
    ("client_blocks", "create_time, id"),
    ("whitelisted_addresses", "wallet_address, id"),
    ("withdrawal_templates", "create_time, id"),
    ("withdrawal_templates", "name_key, id"),
    ("antifraud_procedures", "create_time, id"),
    ("antifraud_notifications", "create_time, id"),
    ("tickets", "update_time, id"),
    ("tickets", "create_time, id"),
    ("tickets", "priority, id"),
    ("ticket_departments", "name_key, id"),
    ("api_keys", "create_time, id"),
    ("api_keys", "name_key, id"),
    ("api_keys", "last_used_at NULLS FIRST, id"),
    ("api_keys", "last_used_at DESC NULLS LAST, id DESC"),
];

#[test]
fn every_sort_of_a_list_runs_by_an_index() {
    for url in databases() {
        let database = sql::open(&url);
        for (table, columns) in SORTS {
            let plan = database.read(move |conn| Ok::<_, Error>(plan_of(conn, table, columns))).unwrap();
            // An incremental sort goes by an index and only orders what is equal there.
            let sorted = |step: &String| step.contains("Sort  (") && !step.contains("Incremental Sort");
            let sorts = plan.iter().any(|step| step.contains("TEMP B-TREE") || sorted(step));
            assert!(!sorts && !plan.is_empty(), "{table} by {columns}: {plan:?}");
        }
    }
}

/// The filters of the lists that grow, as they stand in queries.
const FILTERS: &[(&str, &str)] = &[
    ("clients", "email_key = 'a@example.com'"),
    ("clients", "status = 'banned' ORDER BY create_time DESC, id DESC"),
    ("clients", "manager_id = 1 ORDER BY create_time DESC, id DESC"),
    ("clients", "country_id = 1 ORDER BY create_time DESC, id DESC"),
    ("clients", "type_id = 1 ORDER BY create_time DESC, id DESC"),
    ("clients", "level_id = 1 ORDER BY create_time DESC, id DESC"),
    ("clients", "internal_type = 'b2b' ORDER BY create_time DESC, id DESC"),
    ("clients", "risk_level = 'high' ORDER BY create_time DESC, id DESC"),
    ("accounts", "client_id = 1 ORDER BY create_time DESC, id DESC"),
    ("accounts", "platform_id = 1 ORDER BY create_time DESC, id DESC"),
    ("accounts", "product_id = 1 ORDER BY create_time DESC, id DESC"),
    ("transactions", "status = 'pending' ORDER BY create_time DESC, id DESC"),
    ("requests", "status = 'pending' ORDER BY create_time DESC, id DESC"),
    ("approvals", "status = 'approved' ORDER BY create_time DESC, id DESC"),
    ("approvals", "operation = 'clients.update' ORDER BY create_time DESC, id DESC"),
    ("approvals", "maker_id = 1 ORDER BY create_time DESC, id DESC"),
    ("approvals", "checker_id = 1 ORDER BY create_time DESC, id DESC"),
    ("imports", "status = 'done' ORDER BY create_time DESC, id DESC"),
    ("imports", "kind = 'users' ORDER BY create_time DESC, id DESC"),
    ("imported_transactions", "reference = 'a'"),
    ("requests", "status = 'pending' ORDER BY id"),
    ("requests", "kind = 'deposit' ORDER BY create_time DESC, id DESC"),
    ("requests", "kind = 'deposit' ORDER BY id"),
    ("requests", "client_id = 1 ORDER BY create_time DESC, id DESC"),
    ("documents", "client_id = 1 ORDER BY create_time DESC, id DESC"),
    ("client_files", "client_id = 1 ORDER BY priority DESC, id DESC"),
    ("client_files", "folder_id = 1"),
    ("transactions", "kind = 'deposit' ORDER BY create_time DESC, id DESC"),
    ("transactions", "client_id = 1 ORDER BY create_time DESC, id DESC"),
    ("transactions", "debit_account_id = 1 OR credit_account_id = 1"),
    ("transactions", "method_id = 1 ORDER BY create_time DESC, id DESC"),
    ("transactions", "create_time >= '2026-01-01' ORDER BY create_time DESC, id DESC"),
    ("phones", "number = '+12025550123' ORDER BY create_time DESC, id DESC"),
    ("phones", "client_id = 1 ORDER BY create_time DESC, id DESC"),
    ("addresses", "client_id = 1 ORDER BY create_time DESC, id DESC"),
    ("addresses", "postcode = '1' ORDER BY create_time DESC, id DESC"),
    ("monitorings", "transaction_id = 1 ORDER BY create_time DESC, id DESC"),
    ("postings", "account_id = 1 ORDER BY post_time DESC, entry_id DESC, line DESC"),
    ("postings", "account_id = 1 AND post_time >= '2026-01-01' ORDER BY post_time DESC, entry_id DESC, line DESC"),
    ("postings", "account_id = 1 AND book = 'hold' ORDER BY post_time DESC, entry_id DESC, line DESC"),
    (
        "postings",
        "account_id = 1 AND book = 'hold' AND post_time <= '2026-01-01' ORDER BY post_time DESC, entry_id DESC, line DESC",
    ),
    ("postings", "entry_id IN (SELECT id FROM entries WHERE transaction_id = 1)"),
    ("bonuses", "NOT is_removed AND state = 'pending' ORDER BY create_time DESC, id DESC"),
    ("bonuses", "client_id = 1 ORDER BY create_time DESC, id DESC"),
    ("bonuses", "account_id = 1 ORDER BY create_time DESC, id DESC"),
    ("bonus_steps", "bonus_id = 1 ORDER BY create_time DESC, id DESC"),
    ("subscriptions", "client_id = 1 ORDER BY create_time DESC, id DESC"),
    ("subscriptions", "service_id = 1 ORDER BY create_time DESC, id DESC"),
    ("subscriptions", "is_active = TRUE ORDER BY create_time DESC, id DESC"),
    ("plans", "service_id = 1 ORDER BY create_time DESC, id DESC"),
    ("paid_services", "group_id = 1 ORDER BY create_time DESC, id DESC"),
    ("key_value_pairs", "key = 'company'"),
    ("key_value_pairs", "kind = 'html' ORDER BY create_time DESC, id DESC"),
    ("key_value_tags", "name_key = 'brand' AND name = 'Brand'"),
    ("key_value_pair_tags", "tag_id = 1"),
    ("sent_emails", "status = 'sent' ORDER BY create_time DESC, id DESC"),
    ("sent_emails", "service_id = 1 ORDER BY create_time DESC, id DESC"),
    ("sent_emails", "template_id = 1 ORDER BY create_time DESC, id DESC"),
    ("sent_email_recipients", "email_id = 1 AND state = 'waiting' ORDER BY id"),
    ("sent_email_recipients", "address = 'a@example.com'"),
    ("banners", "is_enabled = TRUE ORDER BY priority, id DESC"),
    ("banners", "kind = 'mobile' ORDER BY create_time DESC, id DESC"),
    ("banners", "url = '/dashboard' ORDER BY create_time DESC, id DESC"),
    ("client_push_tokens", "client_id = 1 ORDER BY id DESC"),
    ("exchange_quotes", "client_id = 1 AND from_code = 840 AND to_code = 978 ORDER BY id DESC"),
    ("exchange_quotes", "expire_time <= '2026-01-01' ORDER BY expire_time"),
    ("equity_points", "account_id = 1 AND hour >= '2026-01-01' ORDER BY hour"),
    ("calendar_events", "start_time >= '2026-01-01' ORDER BY start_time DESC, id DESC"),
    ("calendar_events", "created_by = 1"),
    ("calendar_event_recipients", "user_id = 1"),
    ("system_logs", "create_time < '2026-01-01' ORDER BY create_time, id"),
    ("sign_in_attempts", "create_time < '2026-01-01' ORDER BY create_time, id"),
    ("wizard_runs", "uuid = 'a'"),
    ("wizard_runs", "client_id = 1 AND kind = 'signIn'"),
    ("wizard_runs", "expires_at < '2026-01-01' ORDER BY expires_at, id"),
    ("client_additional_information", "client_id = 1 ORDER BY name"),
    ("antifraud_notifications", "event = 'identical_ip' ORDER BY create_time DESC, id DESC"),
    ("antifraud_notifications", "status = 'open' ORDER BY create_time DESC, id DESC"),
    ("antifraud_notifications", "event = 'identical_ip' AND subject = '192.0.2.1' AND close_time IS NOT NULL"),
    ("antifraud_notification_clients", "client_id = 1"),
    ("antifraud_steps", "notification_id = 1 ORDER BY id"),
    ("antifraud_procedures", "kind = 'identical_ip' ORDER BY priority, id"),
    ("tickets", "client_id = 1 ORDER BY update_time DESC, id DESC"),
    ("tickets", "client_id = 1 ORDER BY create_time DESC, id DESC"),
    ("tickets", "status = 'open' ORDER BY update_time DESC, id DESC"),
    ("tickets", "department_id = 1 ORDER BY update_time DESC, id DESC"),
    ("tickets", "priority = 2 ORDER BY update_time DESC, id DESC"),
    ("tickets", "assignee_id = 1 ORDER BY update_time DESC, id DESC"),
    ("tickets", "awaited = 'staff' ORDER BY update_time DESC, id DESC"),
    ("ticket_messages", "ticket_id = 1 ORDER BY create_time DESC, id DESC"),
    ("ticket_attachments", "message_id = 1"),
    ("ticket_attachments", "file_id = 1"),
    // What is looked for in what came since.
    ("client_sign_ins", "id > 1 ORDER BY id"),
    ("client_sign_ins", "ip = '192.0.2.1' AND create_time >= '2026-01-01'"),
    ("entries", "id > 1 ORDER BY id"),
    ("verifications", "id > 1 ORDER BY id"),
    ("phones", "update_time >= '2026-01-01' ORDER BY update_time, id"),
    ("profile_changes", "previous_key = 'a@example.com'"),
    ("withdrawal_wallets", "wallet_address = 'a'"),
    ("positions", "account_id = 1"),
    // What servers ask every half second, and whether a lane is free.
    ("bonuses", "due_at <= '2026-01-01' ORDER BY due_at"),
    ("stored_files", "sweep_at <= '2026-01-01' ORDER BY sweep_at"),
    ("jobs", "kind = 'mail' AND due_at <= '2026-01-01' ORDER BY due_at, id"),
    ("jobs", "kind = 'platform_order' AND lane = '1'"),
    ("positions", "platform_id = 1 AND external_id = 'a'"),
    ("client_sign_ins", "client_id = 1 ORDER BY create_time DESC, id DESC"),
    ("client_sign_ins", "ip = '192.0.2.1' ORDER BY create_time DESC, id DESC"),
    ("client_sign_ins", "status = 'failure' ORDER BY create_time DESC, id DESC"),
    ("client_blocks", "ip = '192.0.2.1' ORDER BY create_time DESC, id DESC"),
    ("client_blocks", "expires_at <= '2026-01-01'"),
    ("client_sessions", "client_id = 1 AND ended_at IS NULL"),
    ("client_sessions", "expires_at < '2026-01-01' ORDER BY expires_at, id"),
    ("whitelisted_addresses", "client_id = 1 ORDER BY wallet_address, id"),
    ("whitelisted_addresses", "currency_code = 840 ORDER BY wallet_address, id"),
    ("withdrawal_templates", "client_id = 1 ORDER BY create_time DESC, id DESC"),
    ("api_keys", "user_id = 1 ORDER BY create_time DESC, id DESC"),
    ("api_keys", "is_enabled = TRUE AND coalesce(expires_at, '9999-12-31 23:59:59') > '2026-01-01'"),
    ("api_keys", "is_enabled = TRUE AND coalesce(expires_at, '9999-12-31 23:59:59') <= '2026-01-01'"),
    ("system_logs", "api_key_id = 1 ORDER BY create_time DESC, id DESC"),
];

#[test]
fn every_filter_of_a_growing_list_goes_by_an_index_and_needs_no_sort() {
    for url in databases() {
        let database = sql::open(&url);
        for (table, filter) in FILTERS {
            let query = format!("SELECT * FROM {table} WHERE {filter} LIMIT 10");
            let plan = database.read(move |conn| Ok::<_, Error>(explained(conn, &query))).unwrap();
            let scans = |step: &String| step.starts_with("SCAN") || step.contains("Seq Scan");
            let sorts = |step: &String| step.contains("TEMP B-TREE") || step.contains("Sort  (");
            assert!(
                !plan.is_empty() && !plan.iter().any(|step| scans(step) || sorts(step)),
                "{table} {filter}: {plan:?}"
            );
        }
    }
}

fn plan_of(conn: &mut DbConnection, table: &str, columns: &str) -> Vec<String> {
    explained(conn, &format!("SELECT * FROM {table} ORDER BY {columns} LIMIT 10"))
}

fn explained(conn: &mut DbConnection, query: &str) -> Vec<String> {
    match conn {
        DbConnection::Sqlite(conn) => sql::plan_of_sqlite(conn, query),
        DbConnection::Postgres(postgres) => {
            // On tables this small PostgreSQL reads and sorts; what matters is that it need not.
            diesel::sql_query("SET LOCAL enable_seqscan = off").execute(postgres).unwrap();
            let is_either = query.contains(" OR ");
            if !is_either {
                diesel::sql_query("SET LOCAL enable_bitmapscan = off").execute(postgres).unwrap();
            }
            sql::texts(conn, &format!("EXPLAIN {query}"))
        }
    }
}
