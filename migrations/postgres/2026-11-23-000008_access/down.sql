DROP FUNCTION count_access_change CASCADE;
DROP TABLE access_version;
