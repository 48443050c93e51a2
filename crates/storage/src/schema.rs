//! The tables of both dialects, as diesel sees them. `tests/` holds them against the databases.

diesel::table! {
    users (id) {
        id -> BigInt,
        name -> Text,
        name_key -> Text,
        email -> Text,
        email_key -> Text,
        phone -> Nullable<Text>,
        password_hash -> Text,
        active -> Bool,
        second_factor -> Text,
        totp_secret -> Nullable<Binary>,
        totp_pending -> Nullable<Binary>,
        totp_step -> BigInt,
        ip_whitelist -> Text,
        can_view_masked_data -> Bool,
        slack_chat_id -> Nullable<Text>,
        telegram_chat_id -> Nullable<Text>,
        create_time -> Timestamp,
        update_time -> Timestamp,
        deleted_at -> Nullable<Timestamp>,
    }
}

diesel::table! {
    user_groups (id) {
        id -> BigInt,
        name -> Text,
        name_key -> Text,
        is_administrators -> Bool,
        permissions -> Text,
    }
}

diesel::table! {
    user_group_members (user_id, group_id) {
        user_id -> BigInt,
        group_id -> BigInt,
    }
}

diesel::table! {
    client_tags (id) {
        id -> BigInt,
        name -> Text,
        name_key -> Text,
        create_time -> Timestamp,
    }
}

diesel::table! {
    user_client_tags (user_id, tag_id) {
        user_id -> BigInt,
        tag_id -> BigInt,
    }
}

diesel::table! {
    sessions (id) {
        id -> BigInt,
        user_id -> BigInt,
        ip -> Text,
        create_time -> Timestamp,
        expires_at -> Timestamp,
        ended_at -> Nullable<Timestamp>,
    }
}

diesel::table! {
    session_tokens (hash) {
        hash -> Binary,
        session_id -> BigInt,
        kind -> Text,
        create_time -> Timestamp,
        expires_at -> Timestamp,
        used_at -> Nullable<Timestamp>,
    }
}

diesel::table! {
    second_factor_challenges (token_hash) {
        token_hash -> Binary,
        user_id -> BigInt,
        provider -> Text,
        code_hash -> Nullable<Binary>,
        failures -> BigInt,
        create_time -> Timestamp,
        expires_at -> Timestamp,
        used_at -> Nullable<Timestamp>,
    }
}

diesel::table! {
    sign_in_counters (email_key, ip) {
        email_key -> Text,
        ip -> Text,
        attempts -> BigInt,
        window_start -> Timestamp,
        blocked_until -> Nullable<Timestamp>,
    }
}

diesel::table! {
    sign_in_attempts (id) {
        id -> BigInt,
        user_id -> Nullable<BigInt>,
        email -> Text,
        ip -> Text,
        outcome -> Text,
        create_time -> Timestamp,
    }
}

diesel::table! {
    security_policies (id) {
        id -> BigInt,
        active -> Bool,
        comment -> Nullable<Text>,
        ip -> Text,
        permission -> Text,
        route -> Text,
        create_time -> Timestamp,
    }
}

diesel::table! {
    system_logs (id) {
        id -> BigInt,
        actor_id -> Nullable<BigInt>,
        actor -> Text,
        actor_key -> Text,
        actor_groups -> Text,
        event_category -> Text,
        event_action -> Text,
        event_name -> Text,
        client_id -> Nullable<BigInt>,
        operation -> Text,
        ip -> Text,
        request_id -> Text,
        details -> Text,
        create_time -> Timestamp,
    }
}

diesel::table! {
    currencies (code) {
        code -> BigInt,
        alphabetic_code -> Text,
        name -> Text,
        minor_unit -> BigInt,
        enabled -> Bool,
        block_explorer -> Nullable<Text>,
        markup_buy -> Text,
        markup_sell -> Text,
        resources -> Text,
        create_time -> Timestamp,
        update_time -> Timestamp,
    }
}

diesel::table! {
    countries (id) {
        id -> BigInt,
        alpha2_code -> Text,
        alpha3_code -> Text,
        numeric_code -> Text,
        name -> Text,
        name_key -> Text,
        calling_code -> Text,
        currency_code -> Nullable<BigInt>,
        enabled -> Bool,
    }
}

diesel::table! {
    platforms (id) {
        id -> BigInt,
        name -> Text,
        name_key -> Text,
        caption -> Text,
        kind -> Text,
        is_demo -> Bool,
        is_enabled -> Bool,
        groups -> Text,
        create_time -> Timestamp,
        update_time -> Timestamp,
    }
}

