ALTER TABLE "privacy"."erasures" DROP CONSTRAINT "erasures_certified_check";
--> statement-breakpoint
ALTER TABLE "privacy"."erasures" DROP CONSTRAINT "erasures_forgotten_check";
--> statement-breakpoint
ALTER TABLE "audit"."entries" ALTER COLUMN "actor" DROP NOT NULL;
--> statement-breakpoint
ALTER TABLE "audit"."entries" ALTER COLUMN "request_id" DROP NOT NULL;
--> statement-breakpoint
ALTER TABLE "privacy"."erasures" ALTER COLUMN "promise_hash" DROP NOT NULL;
--> statement-breakpoint
ALTER TABLE "audit"."entries" ADD COLUMN "actor_id" text;
--> statement-breakpoint
ALTER TABLE "audit"."entries" ADD COLUMN "actor_salt" text;
--> statement-breakpoint
ALTER TABLE "audit"."entries" ADD COLUMN "actor_digest" text;
--> statement-breakpoint
ALTER TABLE "audit"."entries" ADD COLUMN "about_salt" text;
--> statement-breakpoint
ALTER TABLE "audit"."entries" ADD COLUMN "about_digest" text;
--> statement-breakpoint
ALTER TABLE "privacy"."erasures" ADD COLUMN "sealed_reference" text;
--> statement-breakpoint
CREATE INDEX "entries_subject_id_idx" ON "audit"."entries" USING btree ("subject_id","id");
--> statement-breakpoint
CREATE INDEX "entries_actor_id_idx" ON "audit"."entries" USING btree ("actor_id","id");
--> statement-breakpoint
CREATE INDEX "entries_created_at_idx" ON "audit"."entries" USING btree ("created_at");
--> statement-breakpoint
CREATE INDEX "tenants_created_at_idx" ON "identity"."tenants" USING btree ("created_at","id");
--> statement-breakpoint
-- Rows of before, brought to what new ones are. Leaves of entries from before digests cover no actor_id.
DROP TRIGGER IF EXISTS "refuse_change" ON "audit"."entries";
--> statement-breakpoint
UPDATE "audit"."entries" SET "actor_id" = substr("actor", 6) WHERE "actor" LIKE 'user:%';
--> statement-breakpoint
UPDATE "audit"."entries" e SET "actor_id" = k."user_id" FROM "identity"."api_keys" k WHERE e."actor" = 'apiKey:' || k."id";
--> statement-breakpoint
UPDATE "audit"."entries" SET "actor" = null, "actor_id" = null WHERE "actor_id" IN (SELECT "subject_id" FROM "privacy"."restrictions" WHERE "kind" = 'erased');
--> statement-breakpoint
UPDATE "audit"."entries" SET "tenant_id" = null, "target_id" = null, "subject_id" = null, "request_id" = null
WHERE "subject_id" IN (SELECT "subject_id" FROM "privacy"."restrictions" WHERE "kind" = 'erased') OR "target_id" IN (SELECT "id" FROM "privacy"."erasures" WHERE "state" = 'certified');
--> statement-breakpoint
UPDATE "privacy"."erasures" SET "subject_id" = null, "tenant_id" = null, "case_id" = null, "promise_hash" = null, "plan_hash" = null, "plan" = null, "residue" = null, "failed_in" = null, "evidence" = '{}', "closed_at" = null,
"created_at" = date_trunc('month', "created_at", 'UTC'), "certified_at" = date_trunc('month', "certified_at", 'UTC'), "updated_at" = date_trunc('month', "updated_at", 'UTC') WHERE "state" = 'certified';
--> statement-breakpoint
DELETE FROM "privacy"."erasure_sinks" s USING "privacy"."erasures" e WHERE e."id" = s."erasure_id" AND e."state" = 'certified';
--> statement-breakpoint
UPDATE "privacy"."consent_events" SET "id" = 'consent_0' || substr(replace(gen_random_uuid()::text || gen_random_uuid()::text, '-', ''), 1, 25), "previous_id" = null,
"created_at" = date_trunc('month', "created_at", 'UTC'), "unlinked_at" = date_trunc('month', "unlinked_at", 'UTC') + interval '1 month' WHERE "subject_id" IS NULL;
--> statement-breakpoint
UPDATE "identity"."users" SET "email_verified_at" = null, "created_at" = date_trunc('month', "created_at", 'UTC') WHERE "id" IN (SELECT "subject_id" FROM "privacy"."restrictions" WHERE "kind" = 'erased');
--> statement-breakpoint
UPDATE "privacy"."restrictions" SET "created_at" = date_trunc('day', "created_at", 'UTC') + interval '1 day' WHERE "kind" = 'erased';
--> statement-breakpoint
ALTER TABLE "privacy"."erasures" ADD CONSTRAINT "erasures_certified_check" CHECK ("state" <> 'certified' or "certificate" is not null);
--> statement-breakpoint
ALTER TABLE "privacy"."erasures" ADD CONSTRAINT "erasures_forgotten_check" CHECK ("state" <> 'certified' or (coalesce("subject_id", "tenant_id", "case_id", "promise_hash", "plan_hash", "plan"::text, "sealed_reference", "probe_set") is null));
