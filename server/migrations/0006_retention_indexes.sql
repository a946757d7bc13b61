CREATE SCHEMA "announcements";

--> statement-breakpoint
CREATE TABLE "announcements"."news" (
	"id" text PRIMARY KEY NOT NULL,
	"state" text NOT NULL,
	"title_zh" text NOT NULL,
	"title_en" text NOT NULL,
	"body_zh" text NOT NULL,
	"body_en" text NOT NULL,
	"created_at" timestamp with time zone NOT NULL,
	"started_at" timestamp with time zone,
	"finished_at" timestamp with time zone,
	CONSTRAINT "news_state_check" CHECK ("announcements"."news"."state" in ('draft', 'sending', 'sent'))
);

--> statement-breakpoint
CREATE TABLE "announcements"."news_sends" (
	"id" text PRIMARY KEY NOT NULL,
	"news_id" text NOT NULL,
	"user_id" text NOT NULL,
	"created_at" timestamp with time zone NOT NULL
);

--> statement-breakpoint
CREATE TABLE "privacy"."export_chunks" (
	"id" text PRIMARY KEY NOT NULL,
	"export_id" text NOT NULL,
	"user_id" text NOT NULL,
	"place" integer NOT NULL,
	"envelope" "bytea" NOT NULL,
	"created_at" timestamp with time zone NOT NULL
);

--> statement-breakpoint
CREATE TABLE "privacy"."exports" (
	"id" text PRIMARY KEY NOT NULL,
	"tenant_id" text NOT NULL,
	"user_id" text NOT NULL,
	"status" text NOT NULL,
	"language" text NOT NULL,
	"attempt" integer NOT NULL,
	"lease_until" timestamp with time zone,
	"rows_total" bigint,
	"rows_done" bigint NOT NULL,
	"chunks" integer NOT NULL,
	"size_bytes" bigint NOT NULL,
	"finished_at" timestamp with time zone,
	"expires_at" timestamp with time zone,
	"created_at" timestamp with time zone NOT NULL,
	"taken_at" timestamp with time zone,
	CONSTRAINT "exports_status_check" CHECK ("privacy"."exports"."status" in ('queued', 'running', 'ready', 'delivering', 'taken', 'expired', 'cancelled', 'failed'))
);

--> statement-breakpoint
DROP INDEX "identity"."sign_in_codes_expires_at_idx";
--> statement-breakpoint
ALTER TABLE "announcements"."news_sends" ADD CONSTRAINT "news_sends_news_id_news_id_fk" FOREIGN KEY ("news_id") REFERENCES "announcements"."news"("id") ON DELETE no action ON UPDATE no action;
--> statement-breakpoint
ALTER TABLE "privacy"."export_chunks" ADD CONSTRAINT "export_chunks_export_id_exports_id_fk" FOREIGN KEY ("export_id") REFERENCES "privacy"."exports"("id") ON DELETE cascade ON UPDATE no action;
--> statement-breakpoint
CREATE UNIQUE INDEX "news_sends_news_id_user_id_key" ON "announcements"."news_sends" USING btree ("news_id","user_id");
--> statement-breakpoint
CREATE INDEX "news_sends_user_id_idx" ON "announcements"."news_sends" USING btree ("user_id","id");
--> statement-breakpoint
CREATE INDEX "news_sends_created_at_idx" ON "announcements"."news_sends" USING btree ("created_at");
--> statement-breakpoint
CREATE INDEX "export_chunks_user_id_idx" ON "privacy"."export_chunks" USING btree ("user_id","id");
--> statement-breakpoint
CREATE UNIQUE INDEX "export_chunks_export_id_place_key" ON "privacy"."export_chunks" USING btree ("export_id","place");
--> statement-breakpoint
CREATE INDEX "exports_user_id_idx" ON "privacy"."exports" USING btree ("user_id","id");
--> statement-breakpoint
CREATE UNIQUE INDEX "exports_one_at_work_key" ON "privacy"."exports" USING btree ("user_id") WHERE "privacy"."exports"."status" in ('queued', 'running');
--> statement-breakpoint
CREATE INDEX "exports_unfinished_idx" ON "privacy"."exports" USING btree ("created_at") WHERE "privacy"."exports"."status" in ('queued', 'running', 'ready', 'delivering');
--> statement-breakpoint
CREATE INDEX "sessions_created_at_idx" ON "identity"."sessions" USING btree ("created_at");
--> statement-breakpoint
CREATE INDEX "sign_in_codes_created_at_idx" ON "identity"."sign_in_codes" USING btree ("created_at");
--> statement-breakpoint
CREATE INDEX "case_codes_created_at_idx" ON "privacy"."case_codes" USING btree ("created_at");
--> statement-breakpoint
CREATE INDEX "consent_events_unlinked_at_idx" ON "privacy"."consent_events" USING btree ("unlinked_at");
--> statement-breakpoint
CREATE INDEX "bank_transfers_created_at_idx" ON "wallet"."bank_transfers" USING btree ("created_at");
--> statement-breakpoint
CREATE INDEX "top_ups_created_at_idx" ON "wallet"."top_ups" USING btree ("created_at");
