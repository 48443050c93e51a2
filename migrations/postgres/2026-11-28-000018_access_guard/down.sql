DROP FUNCTION require_access_version;
