CREATE TABLE "privacy"."day_key_marks" (
	"key_class" text PRIMARY KEY NOT NULL,
	"destroyed_until" text NOT NULL
);

--> statement-breakpoint
CREATE TABLE "privacy"."retention_evidence" (
	"id" text PRIMARY KEY NOT NULL,
	"table" text NOT NULL,
	"columns" text[] NOT NULL,
	"kind" text NOT NULL,
	"verb" text NOT NULL,
	"candidates" bigint NOT NULL,
	"done" bigint NOT NULL,
	"oldest" timestamp with time zone,
	"failure" text,
	"is_dry_run" boolean NOT NULL,
	"created_at" timestamp with time zone NOT NULL
);

--> statement-breakpoint
CREATE INDEX "retention_evidence_created_at_idx" ON "privacy"."retention_evidence" USING btree ("created_at");
