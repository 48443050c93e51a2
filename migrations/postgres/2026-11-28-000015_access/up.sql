-- Checks that failed are counted apart from those that are under way.
ALTER TABLE sign_in_counters RENAME COLUMN attempts TO failed;
ALTER TABLE sign_in_counters ADD COLUMN pending BIGINT NOT NULL DEFAULT 0;

-- The names of the contract.
UPDATE system_logs SET event_name = 'client_phone_created' WHERE event_name = 'phone_number_created';
UPDATE system_logs SET event_name = 'client_phone_updated' WHERE event_name = 'phone_number_updated';
UPDATE system_logs SET event_name = 'client_phone_deleted' WHERE event_name = 'phone_number_deleted';
UPDATE system_logs SET event_name = 'client_address_created' WHERE event_name = 'address_created';
UPDATE system_logs SET event_name = 'client_address_updated' WHERE event_name = 'address_updated';
UPDATE system_logs SET event_name = 'client_address_deleted' WHERE event_name = 'address_deleted';
UPDATE system_logs SET event_name = 'client_service_created' WHERE event_name = 'subscription_created';
UPDATE system_logs SET event_name = 'client_service_updated' WHERE event_name = 'subscription_updated';
UPDATE system_logs SET event_name = 'client_service_deleted' WHERE event_name = 'subscription_deleted';
UPDATE system_logs SET event_name = 'client_info_updated'
    WHERE event_name IN ('client_limits_updated', 'client_settings_updated', 'client_permissions_updated');
UPDATE system_logs SET event_name = 'operation_created' WHERE event_name = 'transaction_created';
UPDATE system_logs SET event_name = 'operation_updated' WHERE event_name = 'transaction_updated';
UPDATE system_logs SET event_category = 'system'
    WHERE event_category = 'operation' AND event_name NOT IN ('operation_created', 'operation_updated');
