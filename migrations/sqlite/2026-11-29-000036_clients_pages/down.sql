DROP INDEX banners_url;
DROP INDEX banners_kind;
DROP TABLE equity_points;
DROP TABLE exchange_quotes;
DROP TABLE client_push_tokens;
