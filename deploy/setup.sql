-- What `npm run migrate` needs and a superuser has to make: once for each PostgreSQL server, with psql and the new role's password
-- in the environment. Running it again changes nothing but that password.
--
--   DATABASE_PASSWORD=… psql --no-psqlrc --file deploy/setup.sql postgresql://postgres@db.example.com/postgres
--
\set ON_ERROR_STOP on
\set password ''
\getenv password DATABASE_PASSWORD
select $$do 'begin raise exception ''DATABASE_PASSWORD is not set''; end'$$ where :'password' = '' \gexec

-- Owns the database and its tables, and is who the server logs in as.
select 'create role carryover' where not exists (select from pg_roles where rolname = 'carryover') \gexec
alter role carryover login password :'password';

-- Who the server becomes for what it does in a viewer's name. It owns nothing, so that row-level security holds for it.
select 'create role carryover_viewer' where not exists (select from pg_roles where rolname = 'carryover_viewer') \gexec
grant carryover_viewer to carryover with inherit false, set true;

select 'create database carryover owner carryover encoding utf8 template template0'
  where not exists (select from pg_database where datname = 'carryover') \gexec
revoke all on database carryover from public;

\connect carryover
create extension if not exists vector;
