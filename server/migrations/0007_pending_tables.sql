CREATE TABLE "privacy"."objections" (
	"id" text PRIMARY KEY NOT NULL,
	"subject_id" text NOT NULL,
	"purpose" text NOT NULL,
	"created_at" timestamp with time zone NOT NULL
);

--> statement-breakpoint
CREATE UNIQUE INDEX "objections_subject_id_purpose_key" ON "privacy"."objections" USING btree ("subject_id","purpose");
--> statement-breakpoint
CREATE INDEX "objections_subject_id_id_idx" ON "privacy"."objections" USING btree ("subject_id","id");
