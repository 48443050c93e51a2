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
    api_keys (id) {
        id -> BigInt,
        user_id -> BigInt,
        name -> Text,
        name_key -> Text,
        hash -> Binary,
        prefix -> Text,
        permissions -> Text,
        ip_whitelist -> Text,
        is_enabled -> Bool,
        expires_at -> Nullable<Timestamp>,
        last_used_at -> Nullable<Timestamp>,
        create_time -> Timestamp,
        update_time -> Timestamp,
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
    sign_in_attempts (id) {
        id -> BigInt,
        user_id -> Nullable<BigInt>,
        email -> Text,
        ip -> Text,
        outcome -> Text,
        create_time -> Timestamp,
        provider_id -> Nullable<BigInt>,
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
        api_key_id -> Nullable<BigInt>,
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
        gateway_url -> Nullable<Text>,
        terminal_url -> Nullable<Text>,
        create_time -> Timestamp,
        update_time -> Timestamp,
    }
}

diesel::table! {
    platform_keys (id) {
        id -> BigInt,
        platform_id -> BigInt,
        caption -> Text,
        hash -> Binary,
        expires_at -> Nullable<Timestamp>,
        last_used_at -> Nullable<Timestamp>,
        create_time -> Timestamp,
    }
}

diesel::table! {
    platform_orders (id) {
        id -> BigInt,
        transaction_id -> Nullable<BigInt>,
        bonus_id -> Nullable<BigInt>,
        account_id -> BigInt,
        balance_change -> crate::money::Money,
        credit_change -> crate::money::Money,
        arrival -> Text,
        outcome -> Nullable<Text>,
        reason -> Nullable<Text>,
        create_time -> Timestamp,
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
        caller -> Text,
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
    jobs (id) {
        id -> BigInt,
        kind -> Text,
        payload -> Text,
        lane -> Nullable<Text>,
        attempts -> BigInt,
        due_at -> Nullable<Timestamp>,
        lease_until -> Nullable<Timestamp>,
        died_at -> Nullable<Timestamp>,
        last_error -> Nullable<Text>,
        request_id -> Nullable<Text>,
        create_time -> Timestamp,
    }
}

diesel::table! {
    mail_outbox (id) {
        id -> BigInt,
        recipient -> Text,
        subject -> Text,
        body -> Nullable<Binary>,
        sent_at -> Nullable<Timestamp>,
        create_time -> Timestamp,
        is_html -> Bool,
    }
}

diesel::table! {
    permission_levels (id) {
        id -> BigInt,
        name -> Text,
        name_key -> Text,
        caption -> Text,
        parent_id -> Nullable<BigInt>,
        is_default -> Bool,
        permissions -> Text,
        create_time -> Timestamp,
        update_time -> Nullable<Timestamp>,
    }
}

diesel::table! {
    verification_levels (id) {
        id -> BigInt,
        name -> Text,
        name_key -> Text,
        role_id -> BigInt,
        position -> BigInt,
        is_default -> Bool,
        limits -> Text,
        create_time -> Timestamp,
        update_time -> Timestamp,
        description -> Text,
        mail_description -> Text,
        next_level_id -> Nullable<BigInt>,
        wizard -> Text,
        is_visible -> Bool,
    }
}

diesel::table! {
    client_types (id) {
        id -> BigInt,
        name -> Text,
        name_key -> Text,
        kind -> Text,
        is_default -> Bool,
        enabled -> Bool,
        wizard -> Bool,
        resources -> Text,
        create_time -> Timestamp,
        update_time -> Timestamp,
    }
}

diesel::table! {
    managers (id) {
        id -> BigInt,
        user_id -> BigInt,
        name -> Text,
        name_key -> Text,
        phone -> Nullable<Text>,
        title -> Nullable<Text>,
        enabled -> Bool,
        is_default -> Bool,
        country_mode -> Text,
        country_ids -> Text,
        turn -> BigInt,
        create_time -> Timestamp,
    }
}

diesel::table! {
    clients (id) {
        id -> BigInt,
        email -> Text,
        email_key -> Text,
        first_name -> Text,
        last_name -> Text,
        middle_name -> Nullable<Text>,
        nickname -> Nullable<Text>,
        birthday -> Nullable<Date>,
        country_id -> Nullable<BigInt>,
        city -> Nullable<Text>,
        company_full_name -> Nullable<Text>,
        company_short_name -> Nullable<Text>,
        internal_type -> Text,
        risk_level -> Text,
        status -> Text,
        type_id -> BigInt,
        level_id -> BigInt,
        manager_id -> Nullable<BigInt>,
        locale -> Text,
        phone -> Nullable<Text>,
        analytics -> Text,
        logged_at -> Nullable<Timestamp>,
        create_time -> Timestamp,
        update_time -> Nullable<Timestamp>,
        nickname_key -> Nullable<Text>,
    }
}

diesel::table! {
    client_tag_members (client_id, tag_id) {
        client_id -> BigInt,
        tag_id -> BigInt,
    }
}

diesel::table! {
    client_settings (client_id) {
        client_id -> BigInt,
        application_color -> Nullable<Text>,
        common_theme -> Text,
        max_demo_accounts -> Nullable<BigInt>,
        max_live_accounts -> Nullable<BigInt>,
        permission_overrides -> Text,
        is_whitelist_on -> Bool,
    }
}

diesel::table! {
    addresses (id) {
        id -> BigInt,
        client_id -> BigInt,
        address -> Text,
        city -> Text,
        country_id -> BigInt,
        postcode -> Nullable<Text>,
        state -> Nullable<Text>,
        kind -> Text,
        create_time -> Timestamp,
        update_time -> Timestamp,
    }
}

diesel::table! {
    phones (id) {
        id -> BigInt,
        client_id -> BigInt,
        number -> Text,
        ext -> Nullable<Text>,
        kind -> Nullable<Text>,
        confirmed -> Bool,
        is_default -> Bool,
        create_time -> Timestamp,
        update_time -> Timestamp,
    }
}

diesel::table! {
    profile_changes (id) {
        id -> BigInt,
        client_id -> BigInt,
        kind -> Text,
        current_value -> Text,
        previous_value -> Text,
        user_id -> Nullable<BigInt>,
        create_time -> Timestamp,
        previous_key -> Text,
    }
}

diesel::table! {
    currency_aliases (id) {
        id -> BigInt,
        currency_code -> BigInt,
        alphabetic_code -> Text,
        name -> Text,
        create_time -> Timestamp,
    }
}

diesel::table! {
    rate_providers (id) {
        id -> BigInt,
        name -> Text,
        name_key -> Text,
        provider -> Text,
        priority -> BigInt,
        is_enabled -> Bool,
        from_codes -> Text,
        to_codes -> Text,
        options -> Text,
        create_time -> Timestamp,
        update_time -> Timestamp,
    }
}

diesel::table! {
    rate_quotes (provider_id, from_code, to_code) {
        provider_id -> BigInt,
        from_code -> BigInt,
        to_code -> BigInt,
        rate -> Nullable<crate::money::Money>,
        fetch_time -> Timestamp,
    }
}

diesel::table! {
    currency_pairs (id) {
        id -> BigInt,
        from_code -> BigInt,
        to_code -> BigInt,
        is_enabled -> Bool,
        is_enabled_for_admin -> Bool,
        is_hedging_enabled -> Bool,
        is_request_required -> Bool,
        step -> Nullable<crate::money::Money>,
        max_amount -> Nullable<crate::money::Money>,
        rate_providers -> Text,
        create_time -> Timestamp,
        update_time -> Timestamp,
    }
}

diesel::table! {
    accounts (id) {
        id -> BigInt,
        number -> Text,
        client_id -> BigInt,
        product_id -> BigInt,
        platform_id -> BigInt,
        group_id -> Nullable<BigInt>,
        currency_code -> BigInt,
        kind -> Text,
        caption -> Text,
        name -> Text,
        permissions -> Text,
        leverage -> Nullable<BigInt>,
        platform_group -> Nullable<Text>,
        balance -> crate::money::Money,
        hold -> crate::money::Money,
        credit -> crate::money::Money,
        pnl -> crate::money::Money,
        margin -> crate::money::Money,
        statement_time -> Timestamp,
        figures_time -> Nullable<Timestamp>,
        archive_time -> Nullable<Timestamp>,
        create_time -> Timestamp,
        is_favourite -> Bool,
    }
}

diesel::table! {
    methods (id) {
        id -> BigInt,
        direction -> Text,
        name -> Text,
        name_key -> Text,
        caption -> Text,
        provider -> Text,
        connection_id -> Nullable<BigInt>,
        is_enabled -> Bool,
        priority -> BigInt,
        time_to_fund -> Nullable<Text>,
        icon -> Nullable<Text>,
        result_url -> Nullable<Text>,
        ip_white_list -> Text,
        rates_provider_id -> Nullable<BigInt>,
        options -> Text,
        resources -> Text,
        create_time -> Timestamp,
        update_time -> Timestamp,
    }
}

diesel::table! {
    method_groups (id) {
        id -> BigInt,
        direction -> Text,
        name -> Text,
        name_key -> Text,
        caption -> Text,
        priority -> BigInt,
        is_enabled -> Bool,
        resources -> Text,
        create_time -> Timestamp,
        update_time -> Timestamp,
    }
}

diesel::table! {
    method_group_members (method_id, group_id) {
        method_id -> BigInt,
        group_id -> BigInt,
    }
}

diesel::table! {
    method_currencies (id) {
        id -> BigInt,
        method_id -> BigInt,
        currency_code -> BigInt,
        kind -> Text,
        is_enabled -> Bool,
        min_amount -> Nullable<crate::money::Money>,
        max_amount -> Nullable<crate::money::Money>,
        create_time -> Timestamp,
        update_time -> Timestamp,
    }
}

diesel::table! {
    method_commissions (id) {
        id -> BigInt,
        method_id -> BigInt,
        currency_code -> BigInt,
        kind -> Text,
        fixed -> Nullable<crate::money::Money>,
        percent -> Nullable<crate::money::Money>,
        min_amount -> Nullable<crate::money::Money>,
        max_amount -> Nullable<crate::money::Money>,
        create_time -> Timestamp,
        update_time -> Timestamp,
    }
}

diesel::table! {
    method_attributes (id) {
        id -> BigInt,
        method_id -> BigInt,
        name -> Text,
        name_key -> Text,
        caption -> Text,
        kind -> Text,
        rules -> Text,
        options -> Text,
        resources -> Text,
        create_time -> Timestamp,
    }
}

diesel::table! {
    method_restrictions (id) {
        id -> BigInt,
        method_id -> BigInt,
        name -> Text,
        is_enabled -> Bool,
        mode -> Text,
        ids -> Text,
    }
}

diesel::table! {
    transaction_types (id) {
        id -> BigInt,
        name -> Text,
        caption -> Text,
        options -> Text,
        class -> Nullable<Text>,
        enabled -> Bool,
    }
}

diesel::table! {
    resolutions (id) {
        id -> BigInt,
        name -> Text,
        name_key -> Text,
        resources -> Text,
        enabled -> Bool,
        type_id -> BigInt,
    }
}

diesel::table! {
    resolution_types (id) {
        id -> BigInt,
        name -> Text,
        name_key -> Text,
        enabled -> Bool,
    }
}

diesel::table! {
    document_groups (id) {
        id -> BigInt,
        name -> Text,
        name_key -> Text,
        caption -> Text,
        description -> Text,
        kind -> Text,
        enabled -> Bool,
        priority -> BigInt,
        resources -> Text,
        create_time -> Timestamp,
        update_time -> Timestamp,
    }
}

diesel::table! {
    document_types (id) {
        id -> BigInt,
        group_id -> BigInt,
        name -> Text,
        caption -> Text,
        description -> Text,
        enabled -> Bool,
        example -> Nullable<Text>,
        max_files -> BigInt,
        priority -> BigInt,
        resources -> Text,
        create_time -> Timestamp,
        update_time -> Timestamp,
    }
}

diesel::table! {
    client_tests (id) {
        id -> BigInt,
        caption -> Text,
        details -> Nullable<Text>,
        is_visible -> Bool,
        priority -> BigInt,
        create_time -> Timestamp,
        update_time -> Timestamp,
    }
}

diesel::table! {
    test_questions (id) {
        id -> BigInt,
        test_id -> BigInt,
        question -> Text,
        kind -> Text,
        is_visible -> Bool,
        create_time -> Timestamp,
        update_time -> Timestamp,
    }
}

diesel::table! {
    answer_options (id) {
        id -> BigInt,
        question_id -> BigInt,
        text -> Text,
        is_correct -> Bool,
        create_time -> Timestamp,
        update_time -> Timestamp,
    }
}

diesel::table! {
    verification_level_groups (level_id, group_id) {
        level_id -> BigInt,
        group_id -> BigInt,
    }
}

diesel::table! {
    verification_level_tests (level_id, test_id) {
        level_id -> BigInt,
        test_id -> BigInt,
    }
}

diesel::table! {
    level_restrictions (id) {
        id -> BigInt,
        level_id -> BigInt,
        name -> Text,
        is_enabled -> Bool,
        mode -> Text,
        ids -> Text,
    }
}

diesel::table! {
    verifications (id) {
        id -> BigInt,
        client_id -> BigInt,
        level_id -> BigInt,
        level_name -> Text,
        previous_level_id -> Nullable<BigInt>,
        previous_level_name -> Nullable<Text>,
        reason -> Text,
        user_id -> Nullable<BigInt>,
        create_time -> Timestamp,
    }
}

diesel::table! {
    transactions (id) {
        id -> BigInt,
        client_id -> BigInt,
        kind -> Text,
        status -> Text,
        debit_account_id -> Nullable<BigInt>,
        debit_amount -> crate::money::Money,
        debit_commission -> crate::money::Money,
        debit_currency -> BigInt,
        credit_account_id -> Nullable<BigInt>,
        credit_amount -> crate::money::Money,
        credit_commission -> crate::money::Money,
        credit_currency -> BigInt,
        rate -> crate::money::Money,
        method_id -> Nullable<BigInt>,
        meta -> Nullable<Text>,
        terms -> Nullable<Text>,
        usd_worth -> Nullable<crate::money::Money>,
        resolution_id -> Nullable<BigInt>,
        user_id -> Nullable<BigInt>,
        create_time -> Timestamp,
        update_time -> Timestamp,
        processed_time -> Nullable<Timestamp>,
    }
}

diesel::table! {
    requests (id) {
        id -> BigInt,
        client_id -> BigInt,
        kind -> Text,
        status -> Text,
        transaction_id -> Nullable<BigInt>,
        create_time -> Timestamp,
        processed_time -> Nullable<Timestamp>,
        ip -> Text,
        account_id -> Nullable<BigInt>,
        asked -> Nullable<Text>,
        subject_id -> Nullable<BigInt>,
        slot -> Nullable<BigInt>,
        resolution_id -> Nullable<BigInt>,
        comment -> Nullable<Text>,
        color -> Nullable<Text>,
    }
}

diesel::table! {
    request_counts (kind, status, part) {
        kind -> Text,
        status -> Text,
        part -> BigInt,
        requests -> BigInt,
    }
}

diesel::table! {
    test_attempts (id) {
        id -> BigInt,
        client_id -> BigInt,
        test_id -> BigInt,
        caption -> Text,
        questions -> Text,
        request_id -> Nullable<BigInt>,
        create_time -> Timestamp,
    }
}

diesel::table! {
    external_connections (id) {
        id -> BigInt,
        name -> Text,
        name_key -> Text,
        caption -> Text,
        provider -> Text,
        enabled -> Bool,
        settings -> Text,
        create_time -> Timestamp,
        update_time -> Timestamp,
    }
}

diesel::table! {
    sms_providers (id) {
        id -> BigInt,
        service -> Text,
        name -> Text,
        name_key -> Text,
        caption -> Text,
        caption_key -> Text,
        is_enabled -> Bool,
        settings -> Text,
        create_time -> Timestamp,
        update_time -> Timestamp,
        balance -> Nullable<Text>,
        balance_read_at -> Nullable<Timestamp>,
    }
}

diesel::table! {
    confirmation_templates (id) {
        id -> BigInt,
        name -> Text,
        name_key -> Text,
        caption -> Text,
        caption_key -> Text,
        template -> Text,
        resources -> Text,
        create_time -> Timestamp,
        update_time -> Timestamp,
    }
}

diesel::table! {
    storages (id) {
        id -> BigInt,
        name -> Text,
        caption -> Text,
        driver -> Text,
        is_enabled -> Bool,
        options -> Text,
        create_time -> Timestamp,
        update_time -> Timestamp,
    }
}

diesel::table! {
    stored_files (id) {
        id -> BigInt,
        key -> Text,
        storage_id -> BigInt,
        media_type -> Text,
        length -> BigInt,
        sweep_at -> Nullable<Timestamp>,
        is_swept -> Bool,
        create_time -> Timestamp,
    }
}

diesel::table! {
    folders (id) {
        id -> BigInt,
        parent_id -> Nullable<BigInt>,
        client_id -> Nullable<BigInt>,
        name -> Text,
        name_key -> Text,
        create_time -> Timestamp,
        update_time -> Nullable<Timestamp>,
    }
}

diesel::table! {
    folder_groups (folder_id, group_id) {
        folder_id -> BigInt,
        group_id -> BigInt,
    }
}

diesel::table! {
    client_files (id) {
        id -> BigInt,
        client_id -> BigInt,
        folder_id -> Nullable<BigInt>,
        file_id -> BigInt,
        name -> Text,
        priority -> BigInt,
        create_time -> Timestamp,
        update_time -> Timestamp,
    }
}

diesel::table! {
    profile_photos (client_id) {
        client_id -> BigInt,
        file_id -> BigInt,
        create_time -> Timestamp,
    }
}

diesel::table! {
    documents (id) {
        id -> BigInt,
        client_id -> BigInt,
        type_id -> BigInt,
        request_id -> Nullable<BigInt>,
        create_time -> Timestamp,
    }
}

diesel::table! {
    document_files (document_id, file_id) {
        document_id -> BigInt,
        file_id -> BigInt,
    }
}

diesel::table! {
    erased_emails (fingerprint) {
        fingerprint -> Binary,
    }
}

diesel::table! {
    events (id) {
        id -> BigInt,
        name -> Text,
        client_id -> Nullable<BigInt>,
        data -> Text,
        create_time -> Timestamp,
        is_dispatched -> Bool,
    }
}

diesel::table! {
    socket_events (id) {
        id -> BigInt,
        channel -> Text,
        event -> Text,
        transaction_id -> Nullable<BigInt>,
        sealed_token -> Nullable<Binary>,
        create_time -> Timestamp,
    }
}

diesel::table! {
    entries (id) {
        id -> BigInt,
        transaction_id -> Nullable<BigInt>,
        bonus_id -> Nullable<BigInt>,
        step -> Text,
        round -> BigInt,
        create_time -> Timestamp,
    }
}

diesel::table! {
    postings (entry_id, line) {
        entry_id -> BigInt,
        line -> BigInt,
        book -> Text,
        account_id -> Nullable<BigInt>,
        currency_code -> BigInt,
        amount -> crate::money::Money,
        post_time -> Timestamp,
        balance_after -> Nullable<crate::money::Money>,
    }
}

diesel::table! {
    monitorings (id) {
        id -> BigInt,
        client_id -> BigInt,
        transaction_id -> BigInt,
        direction -> Text,
        review_status -> Text,
        risk_score -> Text,
        provider -> Text,
        data -> Text,
        create_time -> Timestamp,
        update_time -> Timestamp,
    }
}

diesel::table! {
    client_search (rowid) {
        rowid -> BigInt,
        name -> Text,
        nickname -> Text,
        city -> Text,
        company_short -> Text,
        company_full -> Text,
    }
}

diesel::table! {
    access_version (id) {
        id -> BigInt,
        version -> BigInt,
    }
}

diesel::table! {
    bonus_settings (id) {
        id -> BigInt,
        is_enabled -> Bool,
        percent -> crate::money::Money,
        most -> Nullable<crate::money::Money>,
        least -> crate::money::Money,
        burn_if_balance_negative -> Bool,
        burn_on_withdrawal -> Bool,
        update_time -> Timestamp,
    }
}

diesel::table! {
    bonus_presets (id) {
        id -> BigInt,
        platform_id -> BigInt,
        name -> Text,
        name_key -> Text,
        is_default -> Bool,
        lifetime -> BigInt,
        dynamic_lots -> crate::money::Money,
        enable_auto_credit -> Bool,
        scalping_threshold -> BigInt,
        enable_trade -> Bool,
        disabled_groups -> Text,
        create_time -> Timestamp,
        update_time -> Timestamp,
    }
}

diesel::table! {
    bonus_programs (id) {
        id -> BigInt,
        platform_id -> BigInt,
        name -> Text,
        name_key -> Text,
        amount -> crate::money::Money,
        currency_code -> BigInt,
        platform_groups -> Text,
        expired_at -> Timestamp,
        lifetime -> BigInt,
        dynamic_lots -> crate::money::Money,
        enable_auto_credit -> Bool,
        scalping_threshold -> BigInt,
        enable_trade -> Bool,
        disabled_groups -> Text,
        create_time -> Timestamp,
        update_time -> Timestamp,
    }
}

diesel::table! {
    bonuses (id) {
        id -> BigInt,
        client_id -> BigInt,
        account_id -> BigInt,
        program_id -> Nullable<BigInt>,
        program_name -> Nullable<Text>,
        state -> Text,
        amount -> crate::money::Money,
        lifetime -> BigInt,
        dynamic_lots -> crate::money::Money,
        enable_auto_credit -> Bool,
        scalping_threshold -> BigInt,
        enable_trade -> Bool,
        disabled_groups -> Text,
        volume -> crate::money::Money,
        required_volume -> Nullable<crate::money::Money>,
        credited -> crate::money::Money,
        activate_time -> Nullable<Timestamp>,
        expire_time -> Nullable<Timestamp>,
        pauses -> Text,
        failed_state -> Nullable<Text>,
        error -> Nullable<Text>,
        round -> BigInt,
        due_at -> Nullable<Timestamp>,
        asked_order -> Nullable<BigInt>,
        is_removed -> Bool,
        create_time -> Timestamp,
        update_time -> Timestamp,
        is_cancelled -> Bool,
    }
}

diesel::table! {
    bonus_steps (id) {
        id -> BigInt,
        bonus_id -> BigInt,
        event -> Text,
        from_state -> Nullable<Text>,
        to_state -> Text,
        entry_id -> Nullable<BigInt>,
        user_id -> Nullable<BigInt>,
        create_time -> Timestamp,
    }
}

diesel::table! {
    positions (platform_id, external_id) {
        platform_id -> BigInt,
        external_id -> Text,
        account_id -> BigInt,
        symbol -> Text,
        lots -> crate::money::Money,
        open_time -> Timestamp,
        close_time -> Timestamp,
        profit -> Nullable<crate::money::Money>,
        counted -> Text,
        reason -> Nullable<Text>,
        create_time -> Timestamp,
    }
}

diesel::table! {
    paid_service_groups (id) {
        id -> BigInt,
        caption -> Text,
        caption_key -> Text,
        comment -> Nullable<Text>,
        comment_key -> Nullable<Text>,
    }
}

diesel::table! {
    paid_services (id) {
        id -> BigInt,
        name -> Text,
        name_key -> Text,
        full_name -> Text,
        full_name_key -> Text,
        group_id -> BigInt,
        is_active -> Bool,
        external_id -> Nullable<Text>,
        comment -> Nullable<Text>,
        comment_key -> Nullable<Text>,
        create_time -> Timestamp,
        update_time -> Timestamp,
    }
}

diesel::table! {
    parameter_categories (id) {
        id -> BigInt,
        name -> Text,
        name_key -> Text,
        read_groups -> Text,
        update_groups -> Text,
        create_time -> Timestamp,
        update_time -> Timestamp,
    }
}

diesel::table! {
    parameters (id) {
        id -> BigInt,
        name -> Text,
        name_key -> Text,
        caption -> Text,
        caption_key -> Text,
        category_id -> Nullable<BigInt>,
        kind -> Text,
        settings -> Text,
    }
}

diesel::table! {
    service_parameters (parameter_id, service_id) {
        parameter_id -> BigInt,
        service_id -> BigInt,
    }
}

diesel::table! {
    plans (id) {
        id -> BigInt,
        name -> Text,
        name_key -> Text,
        service_id -> BigInt,
        create_time -> Timestamp,
        update_time -> Timestamp,
    }
}

diesel::table! {
    subscriptions (id) {
        id -> BigInt,
        client_id -> BigInt,
        service_id -> BigInt,
        is_active -> Bool,
        create_time -> Timestamp,
        update_time -> Timestamp,
    }
}

diesel::table! {
    subscription_values (subscription_id, parameter_id) {
        subscription_id -> BigInt,
        parameter_id -> BigInt,
        value -> Text,
    }
}

diesel::table! {
    plan_values (plan_id, parameter_id) {
        plan_id -> BigInt,
        parameter_id -> BigInt,
        value -> Text,
    }
}

diesel::table! {
    hedges (id) {
        id -> BigInt,
        transaction_id -> BigInt,
        from_code -> BigInt,
        to_code -> BigInt,
        amount -> crate::money::Money,
        rate -> crate::money::Money,
        outcome -> Nullable<Text>,
        reason -> Nullable<Text>,
        create_time -> Timestamp,
    }
}

diesel::table! {
    client_counts (part) {
        part -> BigInt,
        clients -> BigInt,
    }
}

diesel::table! {
    notification_types (id) {
        id -> BigInt,
        name -> Text,
        name_key -> Text,
        caption -> Text,
        caption_key -> Text,
        is_enabled -> Bool,
        create_time -> Timestamp,
        update_time -> Timestamp,
    }
}

diesel::table! {
    notification_templates (id) {
        id -> BigInt,
        type_id -> BigInt,
        locale -> Text,
        subject -> Text,
        subject_key -> Text,
        template -> Text,
        is_enabled -> Bool,
        create_time -> Timestamp,
        update_time -> Timestamp,
    }
}

diesel::table! {
    smtp_providers (id) {
        id -> BigInt,
        caption -> Text,
        host -> Text,
        port -> BigInt,
        username -> Nullable<Text>,
        password -> Nullable<Text>,
        encryption -> Nullable<Text>,
        send_from -> Text,
        send_from_name -> Nullable<Text>,
        is_enabled -> Bool,
        create_time -> Timestamp,
        update_time -> Timestamp,
    }
}

diesel::table! {
    mail_attempts (id) {
        id -> BigInt,
        mail_id -> BigInt,
        provider_id -> Nullable<BigInt>,
        error -> Nullable<Text>,
        create_time -> Timestamp,
    }
}

diesel::table! {
    event_notifications (id) {
        id -> BigInt,
        event -> Text,
        description -> Nullable<Text>,
        user_id -> BigInt,
        channels -> Text,
        templates -> Text,
        is_enabled -> Bool,
        create_time -> Timestamp,
        update_time -> Timestamp,
    }
}

diesel::table! {
    event_listeners (id) {
        id -> BigInt,
        description -> Nullable<Text>,
        event -> Text,
        conditions -> Text,
        workflow -> Text,
        secret -> Nullable<Binary>,
        old_secret -> Nullable<Binary>,
        old_secret_expires_at -> Nullable<Timestamp>,
        failing_since -> Nullable<Timestamp>,
        is_enabled -> Bool,
        create_time -> Timestamp,
        update_time -> Timestamp,
    }
}

diesel::table! {
    event_deliveries (id) {
        id -> BigInt,
        message_id -> Text,
        listener_id -> BigInt,
        client_id -> Nullable<BigInt>,
        event -> Text,
        status -> Text,
        body -> Text,
        attempts -> Text,
        next_attempt_at -> Nullable<Timestamp>,
        create_time -> Timestamp,
    }
}

diesel::table! {
    user_messages (id) {
        id -> BigInt,
        channel -> Text,
        recipient -> Text,
        text -> Nullable<Binary>,
        sent_at -> Nullable<Timestamp>,
        create_time -> Timestamp,
    }
}

diesel::table! {
    call_counts (server) {
        server -> BigInt,
        counted -> Text,
        update_time -> Timestamp,
    }
}

diesel::table! {
    settings (id) {
        id -> BigInt,
        data -> Text,
        update_time -> Timestamp,
    }
}

diesel::table! {
    key_value_pairs (id) {
        id -> BigInt,
        key -> Text,
        value -> Text,
        value_key -> Text,
        kind -> Text,
        create_time -> Timestamp,
        update_time -> Timestamp,
    }
}

diesel::table! {
    key_value_tags (id) {
        id -> BigInt,
        name -> Text,
        name_key -> Text,
        create_time -> Timestamp,
        update_time -> Timestamp,
    }
}

diesel::table! {
    key_value_pair_tags (pair_id, tag_id) {
        pair_id -> BigInt,
        tag_id -> BigInt,
    }
}

diesel::table! {
    delivery_services (id) {
        id -> BigInt,
        caption -> Text,
        caption_key -> Text,
        platform -> Text,
        is_enabled -> Bool,
        api_key -> Text,
        api_url -> Nullable<Text>,
        from_email -> Nullable<Text>,
        from_name -> Nullable<Text>,
        create_time -> Timestamp,
        update_time -> Timestamp,
    }
}

diesel::table! {
    email_templates (id) {
        id -> BigInt,
        name -> Text,
        name_key -> Text,
        subject -> Text,
        subject_key -> Text,
        body -> Text,
        locale -> Nullable<Text>,
        create_time -> Timestamp,
        update_time -> Timestamp,
    }
}

diesel::table! {
    sent_emails (id) {
        id -> BigInt,
        service_id -> Nullable<BigInt>,
        template_id -> Nullable<BigInt>,
        subject -> Text,
        subject_key -> Text,
        body -> Text,
        status -> Text,
        recipients -> BigInt,
        sent -> BigInt,
        failed -> BigInt,
        reason -> Nullable<Text>,
        user_id -> BigInt,
        create_time -> Timestamp,
        send_time -> Nullable<Timestamp>,
    }
}

diesel::table! {
    sent_email_recipients (id) {
        id -> BigInt,
        email_id -> BigInt,
        client_id -> Nullable<BigInt>,
        address -> Nullable<Text>,
        state -> Text,
    }
}

diesel::table! {
    client_credentials (client_id) {
        client_id -> BigInt,
        password_hash -> Nullable<Text>,
        reset_prompted_at -> Nullable<Timestamp>,
        anti_phishing_code -> Nullable<Binary>,
        first_sign_in -> Nullable<Timestamp>,
    }
}

diesel::table! {
    client_password_changes (id) {
        id -> BigInt,
        client_id -> BigInt,
        kind -> Text,
        changed_by -> Text,
        user_id -> Nullable<BigInt>,
        create_time -> Timestamp,
        ip -> Nullable<Text>,
    }
}

diesel::table! {
    password_resets (id) {
        id -> BigInt,
        client_tags -> Nullable<Text>,
        last_client_id -> BigInt,
        create_time -> Timestamp,
    }
}

diesel::table! {
    client_second_factors (client_id, method) {
        client_id -> BigInt,
        method -> Text,
        secret -> Nullable<Binary>,
        create_time -> Timestamp,
        totp_step -> BigInt,
        phone -> Nullable<Text>,
    }
}

diesel::table! {
    qr_sign_ins (channel) {
        channel -> Text,
        client_id -> Nullable<BigInt>,
        token_hash -> Nullable<Binary>,
        token -> Nullable<Binary>,
        create_time -> Timestamp,
        expires_at -> Timestamp,
    }
}

diesel::table! {
    client_second_factor_changes (id) {
        id -> BigInt,
        client_id -> BigInt,
        method -> Text,
        is_enabled -> Bool,
        user_id -> Nullable<BigInt>,
        ip -> Nullable<Text>,
        create_time -> Timestamp,
    }
}

diesel::table! {
    client_push_tokens (id) {
        id -> BigInt,
        uuid -> Text,
        client_id -> BigInt,
        token -> Text,
        create_time -> Timestamp,
    }
}

diesel::table! {
    exchange_quotes (id) {
        id -> BigInt,
        uuid -> Text,
        client_id -> BigInt,
        from_code -> BigInt,
        to_code -> BigInt,
        provider_rate -> crate::money::Money,
        markup_sell -> Text,
        markup_buy -> Text,
        is_used -> Bool,
        create_time -> Timestamp,
        expire_time -> Timestamp,
    }
}

diesel::table! {
    equity_points (account_id, hour) {
        account_id -> BigInt,
        hour -> Timestamp,
        equity -> crate::money::Money,
    }
}

diesel::table! {
    client_devices (id) {
        id -> BigInt,
        client_id -> BigInt,
        hash -> Text,
        user_agent -> Text,
        platform -> Nullable<Text>,
        time_zone -> Nullable<Text>,
        ip -> Text,
        last_sign_in -> Timestamp,
        create_time -> Timestamp,
    }
}

diesel::table! {
    client_sessions (id) {
        id -> BigInt,
        client_id -> BigInt,
        device_id -> Nullable<BigInt>,
        ip -> Text,
        create_time -> Timestamp,
        expires_at -> Timestamp,
        ended_at -> Nullable<Timestamp>,
    }
}

diesel::table! {
    client_session_tokens (hash) {
        hash -> Binary,
        session_id -> BigInt,
        kind -> Text,
        create_time -> Timestamp,
        expires_at -> Timestamp,
        used_at -> Nullable<Timestamp>,
    }
}

diesel::table! {
    client_sign_ins (id) {
        id -> BigInt,
        client_id -> BigInt,
        ip -> Text,
        status -> Text,
        user_agent -> Nullable<Text>,
        create_time -> Timestamp,
    }
}

diesel::table! {
    sign_in_counters (kind, name_key, ip) {
        kind -> Text,
        name_key -> Text,
        ip -> Text,
        failed -> BigInt,
        pending -> BigInt,
        window_start -> Timestamp,
        blocked_until -> Nullable<Timestamp>,
        failures -> Text,
    }
}

diesel::table! {
    client_blocks (id) {
        id -> BigInt,
        client_id -> BigInt,
        kind -> Text,
        ip -> Text,
        network -> Text,
        create_time -> Timestamp,
        expires_at -> Timestamp,
    }
}

diesel::table! {
    whitelisted_addresses (id) {
        id -> BigInt,
        client_id -> BigInt,
        wallet_address -> Text,
        currency_code -> BigInt,
        caption -> Nullable<Text>,
        create_time -> Timestamp,
        update_time -> Nullable<Timestamp>,
        destination_tag -> Nullable<Text>,
    }
}

diesel::table! {
    awaited_payments (transaction_id) {
        transaction_id -> BigInt,
        expires_at -> Timestamp,
    }
}

diesel::table! {
    deposit_addresses (address, currency) {
        address -> Text,
        currency -> BigInt,
        account_id -> BigInt,
        method_id -> BigInt,
        connection_id -> BigInt,
        details -> Text,
        create_time -> Timestamp,
    }
}

diesel::table! {
    received_payments (method_id, reference) {
        method_id -> BigInt,
        reference -> Text,
        amount -> crate::money::Money,
        transaction_id -> BigInt,
        reported_from -> Text,
    }
}

diesel::table! {
    withdrawal_templates (id) {
        id -> BigInt,
        client_id -> BigInt,
        name -> Text,
        name_key -> Text,
        data -> Text,
        create_time -> Timestamp,
        update_time -> Timestamp,
    }
}

diesel::table! {
    withdrawal_wallets (transaction_id) {
        transaction_id -> BigInt,
        client_id -> BigInt,
        wallet_address -> Text,
        create_time -> Timestamp,
    }
}

diesel::table! {
    banners (id) {
        id -> BigInt,
        kind -> Text,
        url -> Text,
        is_enabled -> Bool,
        priority -> BigInt,
        content -> Text,
        data -> Nullable<Text>,
        resources -> Text,
        created_by -> BigInt,
        create_time -> Timestamp,
    }
}

diesel::table! {
    menu_items (id) {
        id -> BigInt,
        parent_id -> Nullable<BigInt>,
        name -> Text,
        caption -> Text,
        is_new -> Bool,
        priority -> BigInt,
        is_visible -> Bool,
        create_time -> Timestamp,
        update_time -> Timestamp,
    }
}

diesel::table! {
    menu_item_levels (item_id, level_id) {
        item_id -> BigInt,
        level_id -> BigInt,
    }
}

diesel::table! {
    menu_item_client_types (item_id, type_id) {
        item_id -> BigInt,
        type_id -> BigInt,
    }
}

diesel::table! {
    tickers (id) {
        id -> BigInt,
        platform -> Text,
        source -> Text,
    }
}

diesel::table! {
    ticker_symbols (id) {
        id -> BigInt,
        ticker_id -> BigInt,
        symbol -> Text,
        show -> Bool,
    }
}

diesel::table! {
    widgets (id) {
        id -> BigInt,
        name -> Text,
        ticker_id -> Nullable<BigInt>,
        caption -> Text,
        sort -> BigInt,
        can_be_closed -> Bool,
        is_shown_by_default -> Bool,
        width -> BigInt,
        height -> BigInt,
        position_x -> BigInt,
        position_y -> BigInt,
    }
}

diesel::table! {
    localizations (id) {
        id -> BigInt,
        locale -> Text,
        caption -> Text,
        is_enabled -> Bool,
        is_default -> Bool,
        is_right_to_left -> Bool,
        priority -> BigInt,
        format -> Text,
    }
}

diesel::table! {
    calendar_events (id) {
        id -> BigInt,
        name -> Text,
        name_key -> Text,
        description -> Nullable<Text>,
        description_key -> Nullable<Text>,
        start_time -> Timestamp,
        end_time -> Timestamp,
        created_by -> BigInt,
        create_time -> Timestamp,
    }
}

diesel::table! {
    calendar_event_recipients (event_id, user_id) {
        event_id -> BigInt,
        user_id -> BigInt,
    }
}

diesel::table! {
    wizards (id) {
        id -> BigInt,
        uuid -> Text,
        name -> Text,
        name_key -> Text,
        kind -> Text,
        is_enabled -> Bool,
        is_default -> Bool,
        steps -> Text,
        create_time -> Timestamp,
        update_time -> Timestamp,
    }
}

diesel::table! {
    wizard_runs (id) {
        id -> BigInt,
        uuid -> Text,
        kind -> Text,
        client_id -> Nullable<BigInt>,
        state -> Text,
        steps -> Text,
        progress -> Text,
        data -> Text,
        code_hash -> Nullable<Binary>,
        code_expires_at -> Nullable<Timestamp>,
        sends -> BigInt,
        wrong_tries -> Text,
        create_time -> Timestamp,
        expires_at -> Timestamp,
    }
}

diesel::table! {
    verification_runs (client_id) {
        client_id -> BigInt,
        uuid -> Text,
        level_id -> BigInt,
        expires_at -> Timestamp,
    }
}

diesel::table! {
    client_additional_information (client_id, name) {
        client_id -> BigInt,
        name -> Text,
        caption -> Text,
        value -> Text,
    }
}

diesel::table! {
    antifraud_procedures (id) {
        id -> BigInt,
        kind -> Text,
        caption -> Text,
        caption_key -> Text,
        priority -> BigInt,
        create_time -> Timestamp,
    }
}

diesel::table! {
    antifraud_procedure_users (procedure_id, user_id) {
        procedure_id -> BigInt,
        user_id -> BigInt,
    }
}

diesel::table! {
    antifraud_rules (id) {
        id -> BigInt,
        event -> Text,
        is_enabled -> Bool,
        threshold -> Nullable<crate::money::Money>,
        period_days -> Nullable<BigInt>,
        exceptions -> Text,
        seen_id -> BigInt,
        seen_change_id -> BigInt,
        seen_time -> Nullable<Timestamp>,
        next_pass_at -> Nullable<Timestamp>,
    }
}

diesel::table! {
    antifraud_rule_users (rule_id, user_id) {
        rule_id -> BigInt,
        user_id -> BigInt,
    }
}

diesel::table! {
    antifraud_notifications (id) {
        id -> BigInt,
        event -> Text,
        subject -> Text,
        facts -> Text,
        status -> Text,
        comment -> Nullable<Text>,
        create_time -> Timestamp,
        close_time -> Nullable<Timestamp>,
    }
}

diesel::table! {
    antifraud_notification_clients (notification_id, client_id) {
        notification_id -> BigInt,
        client_id -> BigInt,
    }
}

diesel::table! {
    antifraud_steps (id) {
        id -> BigInt,
        notification_id -> BigInt,
        description -> Text,
        user_id -> Nullable<BigInt>,
        done_time -> Nullable<Timestamp>,
    }
}

diesel::table! {
    ticket_departments (id) {
        id -> BigInt,
        name -> Text,
        name_key -> Text,
        resources -> Text,
    }
}

diesel::table! {
    tickets (id) {
        id -> BigInt,
        client_id -> BigInt,
        subject -> Text,
        subject_key -> Text,
        status -> Text,
        priority -> BigInt,
        department_id -> BigInt,
        assignee_id -> Nullable<BigInt>,
        last_author -> Text,
        awaited -> Nullable<Text>,
        create_time -> Timestamp,
        update_time -> Timestamp,
        client_update_time -> Timestamp,
    }
}

diesel::table! {
    ticket_messages (id) {
        id -> BigInt,
        ticket_id -> BigInt,
        author -> Text,
        user_id -> Nullable<BigInt>,
        text -> Text,
        text_key -> Text,
        is_note -> Bool,
        create_time -> Timestamp,
    }
}

diesel::table! {
    ticket_attachments (id) {
        id -> BigInt,
        message_id -> BigInt,
        file_id -> BigInt,
        name -> Text,
    }
}

diesel::table! {
    approval_policies (id) {
        id -> BigInt,
        operation -> Text,
        above_usd -> Nullable<crate::money::Money>,
        expires_after_hours -> BigInt,
        is_enabled -> Bool,
        create_time -> Timestamp,
        update_time -> Timestamp,
    }
}

diesel::table! {
    approval_policy_groups (policy_id, group_id) {
        policy_id -> BigInt,
        group_id -> BigInt,
    }
}

diesel::table! {
    approvals (id) {
        id -> BigInt,
        operation -> Text,
        permission -> Text,
        path -> Text,
        body -> Text,
        before -> Nullable<Text>,
        sealed -> Nullable<Binary>,
        client_id -> Nullable<BigInt>,
        is_of_client -> Bool,
        worth_usd -> Nullable<crate::money::Money>,
        files -> Text,
        status -> Text,
        maker_id -> BigInt,
        maker_session_id -> Nullable<BigInt>,
        maker_api_key_id -> Nullable<BigInt>,
        checker_id -> Nullable<BigInt>,
        comment -> Nullable<Text>,
        result_status -> Nullable<BigInt>,
        result_body -> Nullable<Text>,
        is_for_groups -> Bool,
        expires_at -> Timestamp,
        create_time -> Timestamp,
        decided_at -> Nullable<Timestamp>,
    }
}

diesel::table! {
    approval_groups (approval_id, group_id) {
        approval_id -> BigInt,
        group_id -> BigInt,
    }
}

diesel::table! {
    imports (id) {
        id -> BigInt,
        kind -> Text,
        title -> Text,
        description -> Text,
        delimiter -> Text,
        dry_run -> Bool,
        status -> Text,
        file_id -> Nullable<BigInt>,
        line_count -> BigInt,
        added -> BigInt,
        existing -> BigInt,
        fault_count -> BigInt,
        faults -> Text,
        user_id -> BigInt,
        create_time -> Timestamp,
        start_time -> Nullable<Timestamp>,
        end_time -> Nullable<Timestamp>,
    }
}

diesel::table! {
    identity_providers (id) {
        id -> BigInt,
        caption -> Text,
        issuer -> Text,
        client_id -> Text,
        client_secret -> Nullable<Text>,
        scopes -> Text,
        redirect_uris -> Text,
        email_domains -> Text,
        group_claim -> Text,
        follows_groups -> Bool,
        creates_users -> Bool,
        trusts_second_factor -> Bool,
        is_enabled -> Bool,
        create_time -> Timestamp,
        update_time -> Timestamp,
    }
}

diesel::table! {
    identity_provider_groups (provider_id, claim_value, group_id) {
        provider_id -> BigInt,
        claim_value -> Text,
        group_id -> BigInt,
    }
}

diesel::table! {
    user_identities (provider_id, subject) {
        provider_id -> BigInt,
        subject -> Text,
        user_id -> BigInt,
        create_time -> Timestamp,
    }
}

diesel::table! {
    imported_transactions (reference) {
        reference -> Text,
        transaction_id -> BigInt,
        account_id -> BigInt,
        balance_change -> crate::money::Money,
        earlier_time -> Timestamp,
    }
}

diesel::table! {
    provider_sign_ins (token_hash) {
        token_hash -> Binary,
        provider_id -> BigInt,
        redirect_uri -> Text,
        state_hash -> Binary,
        sealed -> Binary,
        network -> Text,
        expires_at -> Timestamp,
    }
}

diesel::joinable!(user_identities -> identity_providers (provider_id));
diesel::joinable!(user_identities -> users (user_id));
diesel::joinable!(key_value_pair_tags -> key_value_pairs (pair_id));
diesel::joinable!(key_value_pair_tags -> key_value_tags (tag_id));
diesel::joinable!(approvals -> users (maker_id));
diesel::joinable!(approval_policy_groups -> approval_policies (policy_id));
diesel::joinable!(hedges -> transactions (transaction_id));
diesel::joinable!(received_payments -> transactions (transaction_id));
diesel::joinable!(deposit_addresses -> currencies (currency));
diesel::joinable!(requests -> resolutions (resolution_id));
diesel::joinable!(notification_templates -> notification_types (type_id));
diesel::joinable!(event_notifications -> users (user_id));
diesel::joinable!(user_group_members -> user_groups (group_id));
diesel::joinable!(user_client_tags -> client_tags (tag_id));
diesel::joinable!(api_keys -> users (user_id));
diesel::joinable!(sessions -> users (user_id));
diesel::joinable!(session_tokens -> sessions (session_id));
diesel::joinable!(second_factor_challenges -> users (user_id));
diesel::joinable!(countries -> currencies (currency_code));
diesel::joinable!(products -> platforms (platform_id));
diesel::joinable!(products -> product_groups (group_id));
diesel::joinable!(product_currencies -> currencies (currency_code));
diesel::joinable!(product_currencies -> products (product_id));
diesel::joinable!(verification_levels -> permission_levels (role_id));
diesel::joinable!(managers -> users (user_id));
diesel::joinable!(clients -> countries (country_id));
diesel::joinable!(clients -> client_types (type_id));
diesel::joinable!(clients -> verification_levels (level_id));
diesel::joinable!(clients -> managers (manager_id));
diesel::joinable!(client_tag_members -> clients (client_id));
diesel::joinable!(client_tag_members -> client_tags (tag_id));
diesel::joinable!(client_settings -> clients (client_id));
diesel::joinable!(addresses -> clients (client_id));
diesel::joinable!(addresses -> countries (country_id));
diesel::joinable!(phones -> clients (client_id));
diesel::joinable!(profile_changes -> clients (client_id));
diesel::joinable!(profile_changes -> users (user_id));
diesel::joinable!(currency_aliases -> currencies (currency_code));
diesel::joinable!(rate_quotes -> rate_providers (provider_id));
diesel::joinable!(platform_keys -> platforms (platform_id));
diesel::joinable!(platform_orders -> accounts (account_id));
diesel::joinable!(bonus_presets -> platforms (platform_id));
diesel::joinable!(bonus_programs -> platforms (platform_id));
diesel::joinable!(bonus_programs -> currencies (currency_code));
diesel::joinable!(bonuses -> clients (client_id));
diesel::joinable!(bonuses -> accounts (account_id));
diesel::joinable!(bonus_steps -> bonuses (bonus_id));
diesel::joinable!(service_parameters -> parameters (parameter_id));
diesel::joinable!(parameters -> parameter_categories (category_id));
diesel::joinable!(subscriptions -> clients (client_id));
diesel::joinable!(subscription_values -> parameters (parameter_id));
diesel::joinable!(plan_values -> parameters (parameter_id));
diesel::joinable!(accounts -> clients (client_id));
diesel::joinable!(accounts -> products (product_id));
diesel::joinable!(accounts -> platforms (platform_id));
diesel::joinable!(accounts -> product_groups (group_id));
diesel::joinable!(accounts -> currencies (currency_code));
diesel::joinable!(methods -> rate_providers (rates_provider_id));
diesel::joinable!(method_group_members -> methods (method_id));
diesel::joinable!(method_group_members -> method_groups (group_id));
diesel::joinable!(method_currencies -> methods (method_id));
diesel::joinable!(method_currencies -> currencies (currency_code));
diesel::joinable!(method_commissions -> methods (method_id));
diesel::joinable!(method_commissions -> currencies (currency_code));
diesel::joinable!(method_attributes -> methods (method_id));
diesel::joinable!(method_restrictions -> methods (method_id));
diesel::joinable!(transactions -> clients (client_id));
diesel::joinable!(transactions -> methods (method_id));
diesel::joinable!(transactions -> resolutions (resolution_id));
diesel::joinable!(resolutions -> resolution_types (type_id));
diesel::joinable!(document_types -> document_groups (group_id));
diesel::joinable!(test_questions -> client_tests (test_id));
diesel::joinable!(answer_options -> test_questions (question_id));
diesel::joinable!(verification_level_groups -> document_groups (group_id));
diesel::joinable!(transactions -> users (user_id));
diesel::joinable!(requests -> clients (client_id));
diesel::joinable!(requests -> transactions (transaction_id));
diesel::joinable!(stored_files -> storages (storage_id));
diesel::joinable!(client_files -> stored_files (file_id));
diesel::joinable!(profile_photos -> stored_files (file_id));
diesel::joinable!(document_files -> stored_files (file_id));
diesel::joinable!(document_files -> documents (document_id));
diesel::joinable!(documents -> requests (request_id));
diesel::joinable!(test_attempts -> requests (request_id));
diesel::joinable!(requests -> client_settings (client_id));
diesel::joinable!(entries -> transactions (transaction_id));
diesel::joinable!(postings -> entries (entry_id));
diesel::joinable!(postings -> accounts (account_id));
diesel::joinable!(postings -> currencies (currency_code));
diesel::joinable!(monitorings -> clients (client_id));
diesel::joinable!(monitorings -> transactions (transaction_id));
diesel::joinable!(client_credentials -> clients (client_id));
diesel::joinable!(client_sessions -> clients (client_id));
diesel::joinable!(client_session_tokens -> client_sessions (session_id));
diesel::joinable!(client_sign_ins -> clients (client_id));
diesel::joinable!(client_blocks -> clients (client_id));
diesel::joinable!(whitelisted_addresses -> clients (client_id));
diesel::joinable!(whitelisted_addresses -> currencies (currency_code));
diesel::joinable!(banners -> users (created_by));
diesel::joinable!(menu_item_levels -> verification_levels (level_id));
diesel::joinable!(menu_item_client_types -> client_types (type_id));
diesel::joinable!(calendar_events -> users (created_by));
diesel::joinable!(calendar_event_recipients -> users (user_id));
diesel::joinable!(withdrawal_wallets -> transactions (transaction_id));
diesel::joinable!(withdrawal_wallets -> clients (client_id));
diesel::joinable!(verifications -> users (user_id));
diesel::joinable!(antifraud_procedure_users -> users (user_id));
diesel::joinable!(antifraud_rule_users -> users (user_id));
diesel::joinable!(antifraud_notification_clients -> antifraud_notifications (notification_id));
diesel::joinable!(antifraud_notification_clients -> clients (client_id));
diesel::joinable!(tickets -> ticket_departments (department_id));
diesel::joinable!(tickets -> users (assignee_id));
diesel::joinable!(ticket_messages -> tickets (ticket_id));
diesel::joinable!(ticket_messages -> users (user_id));
diesel::joinable!(ticket_attachments -> ticket_messages (message_id));
diesel::joinable!(ticket_attachments -> stored_files (file_id));

/// Which tables may stand in one query, each pair once: add one where the compiler misses it. diesel can allow all of them
/// at once, but it writes ten implementations a pair, and the compiler compares those with each other: with 166 tables that
/// took most of the time of a build.
macro_rules! appear_together {
    ($($table:ident: $($other:ident)+;)+) => {
        $($(diesel::allow_tables_to_appear_in_same_query!($table, $other);)+)+
    };
}

appear_together! {
    imported_transactions: accounts transactions;
    imports: stored_files users;
    accounts: bonuses client_settings client_tag_members clients currencies methods platform_orders platforms
        positions product_currencies product_groups products request_counts requests resolutions transactions;
    addresses: client_tag_members countries;
    antifraud_notification_clients: antifraud_notifications antifraud_steps client_tag_members clients;
    antifraud_notifications: antifraud_steps client_tag_members clients;
    antifraud_procedure_users: antifraud_procedures users;
    antifraud_procedures: users;
    antifraud_rule_users: antifraud_rules users;
    antifraud_rules: users;
    antifraud_steps: client_tag_members;
    api_keys: users;
    approval_groups: approvals client_tag_members clients users;
    approvals: client_tag_members clients users;
    banners: users;
    bonus_presets: platforms;
    bonus_programs: currencies platforms;
    bonus_steps: bonuses client_tag_members postings;
    bonuses: client_tag_members clients currencies postings;
    calendar_event_recipients: calendar_events users;
    calendar_events: users;
    client_blocks: client_tag_members clients;
    client_credentials: client_sign_ins client_tag_members clients;
    client_files: document_files document_types documents profile_photos requests stored_files ticket_attachments
        ticket_messages tickets;
    client_session_tokens: client_sessions clients;
    client_sessions: clients;
    client_settings: client_tag_members clients request_counts requests whitelisted_addresses withdrawal_wallets;
    client_sign_ins: client_tag_members clients;
    client_tag_members: clients countries currencies document_files documents event_deliveries methods monitorings
        phones platforms postings product_groups products request_counts requests resolutions sent_email_recipients
        stored_files subscription_values subscriptions system_logs ticket_departments tickets transactions
        user_client_tags users verifications whitelisted_addresses withdrawal_templates withdrawal_wallets;
    client_tags: user_client_tags user_group_members user_groups users;
    client_types: clients countries managers menu_item_client_types menu_item_levels menu_items users
        verification_levels;
    clients: countries currencies erased_emails event_deliveries managers password_resets phones platforms
        product_groups products request_counts requests sent_email_recipients sent_emails subscription_values
        subscriptions system_logs ticket_attachments ticket_messages transactions user_client_tags users
        verification_levels verifications;
    countries: currencies managers requests users verification_levels;
    currencies: deposit_addresses method_commissions method_currencies platform_orders platforms product_currencies
        product_groups products;
    document_files: document_types documents profile_photos requests stored_files ticket_attachments ticket_messages
        tickets;
    document_groups: document_types verification_level_groups verification_level_tests verification_levels;
    document_types: documents profile_photos requests stored_files ticket_attachments ticket_messages tickets;
    documents: profile_photos requests stored_files ticket_attachments ticket_messages tickets;
    entries: postings transactions;
    erased_emails: sent_email_recipients;
    event_notifications: users;
    folder_groups: user_group_members user_groups;
    hedges: transactions;
    identity_providers: user_identities users;
    key_value_pair_tags: key_value_pairs key_value_tags;
    key_value_pairs: key_value_tags;
    managers: users verification_levels;
    menu_item_client_types: menu_item_levels menu_items verification_levels;
    menu_item_levels: menu_items verification_levels;
    menu_items: verification_levels;
    method_commissions: method_group_members method_groups methods;
    method_currencies: method_group_members methods;
    method_group_members: method_groups methods;
    method_groups: methods;
    methods: requests resolutions transactions;
    monitorings: transactions;
    notification_templates: notification_types;
    platform_orders: platforms product_currencies;
    platforms: product_currencies product_groups products;
    postings: transactions;
    product_currencies: product_groups products;
    product_groups: products;
    profile_photos: requests stored_files ticket_attachments ticket_messages tickets;
    received_payments: transactions;
    request_counts: requests;
    requests: resolutions stored_files test_attempts ticket_attachments ticket_messages tickets transactions
        verification_levels;
    resolution_types: resolutions;
    resolutions: transactions;
    second_factor_challenges: users;
    sent_email_recipients: sent_emails;
    session_tokens: sessions users;
    sessions: users;
    stored_files: ticket_attachments ticket_messages tickets;
    subscription_values: subscriptions;
    ticket_attachments: ticket_messages tickets users;
    ticket_departments: tickets users;
    ticket_messages: tickets users;
    tickets: users;
    transactions: withdrawal_wallets;
    user_client_tags: user_group_members user_groups users;
    user_group_members: user_groups users;
    user_groups: users;
    user_identities: users;
    users: verification_levels verifications;
    verification_level_groups: verification_level_tests verification_levels;
    verification_level_tests: verification_levels;
    whitelisted_addresses: withdrawal_wallets;
}
