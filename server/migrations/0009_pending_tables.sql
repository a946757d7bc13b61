CREATE TABLE "privacy"."correction_notices" (
	"id" text PRIMARY KEY NOT NULL,
	"tenant_id" text,
	"user_id" text NOT NULL,
	"correction_id" text NOT NULL,
	"place" text NOT NULL,
	"row_id" text NOT NULL,
	"recipient" text NOT NULL,
	"outcome" text NOT NULL,
	"created_at" timestamp with time zone NOT NULL
);

--> statement-breakpoint
CREATE INDEX "correction_notices_user_id_idx" ON "privacy"."correction_notices" USING btree ("user_id","id");
--> statement-breakpoint
CREATE UNIQUE INDEX "correction_notices_once_key" ON "privacy"."correction_notices" USING btree ("correction_id","place","recipient");
