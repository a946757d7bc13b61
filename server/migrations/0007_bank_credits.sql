DROP INDEX "gateway"."upstreams_name_key";
--> statement-breakpoint
ALTER TABLE "gateway"."upstreams" ADD COLUMN "name_key" text;
--> statement-breakpoint
-- Names that differed only in spelling stay apart by their ids until an operator renames one of them.
WITH keyed AS (
  SELECT id, upper(regexp_replace(normalize(name, NFKC), E'[\\s\\u00AD\\u180E\\u200B-\\u200F\\u2028-\\u202E\\u2060-\\u206F\\uFE00-\\uFE0F\\uFEFF]', '', 'g')) AS key
  FROM "gateway"."upstreams"
), numbered AS (
  SELECT id, key, row_number() OVER (PARTITION BY key ORDER BY id) AS place FROM keyed
)
UPDATE "gateway"."upstreams" u SET "name_key" = CASE WHEN place = 1 THEN key ELSE key || ' ' || n.id END
FROM numbered n WHERE n.id = u.id;
--> statement-breakpoint
ALTER TABLE "gateway"."upstreams" ALTER COLUMN "name_key" SET NOT NULL;
--> statement-breakpoint
-- Trade numbers of channels, as they are compared from now on. One that would then be another order's stays as it was.
WITH keyed AS (
  SELECT id, channel, upper(regexp_replace(normalize(trade_number, NFKC), E'[\\s\\u00AD\\u180E\\u200B-\\u200F\\u2028-\\u202E\\u2060-\\u206F\\uFE00-\\uFE0F\\uFEFF]', '', 'g')) AS key
  FROM "wallet"."top_ups" WHERE trade_number IS NOT NULL
), single AS (
  SELECT min(id) AS id, key FROM keyed GROUP BY channel, key HAVING count(*) = 1
)
UPDATE "wallet"."top_ups" t SET "trade_number" = s.key FROM single s WHERE s.id = t.id AND t.trade_number <> s.key;
--> statement-breakpoint
ALTER TABLE "wallet"."bank_transfers" ADD COLUMN "status" text DEFAULT 'credited' NOT NULL;
--> statement-breakpoint
ALTER TABLE "wallet"."bank_transfers" ADD COLUMN "decided_by" text;
--> statement-breakpoint
ALTER TABLE "wallet"."bank_transfers" ADD COLUMN "decided_at" timestamp with time zone;
--> statement-breakpoint
ALTER TABLE "wallet"."bank_transfers" ADD COLUMN "reversed_by" text;
--> statement-breakpoint
ALTER TABLE "wallet"."bank_transfers" ADD COLUMN "reversed_at" timestamp with time zone;
--> statement-breakpoint
ALTER TABLE "wallet"."bank_transfers" ADD COLUMN "reversal_reason" text;
--> statement-breakpoint
ALTER TABLE "wallet"."bank_transfers" ADD COLUMN "serial_form" integer DEFAULT 0 NOT NULL;
--> statement-breakpoint
ALTER TABLE "wallet"."bank_transfers" ADD COLUMN "duplicate_of" text;
--> statement-breakpoint
CREATE INDEX "bank_transfers_status_idx" ON "wallet"."bank_transfers" USING btree ("status","id");
--> statement-breakpoint
CREATE INDEX "bank_transfers_tenant_id_idx" ON "wallet"."bank_transfers" USING btree ("tenant_id","id");
--> statement-breakpoint
CREATE INDEX "bank_transfers_serial_form_idx" ON "wallet"."bank_transfers" USING btree ("id") WHERE "wallet"."bank_transfers"."serial_form" = 0;
--> statement-breakpoint
CREATE UNIQUE INDEX "upstreams_name_key" ON "gateway"."upstreams" USING btree ("name_key");
--> statement-breakpoint
ALTER TABLE "wallet"."bank_transfers" ADD CONSTRAINT "bank_transfers_status_check" CHECK ("wallet"."bank_transfers"."status" in ('waiting', 'credited', 'rejected', 'reversed'));
--> statement-breakpoint
ALTER TABLE "wallet"."bank_transfers" ADD CONSTRAINT "bank_transfers_second_person_check" CHECK ("wallet"."bank_transfers"."decided_by" is null or "wallet"."bank_transfers"."status" = 'rejected' or "wallet"."bank_transfers"."decided_by" <> "wallet"."bank_transfers"."credited_by");
--> statement-breakpoint
ALTER TABLE "wallet"."bank_transfers" ADD CONSTRAINT "bank_transfers_reversal_check" CHECK (("wallet"."bank_transfers"."status" = 'reversed') = ("wallet"."bank_transfers"."reversed_by" is not null and "wallet"."bank_transfers"."reversed_at" is not null and "wallet"."bank_transfers"."reversal_reason" is not null));
