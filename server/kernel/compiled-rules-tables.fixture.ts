/** The tables of the small library, as its migrations would make them, with a few rows. */
export const tablesSql = `
create schema library;
create table library.restrictions (subject_id text, kind text, why text);
create table library.objections (subject_id text, purpose text, why text);
create table library.consent_events (subject_id text, purpose text, kind text, scope_hash text, position int);
create table library.loans (id text primary key, library_id text, reader_id text, book text, note text, created_at timestamptz not null default now());
create table library.books (id text primary key, copies int);
create table library.visits (id text primary key, library_id text, reader_id text, door text, kept text, guide_id text, tip text, created_at timestamptz not null default now());
create table library.cards (id text primary key, library_id text, reader_id text, holder text, holder_index text, created_at timestamptz not null default now());
create table library.shelves (id text primary key, first_book text references library.books, place text);
create table library.fees (id text primary key, library_id text, amount int, created_at timestamptz not null default now());
create table library.payments (id text primary key, library_id text, paid int, created_at timestamptz not null default now());
create table library.accounts (person text, account text);
create schema library_queue;
create table library_queue.tasks (id text);
alter table library_queue.tasks enable row level security;
create schema library_other;
create table library_other.tasks (id text);
insert into library.books values ('book', 1);
insert into library.accounts values ('ann', 'north'), ('bob', 'south');
insert into library.fees values ('n', 'north', 5), ('s', 'south', 7);
insert into library.payments values ('p', 'north', 5), ('q', 'south', 7);
insert into library.shelves values ('shelf', 'book', 'left');
insert into library.loans values ('a', 'north', 'ann', 'Emma', 'late'), ('b', 'south', 'bob', 'Faust', null), ('disputed', 'north', 'ann', 'Nana', null);
insert into library.visits values ('v', 'north', 'ann', 'east', 'kept', 'gus', 'a tip');
`;

/** Makes a role without special rights the owner of everything, also of what the rules look up. */
export const handOver = `
create role library_owner createrole;
do $$ declare change text; begin for change in
  select format('alter schema %I owner to library_owner', nspname) from pg_namespace where nspname ~ '^(library|privacy_engine)'
  union all select format('alter table %s owner to library_owner', oid::regclass) from pg_class
    where relkind in ('r', 'v') and relnamespace::regnamespace::text ~ '^(library|privacy_engine)'
  union all select format('alter function %s owner to library_owner', oid::regprocedure) from pg_proc
    where pronamespace = 'privacy_engine'::regnamespace
  union all select format('grant %I to library_owner with admin option', rolname) from pg_roles
    where rolname ~ '^library_(p_|queue)'
  union all select format('grant create on database %I to library_owner', current_database())
loop execute change; end loop; end $$;
alter table library.consent_events enable row level security;
alter table library.consent_events force row level security;
alter table library.accounts enable row level security;
alter table library.accounts force row level security;`;