diesel::table! {
    product_groups (id) {
        id -> BigInt,
        caption -> Text,
        description -> Text,
        status -> Text,
        kind -> Text,
        priority -> BigInt,
        resources -> Text,
        create_time -> Timestamp,
        update_time -> Timestamp,
    }
}

diesel::table! {
    products (id) {
        id -> BigInt,
        platform_id -> BigInt,
        group_id -> BigInt,
        name -> Text,
        caption -> Text,
        kind -> Text,
        status -> Text,
        priority -> BigInt,
        send_mail_setting -> Text,
        mail_template -> Nullable<Text>,
        options -> Text,
        permissions -> Text,
        default_account_permissions -> Text,
        default_leverage -> Nullable<BigInt>,
        leverages -> Text,
        max_accounts -> Nullable<BigInt>,
        start_amounts -> Text,
        link_info -> Nullable<Text>,
        agreement_link -> Nullable<Text>,
        request_required -> Bool,
        min_deposit_amount -> Nullable<Text>,
        auto_create_on_login -> Bool,
        resources -> Text,
        create_time -> Timestamp,
        update_time -> Timestamp,
    }
}

diesel::table! {
    product_currencies (id) {
        id -> BigInt,
        product_id -> BigInt,
        currency_code -> BigInt,
        factory -> BigInt,
        platform_groups -> Text,
        caption -> Nullable<Text>,
        is_enabled -> Bool,
        priority -> BigInt,
        is_hedging_enabled -> Bool,
        overwrite_product_settings -> Bool,
        permissions -> Text,
        default_account_permissions -> Text,
        default_leverage -> Nullable<BigInt>,
        leverages -> Text,
        max_accounts -> Nullable<BigInt>,
        start_amounts -> Text,
        link_info -> Nullable<Text>,
        agreement_link -> Nullable<Text>,
        request_required -> Bool,
        min_deposit_amount -> Nullable<Text>,
        auto_create_on_login -> Bool,
        resources -> Text,
        create_time -> Timestamp,
        update_time -> Timestamp,
    }
}

diesel::table! {
    product_notes (id) {
        id -> BigInt,
        product_id -> BigInt,
        title -> Text,
        title_key -> Text,
        value -> Text,
        resources -> Text,
        create_time -> Timestamp,
        update_time -> Timestamp,
    }
}

diesel::table! {
    product_restrictions (id) {
        id -> BigInt,
        product_id -> BigInt,
        name -> Text,
        is_enabled -> Bool,
        mode -> Text,
        ids -> Text,
    }
}

diesel::table! {
    product_permission_groups (id) {
        id -> BigInt,
        name -> Text,
        name_key -> Text,
        status -> Text,
        permissions -> Text,
        create_time -> Timestamp,
        update_time -> Timestamp,
    }
}

diesel::table! {
    idempotency_keys (caller, operation, key) {
        caller -> BigInt,
        operation -> Text,
        key -> Text,
        fingerprint -> Binary,
        status -> BigInt,
        location -> Nullable<Text>,
        body -> Binary,
        create_time -> Timestamp,
    }
}

diesel::table! {
    mail_outbox (id) {
        id -> BigInt,
        recipient -> Text,
        subject -> Text,
        body -> Nullable<Binary>,
        attempts -> BigInt,
        next_attempt_at -> Nullable<Timestamp>,
        sent_at -> Nullable<Timestamp>,
        failed_at -> Nullable<Timestamp>,
        last_error -> Nullable<Text>,
        create_time -> Timestamp,
    }
}

diesel::joinable!(user_group_members -> user_groups (group_id));
diesel::joinable!(user_client_tags -> client_tags (tag_id));
diesel::joinable!(sessions -> users (user_id));
diesel::joinable!(session_tokens -> sessions (session_id));
diesel::joinable!(second_factor_challenges -> users (user_id));
diesel::joinable!(countries -> currencies (currency_code));
diesel::joinable!(products -> platforms (platform_id));
diesel::joinable!(products -> product_groups (group_id));
diesel::joinable!(product_currencies -> currencies (currency_code));

diesel::allow_tables_to_appear_in_same_query!(
    users,
    user_groups,
    user_group_members,
    client_tags,
    user_client_tags,
    sessions,
    session_tokens,
    second_factor_challenges,
    sign_in_counters,
    sign_in_attempts,
    security_policies,
    system_logs,
    currencies,
    countries,
    platforms,
    product_groups,
    products,
    product_currencies,
    product_notes,
    product_restrictions,
    product_permission_groups,
    idempotency_keys,
    mail_outbox,
);
