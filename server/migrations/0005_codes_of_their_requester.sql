-- Codes live ten minutes; those of before name no requester.
DELETE FROM "identity"."sign_in_codes";
--> statement-breakpoint
DROP INDEX "identity"."sign_in_codes_target_hash_use_unique_idx";
--> statement-breakpoint
ALTER TABLE "identity"."sign_in_codes" ADD COLUMN "device_hash" text NOT NULL;
--> statement-breakpoint
ALTER TABLE "identity"."sign_in_codes" ADD COLUMN "address_hash" text NOT NULL;
--> statement-breakpoint
ALTER TABLE "identity"."sign_in_codes" ADD COLUMN "address_attempts" integer NOT NULL;
--> statement-breakpoint
CREATE INDEX "sign_in_codes_target_hash_use_idx" ON "identity"."sign_in_codes" USING btree ("target_hash","use");
