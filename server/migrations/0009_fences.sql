CREATE TABLE "privacy"."unreadable_cells" (
	"id" text PRIMARY KEY NOT NULL,
	"subject_id" text NOT NULL,
	"table" text NOT NULL,
	"column" text NOT NULL,
	"row_id" text NOT NULL,
	"code" text NOT NULL,
	"seen" integer NOT NULL,
	"first_seen_at" timestamp with time zone NOT NULL,
	"last_seen_at" timestamp with time zone NOT NULL
);

--> statement-breakpoint
ALTER TABLE "notifications"."outbox" ADD COLUMN "lease_until" timestamp with time zone;
--> statement-breakpoint
ALTER TABLE "privacy"."erasures" ADD COLUMN "failures" integer DEFAULT 0 NOT NULL;
--> statement-breakpoint
CREATE UNIQUE INDEX "unreadable_cells_place_unique_idx" ON "privacy"."unreadable_cells" USING btree ("table","column","row_id");
--> statement-breakpoint
CREATE INDEX "unreadable_cells_subject_id_idx" ON "privacy"."unreadable_cells" USING btree ("subject_id","id");
