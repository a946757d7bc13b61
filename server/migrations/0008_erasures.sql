CREATE TABLE "privacy"."erasure_sinks" (
	"erasure_id" text NOT NULL,
	"sink" text NOT NULL,
	"erased_at" timestamp with time zone,
	"probed_at" timestamp with time zone,
	"note" text,
	CONSTRAINT "erasure_sinks_pkey" PRIMARY KEY("erasure_id","sink")
);

--> statement-breakpoint
CREATE TABLE "privacy"."erasures" (
	"id" text PRIMARY KEY NOT NULL,
	"subject_id" text,
	"tenant_id" text,
	"state" text NOT NULL,
	"origin" text NOT NULL,
	"ground" text NOT NULL,
	"case_id" text,
	"promise_hash" text NOT NULL,
	"plan_hash" text,
	"plan" jsonb,
	"reference_hash" text,
	"probe_set" text,
	"evidence" jsonb NOT NULL,
	"residue" jsonb,
	"failed_in" text,
	"plans_made" integer NOT NULL,
	"backup_days" integer NOT NULL,
	"certificate" text,
	"closed_at" timestamp with time zone,
	"certified_at" timestamp with time zone,
	"created_at" timestamp with time zone NOT NULL,
	"updated_at" timestamp with time zone NOT NULL,
	CONSTRAINT "erasures_certified_check" CHECK (("state" = 'certified') = ("certificate" is not null)),
	CONSTRAINT "erasures_forgotten_check" CHECK ("state" <> 'certified' or ("subject_id" is null and "probe_set" is null))
);

--> statement-breakpoint
ALTER TABLE "privacy"."erasure_sinks" ADD CONSTRAINT "erasure_sinks_erasure_id_erasures_id_fk" FOREIGN KEY ("erasure_id") REFERENCES "privacy"."erasures"("id") ON DELETE no action ON UPDATE no action;
--> statement-breakpoint
CREATE UNIQUE INDEX "erasures_reference_hash_key" ON "privacy"."erasures" USING btree ("reference_hash");
--> statement-breakpoint
CREATE UNIQUE INDEX "erasures_subject_id_key" ON "privacy"."erasures" USING btree ("subject_id");
--> statement-breakpoint
CREATE INDEX "erasures_unfinished_idx" ON "privacy"."erasures" USING btree ("updated_at") WHERE "privacy"."erasures"."state" not in ('certified', 'failed');
